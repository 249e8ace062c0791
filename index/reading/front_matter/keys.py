"""What the keys of front matter mean, whichever generator of pages they are written for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.reading.front_matter.block import LONGEST_TEXT, one_line
from index.word_lists import sections_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from index.reading.front_matter.block import Entry

_KEYS = {
    meaning: {key: rank for rank, key in enumerate(keys)}
    for meaning, keys in sections_of("index/data/front_matter_keys.txt").items()
}
_SEPARATOR = re.compile(r"[-_ ]+")
# What YAML 1.1 or a person means by false.
FALSE = frozenset({"false", "no", "off", "0"})
TRUE = frozenset({"true", "yes", "on", "1"})
_HIDDEN = frozenset({"draft", "unlisted", "hidden", "private", "unpublished"})
_LIST = re.compile(r"[,;、，]")
# What a value that is a mapping calls the one that it describes.
_NAMES = ("name", "title", "label")


@dataclass(frozen=True, slots=True)
class Keys:
    """The entries of an article's front matter by what they mean."""

    entries: Sequence[Entry]

    def all(self, meaning: str) -> list[Entry]:
        """Return the entries that say one thing, the most telling key first."""
        ranks = _KEYS[meaning]
        known = ((ranks.get(folded(entry.key)), entry) for entry in self.entries)
        ranked = [(rank, entry) for rank, entry in known if rank is not None and texts(entry.value)]
        return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]

    def named(self, key: str) -> Entry | None:
        """Return the first entry of a key, in any capitals."""
        return next((entry for entry in self.entries if entry.key.casefold() == key), None)

    @property
    def is_draft(self) -> bool:
        """Whether it says that it is not published, or for nobody to find."""
        return (
            any(_word(entry) in TRUE for entry in self.all("draft"))
            or any(_word(entry) in FALSE for entry in self.all("public"))
            or any(_word(entry) in _HIDDEN for entry in self.all("status"))
        )


def folded(key: str) -> str:
    """Return a key as it is compared: pubDate and pub_date are one."""
    return _SEPARATOR.sub("", one_line(key)).casefold()


def texts(value: Any) -> list[str]:
    """Return what a value says as texts, one for each item of a list; what is nested deeper says nothing."""
    values = value if isinstance(value, list) else [value]
    return [text for text in map(_text, values) if text]


def listed(value: Any) -> Iterator[str]:
    """Yield what is listed in a value: the items of a list, or what commas or semicolons part."""
    if isinstance(value, list):
        yield from texts(value)
    else:
        yield from (part.strip() for text in texts(value) for part in _LIST.split(text) if part.strip())


def each_once(values: Iterable[str]) -> tuple[str, ...]:
    """Return each text once, in order, whatever its capitals."""
    found: dict[str, str] = {}
    for one in values:
        found.setdefault(one.casefold(), one)
    return tuple(found.values())


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = next((value[name] for name in _NAMES if isinstance(value.get(name), str)), None)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > LONGEST_TEXT:
        return ""
    return one_line(str(value))[:LONGEST_TEXT] if isinstance(value, str | int | float) else ""


def _word(entry: Entry) -> str:
    return " ".join(texts(entry.value)).casefold()
