"""Show an article as the bot sees it: its title, where its page is, and its sections down to the sentences."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from index.errors import NoSuchArticle
from index.reading.pages.links import page_url
from index.sites.page import FileName
from index.sites.said import FIELDS_LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.sites.site import Sites
    from index.storage.tables import StoredPassage, Tables
    from index.types import Article, Section, Sentence

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article of an index with its sections, each with its passages."""

    article: Article
    url: str | None
    sections: tuple[tuple[Section, tuple[StoredPassage, ...]], ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as ``index show --json`` prints it; lines are those of the file, counted from 1."""
        article = self.article
        return {
            "article": article.path,
            "title": article.title,
            "title_from": article.title_from,
            "dialect": article.dialect.value,
            "date": article.date,
            "draft": not article.published,
            "topics": list(article.topics),
            "url": self.url,
            "sections": [self._section(section, passages) for section, passages in self.sections],
        }

    def as_text(self) -> str:
        """Return it as text for a person."""
        found = self.as_json()
        notes = (found["dialect"], found["date"] or "no date", *(["draft"] if found["draft"] else []))
        head = (
            f"{found['title']}  (title from the {found['title_from']})",
            f"{found['article']}: {', '.join(notes)}",
            *([f"Topics: {', '.join(found['topics'])}"] if found["topics"] else []),
            found["url"] or "No page is known.",
        )
        return "\n".join((*head, *_section_lines(found["sections"])))

    def _section(self, section: Section, passages: Sequence[StoredPassage]) -> dict[str, Any]:
        return {
            "headings": list(section.headings),
            "level": section.level,
            "anchor": section.anchor,
            "line": self._line(section.start, section.end),
            "passages": [
                {
                    "line": stored.line,
                    "characters": len(stored.text),
                    "sentences": [self._sentence(sentence) for sentence in stored.passage.sentences],
                }
                for stored in passages
            ],
        }

    def _sentence(self, sentence: Sentence) -> dict[str, Any]:
        start, end = self.article.file_range(sentence.start, sentence.end)
        return {
            "line": self.article.line_of(start),
            "start": start,
            "end": end,
            "kind": sentence.kind,
            "text": sentence.plain,
        }

    def _line(self, start: int, end: int) -> int:
        return self.article.line_of(self.article.file_range(start, end)[0])


def view(tables: Tables, name: str, sites: Sites) -> ArticleView:
    """Return the article with a path, or with a name that is the end of one path alone; raise NoSuchArticle."""
    number = _number(tables, name)
    article = tables.article(number)
    passages: dict[int, list[StoredPassage]] = {}
    for stored in tables.passages_of_article(number):
        passages.setdefault(stored.section_number, []).append(stored)
    sections = tuple((section, tuple(passages.get(one, ()))) for one, section in tables.sections(number))
    return ArticleView(article, page_url(article, sites), sections)


def _number(tables: Tables, name: str) -> int:
    paths = [entry.path for entry in tables.entries]
    wanted = name.removeprefix("./")
    for found in (
        [path for path in paths if path == wanted],
        [path for path in paths if path.endswith(f"/{wanted}") or wanted.endswith(f"/{path}")],
        [path for path in paths if FileName.of(path).name == wanted],
    ):
        if len(found) == 1:
            return paths.index(found[0])
    raise NoSuchArticle(f"the index has no article {name}{_nearest(paths, wanted)}")


def _nearest(paths: Sequence[str], name: str) -> str:
    """Return the nearest paths as the end of a sentence: those with the name in them first."""
    inside = [path for path in paths if name.casefold() in path.casefold()]
    names = {path: FileName.of(path).name for path in paths}
    similar = get_close_matches(FileName.of(name).name, set(names.values()), _NEAREST)
    near = dict.fromkeys([*inside, *(path for one in similar for path in paths if names[path] == one)])
    return f"; the nearest: {', '.join(list(near)[:_NEAREST])}" if near else ""


def _section_lines(sections: Sequence[dict[str, Any]]) -> Iterator[str]:
    for section in sections:
        unnamed = "(front matter)" if section["level"] == FIELDS_LEVEL else "(before the first heading)"
        heading = " › ".join(section["headings"]) or unnamed
        yield f"\n{heading}  (line {section['line']}, {_anchor(section['anchor'])})"
        for number, passage in enumerate(section["passages"], 1):
            yield f"  passage {number}, {passage['characters']} characters"
            for sentence in passage["sentences"]:
                yield f"    {sentence['line']:>4}  {sentence['kind']:<5}  {' '.join(sentence['text'].split())}"


def _anchor(anchor: str | None) -> str:
    return f"#{anchor}" if anchor else "no anchor"
