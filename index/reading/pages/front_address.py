"""Read what the front matter of an article says of the address of its page, in the words of any generator."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from index.sites.page import PageAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Longer ones fit in no address that Slack takes.
_LONGEST = 1_000
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
# They are as often something else, such as the event's own site.
_MAYBE_PATHS = ("url", "path")
_ALIASES = ("aliases", "alias", "redirect_from")
_DATES = ("date", "publishdate", "pubdate", "published_at", "created_at", "published")
_LANGUAGES = ("lang", "language", "locale")


def page_address(values: Mapping[str, object]) -> PageAddress:
    """Take the address out of the values of a front matter, whatever they are and however their keys are written."""
    said = {str(key).casefold(): value for key, value in values.items()}
    return PageAddress(
        path=_text(said.get("permalink")) or _first(_rooted(_text(said.get(key))) for key in _MAYBE_PATHS),
        slug=_text(said.get("slug")),
        alias=_first(_rooted(_text(one)) for key in _ALIASES for one in _listed(said.get(key))),
        identifier=_text(said.get("id")),
        date=_first(_day(said.get(key)) for key in _DATES),
        language=_first(_text(said.get(key)) for key in _LANGUAGES).lower(),
    )


def _text(value: object) -> str:
    text = str(value).strip() if isinstance(value, str | int) else ""
    return "" if len(text) > _LONGEST or _ODD.search(text) else text


def _rooted(path: str) -> str:
    """Return a path that counts from the root of the site, or nothing."""
    return path if path.startswith("/") else ""


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _day(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()[: len("2019-06-12")]
    found = _DAY.match(_text(value))
    if found is None:
        return ""
    year, month, day = map(int, found.groups())
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def _first(found: Iterable[str]) -> str:
    return next(filter(None, found), "")
