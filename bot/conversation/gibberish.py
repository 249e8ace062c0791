"""Tell whether a text is nothing but hit keys: likelier to be random letters than words.

A name that nobody has heard of is no gibberish: of 84,000 names of Python and JavaScript packages 1 in 2,000
is taken for some, and `small_talk` asks the index about it before anybody hears of that.
"""

from __future__ import annotations

import math
import re

LETTERS = " abcdefghijklmnopqrstuvwxyz"
# Nats.
UNIT = 0.7
# How surprising a letter is after another in a word, in units: a row for the beginning of a word and for every letter,
# in it a column for the end of a word and for every letter. Made by training/letter_pairs.py.
_SURPRISES = """
944345555576545548434565988
495457757596343959343667867
535883998389389399357399969
439693993494599399464499959
247862877389577489558587969
247545668698453768334777679
439993499299399399475499969
149993964499475499468499969
338992899399667399585498949
546455659897452469534759896
529983999389987289898299999
236982796297575479647597959
338762789397378379965579949
325992999399857349969499969
348443638496886489843679978
566557658696442549344465779
439993994399499349355599969
659999999699799999999099999
336653767396756369555578959
249593894497657558943597969
338693894299689499455598959
655555659597343759334989898
639991999299999399799699979
426763794397584389557898989
248493785299889539983599849
156565879599555559556797899
428992998399599399998597954
""".split()

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WALKS = " ".join(row + " " + row[::-1] for row in _ROWS)
_BESIDE = {letter: row[max(0, place - 1) : place + 2] for row in _ROWS for place, letter in enumerate(row)}
# Half of the time the same finger or its neighbour comes next.
_HITS = 0.5
# Words of random letters are about as long as words.
_WORD_ENDS = 1 / 8

# Ten thousand times likelier than words: to take a question for gibberish is worse than to search for gibberish.
_EVIDENCE = math.log(10_000)
# What is shorter is an abbreviation more often than not: xlsx, mqtt.
_LEAST_LETTERS = 5
# Straight along a row of keys: asdf, poiu.
_LEAST_WALK = 4

# Capitals, digits and other letters make a name.
_PLAIN = re.compile(r"[a-z\W_]+")
# Capitals are left out: AAAA is a DNS record.
_REPEATABLE = re.compile(r"[a-zぁ-ゖァ-ヺー]+")
_LONGEST_UNIT = 4


def is_repetition(text: str) -> bool:
    """Return whether a text is a letter or a few over and over, as no name and no word is: ああああ, asdasdasd."""
    letters = re.sub(r"[\W_]", "", text)
    if _REPEATABLE.fullmatch(letters) is None:
        return False
    units = (letters[:size] for size in range(1, _LONGEST_UNIT + 1) if len(letters) >= max(4, 3 * size))
    return any((unit * len(letters))[: len(letters)] == letters for unit in units)


def is_random(text: str) -> bool:
    """Return whether a text is likelier to be random Latin letters than words of any kind."""
    if _PLAIN.fullmatch(text) is None:
        return False
    words = re.findall("[a-z]+", text)
    return sum(map(_evidence, words)) >= _EVIDENCE


def _evidence(word: str) -> float:
    """Return the logarithm of how much likelier letters are to come from hit keys than from a word."""
    if len(word) >= _LEAST_WALK and word in _WALKS:
        return _EVIDENCE
    evidence = _log_ratio(word)
    return min(evidence, 0.0) if len(word) < _LEAST_LETTERS else evidence


def _log_ratio(word: str) -> float:
    return sum(
        UNIT * int(_SURPRISES[LETTERS.index(one)][LETTERS.index(other)]) + math.log(_hit(one, other))
        for one, other in zip(f" {word}", f"{word} ", strict=True)
    )


def _hit(one: str, other: str) -> float:
    """Return the probability that whoever hits keys hits one after the other."""
    if other == " ":
        return _WORD_ENDS
    anywhere = 1 / 26
    if one == " ":
        return anywhere
    beside = _BESIDE[one]
    return (1 - _HITS) * anywhere + (_HITS / len(beside) if other in beside else 0.0)
