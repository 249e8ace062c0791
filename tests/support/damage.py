"""What can happen to the files of an index, and what it answers then."""

from __future__ import annotations

import ctypes
import resource
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.checking.verify import problems
from index.errors import IndexDamaged, IndexMissing, ReportBotError
from index.storage import folder
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder
from tests.support.helpers import answerer_over, one_sentence

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.types import Answer

QUESTIONS = (
    "how many watts has the lamp?",
    "この部の本文は何版目ですか？",
    "鯨はどうやって数えますか？",
    "声は3回録りましたか？",
    "how long does moss keep water?",
)


def zeroed(data: bytes, chosen: random.Random) -> bytes:
    """Return a file of which a block was never written."""
    start = chosen.randrange(0, max(len(data) - 16, 1))
    return data[:start] + bytes(min(512, len(data) - start)) + data[start + 512 :]


def flipped(data: bytes, chosen: random.Random) -> bytes:
    """Return a file with one bit of it flipped."""
    changed = bytearray(data)
    changed[chosen.randrange(len(data))] ^= 1 << chosen.randrange(8)
    return bytes(changed)


# What is left of a file; None: not even its name.
HARMS: dict[str, Callable[[bytes, random.Random], bytes | None]] = {
    "removed": lambda _, __: None,
    "emptied": lambda _, __: b"",
    "cut by half": lambda data, _: data[: len(data) // 2],
    "cut by one byte": lambda data, _: data[:-1],
    "lengthened": lambda data, _: data + b"\0",
    "block of zeros": zeroed,
    "bit flipped": flipped,
}


def harm(path: Path, data: bytes | None) -> None:
    """Leave this of a file."""
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)


def index_files(index: Path) -> dict[str, Path]:
    """Return every file of the version in use and what names it."""
    version = folder.open_version(index).folder
    return {path.name: path for path in [index / folder.CURRENT, *sorted(version.iterdir())]}


def answers(index: Path) -> list[Answer]:
    """Return what the index answers to some questions; raise what opening and reading it raise."""
    opened = FolderStore.open(index, fingerprint=FakeEncoder().fingerprint())
    try:
        answerer = answerer_over(opened, threshold=0)
        # All but which version it was and how long it took.
        return [replace(answerer.answer(asked), index_version="", milliseconds=0) for asked in QUESTIONS]
    finally:
        opened.close()


def records(index: Path) -> list[bytes | None]:
    """Return the records of all passages, None for one that is found to be damaged when it is read."""
    opened = FolderStore.open(index)

    def whole(passage: int) -> bytes | None:
        try:
            opened.vectors([passage])
        except IndexDamaged as error:
            one_sentence(error)
            return None
        return opened.record(passage)

    try:
        return [whole(passage) for passage in range(len(opened))]
    finally:
        opened.close()


@dataclass(frozen=True)
class Expected:
    """What an index answers and holds as long as nothing happens to it."""

    answers: list[Answer]
    records: list[bytes | None]

    @classmethod
    def of(cls, index: Path) -> Expected:
        return cls(answers(index), records(index))

    def outcome(self, index: Path) -> str:
        """Return "same", "refused" with one sentence, or "wrong"."""
        try:
            same = answers(index) == self.answers
            # Those that the questions did not need are read as well.
            read = records(index)
        except ReportBotError as error:
            one_sentence(error)
            return "refused"
        same = same and len(read) == len(self.records)
        return "same" if same and all(a in {None, b} for a, b in zip(read, self.records, strict=True)) else "wrong"


def is_found(index: Path) -> bool:
    """Tell whether verify has something to say, after checking that it says so in sentences."""
    try:
        found = problems(index)
    except IndexMissing as error:
        found = [str(error)]
    for problem in found:
        one_sentence(problem)
    return bool(found)


def made_files(index: Path) -> dict[str, bytes]:
    """Return the files of the version in use, but for the manifest, which says when and how quickly it was made."""
    changing = {folder.CURRENT, folder.MANIFEST}
    return {name: path.read_bytes() for name, path in index_files(index).items() if name not in changing}


@contextmanager
def with_files_up_to(limit: int) -> Iterator[None]:
    """Refuse to write files beyond a length in bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def obeying_permissions() -> Iterator[None]:
    """Have this thread obey the permissions of files, which root need not: take CAP_DAC_OVERRIDE from it."""
    libc = ctypes.CDLL(None)
    # Version 3 of the call, for the thread that calls it; the first number holds the powers that count.
    header, powers = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc.capget(header, powers)
    before, powers[0] = powers[0], powers[0] & ~0b10
    libc.capset(header, powers)
    try:
        yield
    finally:
        powers[0] = before
        libc.capset(header, powers)
