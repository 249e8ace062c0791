"""Find the articles and which of them have changed since the version in use, by the hashes of their files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from index.building.copies import is_named_copy, text_hash, without_copies
from index.building.listed_article import ListedArticle
from index.errors import ArticleError, ArticleOutOfReach
from index.reading.article_files import Places, article_path, find_files, read_file
from index.reading.articles import ReadArticle, one_article, to_article
from index.reading.pages.zenn import is_in_place
from index.reading.skipped import SkippedPath

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from index.storage.tables import ArticleEntry

    Known = Mapping[str, tuple[int, ArticleEntry]]

# What is changed is held until it is indexed, unless it is more than this: a new folder may be larger than the memory.
HELD_BYTES = 8 << 20
# As much larger than its bytes is the text of an article when it is parsed.
PARSED_FACTOR = 25
_DRAFT = "a draft, and DRAFTS is false"
_KEPT = "The index keeps what it had of it."


@dataclass(frozen=True, slots=True)
class Changes:
    """All articles to be indexed, by path, what is refused or skipped, and the paths of the version in use.

    ``warnings`` name what is left out of those that were read now, and ``moved`` says that articles that are as they
    were are of folders with other numbers now.
    """

    articles: tuple[ListedArticle, ...]
    failed: tuple[ArticleError, ...]
    skipped: tuple[SkippedPath, ...]
    indexed: frozenset[str]
    warnings: tuple[ArticleError, ...] = ()
    moved: bool = False

    @property
    def added(self) -> int:
        """The number of articles that are new."""
        return sum(one.path not in self.indexed for one in self.articles)

    @property
    def changed(self) -> int:
        """The number of articles that are other than they were."""
        return sum(one.known is None and one.path in self.indexed for one in self.articles)

    @property
    def unchanged(self) -> int:
        """The number of articles that are as they were."""
        return len(self.articles) - self.added - self.changed

    @property
    def removed(self) -> int:
        """The number of articles that are gone or cannot be read any more."""
        return len(self.indexed - {one.path for one in self.articles})

    def without(self, failed: Sequence[ArticleError]) -> Changes:
        """Return the changes without some articles that turned out to be unreadable."""
        paths = {error.path for error in failed}
        articles = tuple(one for one in self.articles if one.path not in paths)
        return replace(self, articles=articles, failed=(*self.failed, *failed))


def find_changes(
    folders: Sequence[Path], indexed: Sequence[ArticleEntry], *, drafts: bool, links_to: Sequence[Path] = ()
) -> Changes:
    """Look at every file of the articles folders; of the changed ones no more is held than there is room for.

    Copies of an article are skipped, and a path that stands in two folders is refused the second time. ``links_to``
    names the folders outside of them that links may lead to. Raises ArticlesFolderError.
    """
    places = Places.of(folders, links_to)
    inventory = _Inventory(places, {entry.path: (number, entry) for number, entry in enumerate(indexed)}, HELD_BYTES)
    for number, root in enumerate(folders):
        inventory.look_through(root, number)
    listed = inventory.listed()
    if not drafts:
        inventory.skipped += [SkippedPath(article.path, _DRAFT) for article in listed if not article.published]
        listed = [article for article in listed if article.published]
    listed, copies = without_copies(listed)
    by_path: dict[str, ListedArticle] = {}
    for article in listed:
        if by_path.setdefault(article.path, article) is not article:
            reason = "another articles folder has an article of this path"
            inventory.failed.append(ArticleError(article.path, 1, reason))
    articles = tuple(by_path[path] for path in sorted(by_path))
    skipped = (*inventory.skipped, *copies)
    return Changes(
        articles,
        tuple(inventory.failed),
        skipped,
        frozenset(inventory.known),
        tuple(inventory.warnings),
        any(one.known is not None and indexed[one.known].folder != one.folder for one in articles),
    )


@dataclass(slots=True)
class _Inventory:
    """The files of the articles folders, one folder after the other; ``room`` is for as many more bytes to be held."""

    places: Places
    known: Known
    room: int
    read: list[ListedArticle] = field(default_factory=list)
    out_of_reach: list[ListedArticle] = field(default_factory=list)
    failed: list[ArticleError] = field(default_factory=list)
    skipped: list[SkippedPath] = field(default_factory=list)
    warnings: list[ArticleError] = field(default_factory=list)

    def look_through(self, root: Path, folder: int) -> None:
        """Look at the files of an articles folder, of which ``folder`` is the number; raise ArticlesFolderError."""
        found = find_files(root, self.places)
        self.skipped += found.skipped
        self._fail(root, found.refused)
        for file in found.files:
            try:
                self.read.append(self._look(root, folder, file))
            except ArticleError as error:
                self._fail(root, [error])

    def listed(self) -> list[ListedArticle]:
        """Return what is read, and what is out of reach and not read in another folder."""
        read = {article.path for article in self.read}
        return [*self.read, *(article for article in self.out_of_reach if article.path not in read)]

    def _look(self, root: Path, folder: int, file: Path) -> ListedArticle:
        """Return an article; raise ArticleError when it cannot be read."""
        path = article_path(root, file)
        with one_article(path):
            source = read_file(root, path, self.places)
            sha256, in_place = hashlib.sha256(source).digest(), is_in_place(root, path)
            known = self._known(root, path, folder)
            # The same bytes may have come to where Zenn looks for articles, or away from there.
            # Older versions have another hash of what is named a copy.
            if known is not None and not known.is_named_copy and (known.sha256, known.has_page) == (sha256, in_place):
                return known
            read = to_article(path, source, in_place=in_place, folder=folder)
            self.warnings += read.warnings
            new = read.article
            if known is not None and (known.sha256, known.has_page) == (sha256, new.has_page):
                return replace(known, text_hash=text_hash(new))
            shown, named = (new.published, new.has_page), is_named_copy(new.title)
            hashes = sha256, text_hash(new)
            return ListedArticle(path, root, folder, self.places, *shown, named, *hashes, held=self._held(read))

    def _held(self, read: ReadArticle) -> ReadArticle | None:
        """Return what there is room for of an article that was read: all of it, only its source, or nothing."""
        size = len(read.article.source)
        parsed = size * PARSED_FACTOR if read.document else size
        for held, needed in ((read, parsed), (ReadArticle(read.article), size)):
            if needed <= self.room:
                self.room -= needed
                return held
        return None

    def _known(
        self, root: Path, path: str, folder: int | None = None, *, is_out_of_reach: bool = False
    ) -> ListedArticle | None:
        if path not in self.known:
            return None
        number, entry = self.known[path]
        shown, named = (entry.published, entry.has_page), is_named_copy(entry.title)
        hashes = entry.sha256, entry.text_hash
        folder = entry.folder if folder is None else folder
        return ListedArticle(path, root, folder, self.places, *shown, named, *hashes, number, is_out_of_reach)

    def _fail(self, root: Path, errors: Iterable[ArticleError]) -> None:
        for error in errors:
            kept = self._kept(root, error.path) if isinstance(error, ArticleOutOfReach) else []
            self.out_of_reach += kept
            reason = f"{error.reason} {_KEPT}" if kept else error.reason
            self.failed.append(ArticleError(error.path, error.line, reason))

    def _kept(self, root: Path, path: str) -> list[ListedArticle]:
        """Return the known articles of a file or folder that cannot be opened now."""
        inside = [one for one in self.known if one == path or one.startswith(f"{path}/")]
        return [kept for one in inside if (kept := self._known(root, one, is_out_of_reach=True)) is not None]
