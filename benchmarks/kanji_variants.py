"""Write index/data/kanji_variants.txt: which character of everyday use a variant kanji stands for, as 邊 for 辺.

The tables are those of joyokanji 1.1.0 (Apache-2.0), the variants of KANJIDIC2, as jamdict-data carries them (CC
BY-SA 4.0), and those of ja-itaiji 1.0.2 (MIT); what one lacks, the next one has. A character of everyday use (jōyō)
stands for itself, and one that may stand for several is left out; of variants without any, the first in Unicode stands
for all.

    python -m pip install --no-deps --target DIR ja-itaiji==1.0.2 joyokanji==1.1.0
    PYTHONPATH=DIR python benchmarks/kanji_variants.py
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from importlib import import_module, util
from pathlib import Path

TARGET = Path(__file__).parents[1] / "index" / "data" / "kanji_variants.txt"
_KANJI = [
    chr(code) for block in (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x2FA20)) for code in block
]
_JOYO = "SELECT literal FROM character WHERE grade IN ('1', '2', '3', '4', '5', '6', '8')"
_VARIANTS = """
SELECT one.literal, other.literal FROM variant
JOIN codepoint ON codepoint.cp_type = variant.var_type AND codepoint.value = variant.value
JOIN character AS one ON one.ID = variant.cid
JOIN character AS other ON other.ID = codepoint.cid
"""


def main() -> None:
    """Write the table."""
    package = util.find_spec("jamdict_data")
    assert package is not None
    assert package.origin is not None
    with closing(sqlite3.connect(Path(package.origin).parent / "jamdict.db")) as database:
        joyo = {literal for (literal,) in database.execute(_JOYO)}
        kanjidic = defaultdict(set)
        for one, other in database.execute(_VARIANTS):
            kanjidic[one].add(other)
    convert = import_module("joyokanji").convert
    modern = {kanji: new for kanji in _KANJI if (new := convert(kanji, variants=True)) != kanji}
    itaiji: dict[str, list[str]] = import_module("ja_itaiji.ja_itaiji").Itaiji.dictionary
    meant = {}
    for variant in sorted({*kanjidic, *itaiji, *modern} - joyo):
        listed = {one for one in itaiji.get(variant, ()) if variant in itaiji.get(one, ())}
        tables = [set(modern.get(variant, "")), kanjidic[variant] & joyo, listed & joyo]
        if not any(tables):
            tables = [{min(kanjidic[variant] | {variant})} - {variant}]
        for stands_for in tables:
            if len(variant) == len(stands_for) == 1:
                meant.setdefault(variant, *stands_for)
    TARGET.write_text("".join(f"{variant}\t{common}\n" for variant, common in meant.items()), "utf-8")


if __name__ == "__main__":
    main()
