"""Find the article files and read them, and no other files.

Who writes articles need not be who runs the bot, and what is indexed is shown to everybody. So a link is followed only
to where the settings say that articles are, and nothing is opened but regular files.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from index.errors import ArticleError, ArticleOutOfReach, ArticlesFolderError
from index.reading.not_pages import reason_to_skip
from index.reading.skipped import SkippedPath

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_SUFFIXES = (".md", ".markdown", ".mdx")
# The largest of the public reports has 33 KB; this is a thick book, which is split in seconds.
LARGEST = 2 << 20
_LEADS_OUT = "The link leads out of the articles folders or to what is hidden there; ALLOW_LINKS_TO can name the place."
_NO_ARTICLE = f"no Markdown file ({', '.join(_SUFFIXES)})"
_HIDDEN = "hidden"
_NOWHERE = "a link that leads nowhere"
_READ_ELSEWHERE = "a link to a folder that is read where it is, or by another link"
# Of a file that is there: it is locked, or its disk or the network is.
_OUT_OF_REACH = frozenset({errno.EACCES, errno.EPERM, errno.EIO, errno.ESTALE, errno.ETIMEDOUT})
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK a pipe that took the file's place would never open.
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Places:
    """The places where article files may lie, without links: articles folders, and folders that links may lead to."""

    folders: tuple[Path, ...]
    linked: tuple[Path, ...]

    @classmethod
    def of(cls, folders: Iterable[Path], linked: Iterable[Path] = ()) -> Self:
        """Resolve the folders that the settings name; they themselves may be links."""
        return cls(tuple(map(_resolved, folders)), tuple(map(_resolved, linked)))

    def around(self, real: Path) -> Path | None:
        """Return the place that a resolved path lies in, None when it is outside of all or hidden there."""
        return next((place for place in (*self.folders, *self.linked) if _shows(place, real)), None)

    def has_found(self, real: Path) -> bool:
        """Tell whether a resolved folder is found where it is, in an articles folder."""
        return any(_shows(folder, real) for folder in self.folders)


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The article files of a folder, sorted, the links and subfolders that are refused, and what is skipped."""

    files: tuple[Path, ...]
    refused: tuple[ArticleError, ...]
    skipped: tuple[SkippedPath, ...]


def find_files(root: Path, places: Places | None = None) -> FoundFiles:
    """Find the Markdown files of an articles folder and its subfolders, without hidden ones.

    Links lead nowhere else when no places are given. Raises `ArticlesFolderError` when the folder cannot be listed.
    """
    if not root.is_dir():
        raise ArticlesFolderError(f"there is no articles folder {root}; name one with --articles or ARTICLES")
    walk = _Walk(root, places or Places.of([root]))
    walk.walk()
    files = sorted(walk.files, key=lambda file: file.relative_to(root).as_posix())
    skipped = sorted(walk.skipped, key=lambda one: one.path)
    return FoundFiles(tuple(files), tuple(walk.refused), tuple(skipped))


def article_path(root: Path, file: Path) -> str:
    """Return the path of an article as the index knows it; raise ArticleError when it is not UTF-8 text."""
    path = file.relative_to(root).as_posix()
    if (readable := _readable(path)) != path:
        raise ArticleError(readable, 1, "The name of the file is not UTF-8 text.")
    return path


def read_file(root: Path, path: str, places: Places) -> bytes:
    """Return the bytes of an article file.

    Raises `ArticleError` when it cannot be read, is too large, is no regular file or lies where it must not, and
    `ArticleOutOfReach` when it is there and cannot be opened.
    """
    try:
        real = _resolved(root / path, strict=True)
        place = places.around(real)
        if place is None:
            raise ArticleError(path, 1, _LEADS_OUT)
        if not _is_article(real.name):
            raise ArticleError(path, 1, "The link leads to a file that is no article.")
        source = _read_regular(place, real.relative_to(place).parts)
    except OSError as error:
        # Whoever may not look into a folder does not learn where a link in it leads.
        out_of_reach = error.errno in _OUT_OF_REACH and places.around(_resolved(root / path)) is not None
        kind = ArticleOutOfReach if out_of_reach else ArticleError
        raise kind(path, 1, f"The file cannot be read: {error.strerror}.") from error
    if len(source) > LARGEST:
        raise ArticleError(path, 1, f"The file is larger than {LARGEST >> 20} MiB.")
    return source


def _read_regular(place: Path, parts: Sequence[str]) -> bytes:
    """Read a regular file below a place, one byte more than the largest at most.

    It is opened step by step, so that no link that is put there meanwhile leads away from it.
    """
    with ExitStack() as opened:
        folder = opened.enter_context(_opened(place, _FOLDER))
        for part in parts[:-1]:
            folder = opened.enter_context(_opened(part, _FOLDER, folder))
        _check_regular(os.stat(parts[-1], dir_fd=folder, follow_symlinks=False))
        file = opened.enter_context(_opened(parts[-1], _FILE, folder))
        # Something else may have taken its place since.
        _check_regular(os.fstat(file))
        with os.fdopen(file, "rb", closefd=False) as stream:
            return stream.read(LARGEST + 1)


@contextmanager
def _opened(path: str | Path, flags: int, folder: int | None = None) -> Iterator[int]:
    descriptor = os.open(path, flags, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _check_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(None, "it is not a regular file")


def _resolved(path: Path, *, strict: bool = False) -> Path:
    # Unlike Path.resolve, it does not raise RuntimeError where links go round in circles.
    return Path(os.path.realpath(path, strict=strict))


def _shows(place: Path, real: Path) -> bool:
    """Tell whether a path lies in a place, and no part of it below the place is hidden."""
    return real.is_relative_to(place) and not any(part.startswith(".") for part in real.relative_to(place).parts)


def _is_article(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES) and not name.startswith(".")


def _readable(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


class _Walk:
    """Goes through an articles folder, into every folder once."""

    def __init__(self, root: Path, places: Places) -> None:
        self.files: list[Path] = []
        self.refused: list[ArticleError] = []
        self.skipped: list[SkippedPath] = []
        self._root = root
        self._places = places
        self._seen: set[tuple[int, int]] = set()

    def walk(self) -> None:
        """Go through all folders."""
        waiting = [self._root]
        while waiting:
            folder = waiting.pop()
            try:
                entries = self._entries(folder)
            except OSError as error:
                self._refuse_unlisted(folder, error)
                continue
            names = {entry.name for entry in entries}
            for entry in entries:
                self._sort(entry, names, waiting)

    def _sort(self, entry: os.DirEntry[str], names: Collection[str], waiting: list[Path]) -> None:
        """Take an entry, which has ``names`` beside it, for an article or a folder to go through, or skip it."""
        path = Path(entry)
        if entry.name.startswith("."):
            self._skip(path, _HIDDEN)
        elif _is_folder(entry):
            if (reason := reason_to_skip(entry.name, names)) is not None:
                self._skip(path, reason)
            elif not entry.is_symlink() or self._may_follow(path):
                waiting.append(path)
        elif _is_article(entry.name):
            self.files.append(path)
        else:
            self._skip(path, _NOWHERE if entry.is_symlink() and not path.exists() else _NO_ARTICLE)

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        """Return what is in a folder, in reverse order; nothing when the folder has been seen."""
        status = folder.stat()
        identity = (status.st_dev, status.st_ino)
        if identity in self._seen:
            self._skip(folder, _READ_ELSEWHERE)
            return []
        self._seen.add(identity)
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name, reverse=True)

    def _may_follow(self, link: Path) -> bool:
        real = _resolved(link)
        if self._places.has_found(real):
            self._skip(link, _READ_ELSEWHERE)
            return False
        if self._places.around(real) is None:
            self._refuse(link, _LEADS_OUT)
            return False
        return True

    def _refuse(self, path: Path, reason: str, kind: type[ArticleError] = ArticleError) -> None:
        self.refused.append(kind(self._name(path), 1, reason))

    def _skip(self, path: Path, reason: str) -> None:
        self.skipped.append(SkippedPath(self._name(path), reason))

    def _name(self, path: Path) -> str:
        return _readable(path.relative_to(self._root).as_posix())

    def _refuse_unlisted(self, folder: Path, error: OSError) -> None:
        if folder == self._root:
            raise ArticlesFolderError(f"The articles folder {folder} cannot be listed: {error.strerror}.") from error
        self._refuse(folder, f"The folder cannot be listed: {error.strerror}.", ArticleOutOfReach)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a folder or a link to one, as far as one may know."""
    try:
        return entry.is_dir()
    except PermissionError:
        # Of a link to what is locked; it is opened as a folder then, which says so.
        return not _is_article(entry.name)
    except OSError:
        return False
