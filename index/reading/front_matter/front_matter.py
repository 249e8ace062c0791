"""Read the front matter of an article, in whichever form it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.errors import ArticleError
from index.reading.front_matter import headers_form, json_form, toml_form, yaml_form
from index.reading.front_matter.block import LONGEST_TEXT, one_line
from index.reading.front_matter.dates import day_of, moment
from index.reading.front_matter.fields import fields_of
from index.reading.front_matter.finding import body_start, find_block
from index.reading.front_matter.keys import FALSE, TRUE, Keys, each_once, listed, texts
from index.reading.pages.front_address import page_address
from index.sites.page import NO_ADDRESS, PageAddress

if TYPE_CHECKING:
    from index.reading.front_matter.block import Block, Entry
    from index.sites.facts import Field

_FORMS = {
    "yaml": yaml_form.entries,
    "toml": toml_form.entries,
    "json": json_form.entries,
    "headers": headers_form.entries,
}
_MOST_TOPICS = 100
# It becomes a part of an address.
_PUBLICATION = re.compile(r"[\w-]+")
# "published" has a day or one of these.
_NO_DATES = TRUE | FALSE


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """An article's description of itself; ``body_start`` is the byte at which its text begins.

    Without a word on it, it is published all the same, but not by Zenn: ``says_published`` is false then. ``date`` is
    the day on which it was written, and ``fields`` are the lines that say something of the report or its event.
    ``form`` names how it is written, empty where there is none, and ``keys`` are its keys in small letters.
    ``warnings`` name what was not understood and is left out.
    """

    body_start: int
    title: str = ""
    topics: tuple[str, ...] = ()
    published: bool = True
    says_published: bool = False
    published_at: str | None = None
    publication: str | None = None
    date: str | None = None
    fields: tuple[Field, ...] = ()
    form: str = ""
    keys: frozenset[str] = frozenset()
    address: PageAddress = NO_ADDRESS
    warnings: tuple[ArticleError, ...] = ()


def read_front_matter(path: str, source: bytes) -> FrontMatter:
    """Read the front matter of an article, which may have none; raise ArticleError with the line at fault."""
    block = find_block(path, source)
    if block is None:
        return FrontMatter(body_start(source))
    values = _Values(block, Keys(_FORMS[block.form](block)))
    said = values.text("published").casefold()
    published = not values.keys.is_draft
    date, warnings = values.date()
    return FrontMatter(
        body_start=block.body_start,
        title=values.title(),
        topics=values.topics(),
        published=published,
        says_published=bool(said) and said not in FALSE and published,
        published_at=values.moment("published_at"),
        publication=values.publication(),
        date=date,
        fields=fields_of(block, values.keys),
        form=block.form,
        keys=frozenset(entry.key.casefold() for entry in values.keys.entries),
        address=page_address({entry.key: entry.value for entry in values.keys.entries}),
        warnings=tuple(warnings),
    )


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of a block; those that decide where an article is found and shown are checked."""

    block: Block
    keys: Keys

    def text(self, key: str) -> str:
        """Return the value of a key as one line of text, empty when there is none; raise ArticleError for others."""
        entry = self.keys.named(key)
        return "" if entry is None else self._text(entry, entry.value)

    def title(self) -> str:
        """Return the title; raise ArticleError for what is none."""
        titles = (self.text("title"), *(texts(entry.value)[0] for entry in self.keys.all("title")))
        return next(filter(None, titles), "")

    def topics(self) -> tuple[str, ...]:
        """Return each topic once, in order; capitals are not told apart. Raise ArticleError where Zenn has none."""
        entry = self.keys.named("topics")
        values = entry.value if entry is not None and isinstance(entry.value, list) else [entry.value] if entry else []
        for value in values:
            self._text(entry, value)
        topics = each_once(topic for one in self.keys.all("tags") for topic in listed(one.value))
        if entry is not None and len(topics) > _MOST_TOPICS:
            raise self._error(entry, f"There are more than {_MOST_TOPICS} topics in the front matter.")
        return topics[:_MOST_TOPICS]

    def publication(self) -> str | None:
        """Return the name of the publication."""
        name = self.text("publication_name")
        if name and not _PUBLICATION.fullmatch(name):
            raise self._error(
                self.keys.named("publication_name"), "The value of publication_name in the front matter is not a name."
            )
        return name or None

    def moment(self, key: str) -> str | None:
        """Return the value of a key that is a moment; raise ArticleError for one that does not exist."""
        try:
            return moment(self.text(key)) or None
        except ValueError as error:
            reason = f"The value of {key} in the front matter is a date that does not exist."
            raise self._error(self.keys.named(key), reason) from error

    def date(self) -> tuple[str | None, list[ArticleError]]:
        """Return the day on which it was written, and what is meant to be one and is none."""
        warnings: list[ArticleError] = []
        for entry in self.keys.all("date"):
            said = texts(entry.value)[0]
            if (day := day_of(said)) is not None:
                return day, warnings
            if said.casefold() not in _NO_DATES:
                reason = f"The {entry.key} in the front matter is not a date that exists; it is left out."
                warnings.append(self._error(entry, reason))
        return None, warnings

    def _text(self, entry: Entry | None, value: Any) -> str:
        if entry is None:
            return ""
        if not isinstance(value, str | int | float | None):
            raise self._error(entry, f"The value of {entry.key} in the front matter is not a text.")
        text = "".join(texts(value)) if not isinstance(value, str) else one_line(value)
        if len(text) > LONGEST_TEXT:
            reason = f"The value of {entry.key} in the front matter is longer than {LONGEST_TEXT} characters."
            raise self._error(entry, reason)
        return text

    def _error(self, entry: Entry | None, reason: str) -> ArticleError:
        return self.block.error_at(entry.start if entry else 0, reason)
