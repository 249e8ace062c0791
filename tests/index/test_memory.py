"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from index.language.lexicon import CUT_BETWEEN

# Blocks of 4 MiB, each freed with a small one behind it that stays; after the first of them, glibc keeps what is freed.
PROGRAM = """
import ctypes
from pathlib import Path
from index.memory import give_back_large_blocks
if {asked}:
    give_back_large_blocks()
malloc, free = ctypes.CDLL(None).malloc, ctypes.CDLL(None).free
malloc.restype, free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
free(malloc(8 << 20))
for _ in range(20):
    block = malloc(4 << 20)
    ctypes.memset(ctypes.c_void_p(block), 1, 4 << 20)
    malloc(2000 << 5)
    free(block)
    malloc(3 << 20)
lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
print(next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")))
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="only glibc can be told so")
def test_large_blocks_are_given_back() -> None:
    def kilobytes(*, asked: bool) -> int:
        command = [sys.executable, "-c", PROGRAM.format(asked=asked)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    # One of the twenty would be 4,096.
    assert kilobytes(asked=True) < kilobytes(asked=False) - 20_000


# Words that stand all over the dictionary.
CUTTING = """
from pathlib import Path
from index.language import lexicon
for number in range({texts}):
    list(lexicon.morphemes(chr(0x4E00 + 7 * number % 20_000) + chr(0x3042 + number % 80) + "と図書館"))
mapped = Path("/proc/self/smaps").read_text().split("system.dic")[1:]
print(sum(int(part.partition("\\nRss:")[2].split()[0]) for part in mapped))
"""


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux tells what is in memory")
def test_pages_of_the_dictionary_are_given_back() -> None:
    def kilobytes(texts: int) -> int:
        command = [sys.executable, "-c", CUTTING.format(texts=texts)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    just_before = kilobytes(CUT_BETWEEN - 1)
    assert just_before > 20_000
    assert kilobytes(CUT_BETWEEN) < just_before / 2
