"""Count which letter follows which in words, and write that into bot/conversation/gibberish.py.

    python -m training.letter_pairs

The words are the English ones of the dictionary that an index is built with, each counted once. There is a row for
every letter and, first, for the beginning of a word; its columns are in the same order, the end of the word first.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from bot.conversation.gibberish import LETTERS, UNIT
from index.language.dictionary import entries
from training.made import LETTER_PAIRS, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

# Shorter ones are abbreviations, more than words.
LEAST_LETTERS = 3
# Added to every count: what no word of the dictionary has, a name may.
SMOOTHING = 0.5


def main() -> None:
    Manifest().write(LETTER_PAIRS, "".join(f"{row}\n" for row in rows()).encode())


def rows() -> Iterator[str]:
    """Yield how surprising every letter is after a letter, in the units that bot/conversation/gibberish.py names."""
    glosses = " ".join(gloss for entry in entries() for sense in entry.senses for gloss in sense)
    words = {word for word in re.findall("[a-z]+", glosses.lower()) if len(word) >= LEAST_LETTERS}
    pairs = Counter(pair for word in words for pair in zip(f" {word}", f"{word} ", strict=True))
    for first in LETTERS:
        row = [pairs[first, second] + SMOOTHING for second in LETTERS]
        surprises = (-math.log(count / sum(row)) for count in row)
        yield "".join(str(min(9, round(surprise / UNIT))) for surprise in surprises)


if __name__ == "__main__":
    main()
