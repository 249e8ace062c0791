"""A sentence or a line as its numbers, names and negations are looked for in it: cut into words once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from index.characters.kanji import in_use
from index.characters.normal_form import nfkc
from index.characters.patterns import compiled
from index.language import lexicon
from index.word_lists import rows_of

# A line of a report and its headings are asked for again with every sentence.
_REMEMBERED = 4096
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)?")
# Where one thing that is said ends and the next begins.
_BOUNDS = re.compile(
    r"(?<!\d)[,.](?!\d)|[,.](?= )|[、。;:!?()「」→|]|\s->\s|\s-\s"
    r"|(?<![A-Za-z])(?:but|and|while|whereas|although|though|because|so|yet|however|which|who|when|if|since)(?![A-Za-z])"
    r"|(?<=[たいだるすな])(?:が|けど|けれど|ので|のに)(?=[^、。])"
)
# A piece of one character says nothing.
_SHORTEST_CLAUSE = 2
_VERBS = {
    lexicon.stem(form): lexicon.stem(verb)
    for verb, *forms in rows_of("index/data/irregular_verbs.txt")
    for form in forms
}
# 14 時 is 14時.
_BLANK_IN_NUMBER = re.compile(r"(?<=\d) (?=[\u3040-\u30ff\u3400-\u9fff])")
_NUMBER_SIGN = re.compile(r"(?<![A-Za-z])[Nn]o\. ?(?=\d)")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True)
class Word:
    """A Japanese word as Sudachi cuts it: its normalized form, parts of speech and reading, and where it begins."""

    surface: str
    normal: str
    classes: tuple[str, ...]
    reading: str
    is_known: bool
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.surface)

    @property
    def is_number(self) -> bool:
        """Whether it says how many."""
        return self.classes[1] == "数詞"


class Statement:
    """A text that is written as ``statement`` writes it, and what is read from it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Its Japanese words, none where it has no Japanese letters."""
        if not compiled(lexicon.JAPANESE).search(self.text):
            return ()
        text = self.text[: lexicon.SUDACHI_CHARACTERS]
        return tuple(
            Word(
                one.surface(),
                one.normalized_form(),
                one.part_of_speech()[:3],
                one.reading_form(),
                not one.is_oov(),
                one.begin(),
            )
            for one in lexicon.morphemes(text)
        )

    @cached_property
    def is_japanese(self) -> bool:
        """Whether it has Japanese words."""
        return bool(self.words)

    @cached_property
    def latin(self) -> tuple[re.Match[str], ...]:
        """Its words in Latin letters."""
        return tuple(_LATIN_WORD.finditer(self.text))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Its content words, as an index has them, but verbs without the forms that no ending makes."""
        return tuple(map(plain_verb, lexicon.terms(self.text)))


def plain_verb(term: str) -> str:
    """Return a stem, of a form that no ending makes that of its verb."""
    return _VERBS.get(term, term)


def stem(word: str) -> str:
    """Return an English word in small letters without its ending, verbs without the forms that no ending makes."""
    return plain_verb(lexicon.stem(word))


@lru_cache(_REMEMBERED)
def statement(text: str) -> Statement:
    """Return a text as a statement, in the characters that texts are compared in and without addresses."""
    written = in_use(nfkc(_DASHES.sub("-", lexicon.URL.sub(" ", text)))).replace("’", "'")
    # "No. 8" denies nothing.
    return piece(_NUMBER_SIGN.sub("#", _BLANK_IN_NUMBER.sub("", written)))


@lru_cache(_REMEMBERED)
def piece(text: str) -> Statement:
    """Return a part of a statement as one, or a text that is written so."""
    return Statement(text)


@lru_cache(_REMEMBERED)
def clauses(said: Statement) -> tuple[Statement, ...]:
    """Return the clauses of a statement: what a denial or a comparison is about is seldom further off."""
    texts = (text.strip() for text in _BOUNDS.split(said.text))
    return tuple(piece(text) for text in texts if len(text) >= _SHORTEST_CLAUSE)
