"""Count which letter follows which in words, for bot/gibberish.py.

    python benchmarks/fit_letter_pairs.py

The words are the English ones of the dictionary that an index is built with, each counted once. Prints a row for
every letter and, first, for the beginning of a word; its columns are in the same order, the end of the word first.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from bot.gibberish import LETTERS, UNIT
from index.dictionary import entries

# Shorter ones are abbreviations, more than words.
LEAST_LETTERS = 3
# Added to every count: what no word of the dictionary has, a name may.
SMOOTHING = 0.5


def main() -> None:
    glosses = " ".join(gloss for entry in entries() for sense in entry.senses for gloss in sense)
    words = {word for word in re.findall("[a-z]+", glosses.lower()) if len(word) >= LEAST_LETTERS}
    pairs = Counter(pair for word in words for pair in zip(f" {word}", f"{word} ", strict=True))
    for first in LETTERS:
        row = [pairs[first, second] + SMOOTHING for second in LETTERS]
        surprises = (-math.log(count / sum(row)) for count in row)
        print("".join(str(min(9, round(surprise / UNIT))) for surprise in surprises))


if __name__ == "__main__":
    main()
