"""All vectors of a text from one pass of a sentence-transformers model: its own, its sentences', its tokens.

The text of a passage is its context and its sentences, each on a line of its own, behind the model's passage
prompt. It is cut off after as many tokens as the model reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from index.characters.kanji import in_use
from index.models.late_interaction import pack, residuals
from index.types import EncodedPassage, EncodedQuestion

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    import torch
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    from index.types import EncoderInput

# A change of how texts are put together must change this, so that an old index is not searched.
TEXT_RECIPE = "2: context, sentences by line, in the kanji in use"

# About 1,000 tokens. 200 passages of 330 characters took 15 s on two cores, and as long or longer, with up to
# 700 MB more, in larger batches; one by one they took 20 s.
_BATCH_BYTES = 5_000
# A token of Japanese or English is about five bytes of UTF-8, so bytes sort and bound a batch without a
# second tokenization; past 512 tokens a text is cut off and costs no more.
_LONGEST_BYTES = 512 * 5


def encode_passages(
    model: SentenceTransformer,
    prompt: str,
    inputs: Sequence[EncoderInput],
    one_at_a_time: threading.Lock,
) -> Iterator[tuple[int, EncodedPassage]]:
    """Encode passages batch by batch; see ``Encoder.encode_passages``."""
    texts = [_Text.compose(given) for given in inputs]
    encode_batch = _encode_by_tokens if _pools_plain_mean(model) else _encode_by_sentence
    for batch in _batches([text.text for text in texts]):
        with one_at_a_time:
            passages = list(encode_batch(model, prompt, [texts[position] for position in batch]))
        yield from zip(batch, passages, strict=True)


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of a passage and where its sentences stand in it (n, 2), in characters."""

    text: str
    bounds: NDArray[np.int64]

    @classmethod
    def compose(cls, given: EncoderInput) -> _Text:
        """Put the context and the sentences on lines of their own, in the kanji that are in use."""
        lines = [given.context, *given.sentences] if given.context else list(given.sentences)
        lengths = np.array([len(line) for line in lines], np.int64)
        ends = np.cumsum(lengths + 1) - 1
        first = len(lines) - len(given.sentences)
        return cls(in_use("\n".join(lines)), np.stack((ends - lengths, ends), axis=1)[first:])


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Group the positions of texts of like length, longest first, so that little of a batch is padding."""
    lengths = [min(len(text.encode()), _LONGEST_BYTES) for text in texts]
    batch: list[int] = []
    for position in sorted(range(len(texts)), key=lambda position: -lengths[position]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > _BATCH_BYTES:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def _pools_plain_mean(model: SentenceTransformer) -> bool:
    """Tell whether a mean over some token states lies in the space of the dense vectors.

    It does if the model itself takes their mean and does nothing more than normalize it; and a fast tokenizer
    is needed to tell where the tokens stand in the text.
    """
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    first, *rest = model
    return (
        getattr(getattr(first, "tokenizer", None), "is_fast", False)
        and model.modalities == ["text"]
        and bool(rest)
        and isinstance(rest[0], Pooling)
        and rest[0].pooling_mode == "mean"
        and all(isinstance(module, Normalize) for module in rest[1:])
    )


def _encode_by_tokens(model: SentenceTransformer, prompt: str, texts: Sequence[_Text]) -> Iterator[EncodedPassage]:
    """Encode a batch in one pass: the vectors of sentences from its token states."""
    outputs: Any = model.encode_document([text.text for text in texts], prompt=prompt, **_token_options(len(texts)))
    for text, output in zip(texts, outputs, strict=True):
        spans, states, content = _token_states(output, prompt)
        yield EncodedPassage(
            unit_rows(output["sentence_embedding"].float().cpu().numpy()),
            _pool_sentences(states.numpy(), spans - len(prompt), text.bounds),
            None,
            pack(residuals(states[content].numpy())),
        )


def encode_question(model: SentenceTransformer, prompt: str, question: str) -> EncodedQuestion:
    """Encode one question, with its tokens if the model is one whose passages have them."""
    question = in_use(question)
    if not _pools_plain_mean(model):
        dense = model.encode_query(question, prompt=prompt, show_progress_bar=False)
        return EncodedQuestion(unit_rows(dense), None, None)
    outputs: Any = model.encode_query([question], prompt=prompt, **_token_options(1))
    _, states, content = _token_states(outputs[0], prompt)
    dense = outputs[0]["sentence_embedding"].float().cpu().numpy()
    return EncodedQuestion(unit_rows(dense), None, residuals(states[content].numpy()))


def _token_options(batch_size: int) -> dict[str, Any]:
    """Ask sentence-transformers for all it computes, and where the tokens stand in the text."""
    return {
        "batch_size": batch_size,
        "output_value": None,
        "show_progress_bar": False,
        "processing_kwargs": {"text": {"return_offsets_mapping": True}},
    }


def _token_states(output: Any, prompt: str) -> tuple[NDArray[np.int64], torch.Tensor, NDArray[np.bool_]]:
    """Return spans (t, 2) and states (t, d) of the tokens of a text, and which are neither special nor the prompt."""
    spans = output["offset_mapping"].cpu().numpy()
    # Special tokens and padding stand at (0, 0).
    return spans, output["token_embeddings"].float().cpu(), spans[:, 1] > len(prompt)


def _pool_sentences(
    states: NDArray[np.float32], spans: NDArray[np.int64], bounds: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Average the states (t, d) of each sentence's tokens, scaled to length 1: (n, d).

    ``spans`` (t, 2) and ``bounds`` (n, 2) are character offsets; a token belongs to the first sentence that
    it overlaps. The sum has the direction of the mean, so it is not divided.
    """
    sums = np.zeros((len(bounds), states.shape[1]), np.float32)
    visible = np.flatnonzero(bounds[:, 1] > bounds[:, 0])
    if not len(visible):
        return sums
    starts, ends = bounds[visible].T
    # The first sentence that ends after the token starts ...
    owner = np.minimum(np.searchsorted(ends, spans[:, 0], side="right"), len(visible) - 1)
    # ... and does not start after the token ends.
    overlaps = (starts[owner] < spans[:, 1]) & (spans[:, 0] < ends[owner])
    np.add.at(sums, visible[owner[overlaps]], states[overlaps])
    return unit_rows(sums)


def _encode_by_sentence(model: SentenceTransformer, prompt: str, texts: Sequence[_Text]) -> Iterator[EncodedPassage]:
    """Encode passages, and then their sentences as texts of their own: for models that pool otherwise."""
    dense = unit_rows(model.encode_document([text.text for text in texts], prompt=prompt, show_progress_bar=False))
    for text, vector in zip(texts, dense, strict=True):
        sentences = [text.text[start:end] for start, end in text.bounds]
        vectors = np.zeros((len(sentences), len(vector)), np.float32)
        visible = [row for row, sentence in enumerate(sentences) if sentence.strip()]
        if visible:
            vectors[visible] = model.encode_document(
                [sentences[row] for row in visible], prompt=prompt, show_progress_bar=False
            )
        yield EncodedPassage(vector, unit_rows(vectors), None, None)


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale vectors (..., d) to length 1; zero vectors stay zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
