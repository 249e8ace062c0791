"""Give memory that was only needed to load something back to the system; where the system has no such call, nothing."""

from __future__ import annotations

import ctypes
import mmap
from contextlib import suppress
from pathlib import Path

# An option of glibc's mallopt(3), by its number in malloc.h; and from how many bytes on blocks are large.
MMAP_THRESHOLD = -3
LARGE_BLOCK = 1 << 20


def give_back_heap() -> None:
    """Give back what was freed; glibc would keep 50 MB of it for later."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def give_back_large_blocks() -> None:
    """Have large blocks given back as soon as they are freed, from now on.

    glibc keeps them: each one that is freed raises the size up to which it does, to 32 MiB. What is left over between
    small ones of other threads then adds up to 60 MB in a process that answers, and goes on growing.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(MMAP_THRESHOLD, LARGE_BLOCK)


def give_back_file(name: str) -> None:
    """Give back the pages of every mapped file of a name; those that are needed again are mapped again."""
    advise = getattr(ctypes.CDLL(None), "madvise", None)
    if advise is None:
        return
    with suppress(OSError):
        for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines():
            # The range of a mapping, its rights, and three numbers stand before the path; see proc(5).
            addresses, rights, *_, path = line.split(maxsplit=5) if line.count("/") else (line, "", "")
            if Path(path).name == name and rights.startswith("r--"):
                first, last = (int(address, 16) for address in addresses.split("-"))
                advise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), mmap.MADV_DONTNEED)
