"""Any sentence-transformers model, from a folder or by its name on the hub, as an encoder."""

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
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from index.errors import EncoderError
from index.models import bundled, late_interaction
from index.models.text_vectors import TEXT_RECIPE, encode_passages, encode_question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sentence_transformers import SentenceTransformer

    from index.types import EncodedPassage, EncodedQuestion, EncoderInput

log = logging.getLogger(__name__)

# Passages of like length are encoded together, and so many are looked at for that.
_SORTED_AT_A_TIME = 512

_MODEL_SUFFIXES = {".bin", ".json", ".model", ".pt", ".py", ".safetensors", ".txt"}


class NamedEncoder:
    """Any sentence-transformers model, from a folder or by its name on the hub."""

    sparse_dimension = 0

    def __init__(self, name: str, question_prompt: str | None, passage_prompt: str | None) -> None:
        self.name = name
        self._short_name = Path(name).resolve().name
        self._given = (question_prompt, passage_prompt)
        self._source = LazyValue(lambda: _find_model(name))
        self._model = LazyValue(lambda: _load_model(self._source()))
        self._prompts = LazyValue(self._choose_prompts)
        self._weights = LazyValue(lambda: _fingerprint_source(self._source()))
        # transformers sets truncation and padding on the one tokenizer at every call.
        self._one_at_a_time = threading.Lock()

    @property
    def dimension(self) -> int:
        """Length of the dense vectors; loads the model."""
        return len(self.encode_question("").dense)

    def load(self) -> None:
        """Load the model."""
        self._model()

    def fingerprint(self) -> dict[str, str]:
        """Describe all that the vectors depend on; reads the model's files, not the model."""
        question_prompt, passage_prompt = self._prompts()
        return {
            "model": self._short_name,
            "weights": self._weights(),
            "question_prompt": question_prompt,
            "passage_prompt": passage_prompt,
            "text_recipe": TEXT_RECIPE,
            "sparse_recipe": "none",
            "token_recipe": late_interaction.RECIPE,
        }

    def encode_question(self, question: str) -> EncodedQuestion:
        """Encode one question; safe for any string and from several threads."""
        model, (prompt, _) = self._model(), self._prompts()
        encodable = question.encode("utf-8", "replace").decode("utf-8")
        with self._one_at_a_time:
            return encode_question(model, prompt, encodable)

    def encode_passages(self, inputs: Iterable[EncoderInput]) -> Iterator[tuple[int, EncodedPassage]]:
        """Yield (position in ``inputs``, vectors) as batches finish, of so many passages the longest first."""
        left, first = iter(inputs), 0
        while some := list(islice(left, _SORTED_AT_A_TIME)):
            encoded = encode_passages(self._model(), self._prompts()[1], some, self._one_at_a_time)
            yield from ((first + position, vectors) for position, vectors in encoded)
            first += len(some)

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


class LazyValue(Generic[_T]):
    """Makes a value when it is first asked for, once, whichever thread asks."""

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make = make
        self._made: list[_T] = []
        self._lock = threading.Lock()

    def __call__(self) -> _T:
        """Return the value."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
        return self._made[0]


@dataclass(frozen=True, slots=True)
class _Source:
    """The place of a model: ``location`` is a folder, or with ``commit`` a repository on the hub."""

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
            with quiet_loading():
                from sentence_transformers import SentenceTransformer

                return SentenceTransformer(source.location, revision=source.commit, local_files_only=offline)
        except Exception as error:  # a model is files of others, which can fail in any way
            log.debug("loading %s failed", source.location, exc_info=True)
            failure = _line(error)
    raise EncoderError(f"the model {source.location!r} cannot be loaded ({failure}); {_MEND}")


def _line(error: Exception) -> str:
    """Reduce a library's message, which may be a page, to a name and its first line without a full stop."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0].rstrip('.')}"


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Keep the progress bars and warnings of loading off the user's terminal; errors are raised anyway."""
    with bundled.patient_openmp():
        import torch  # noqa: F401 - the libgomp it loads is to see patient_openmp's variables
        from transformers.utils import logging as transformers_logging

    loggers = [logging.getLogger(name) for name in ("transformers", "sentence_transformers", "huggingface_hub")]
    levels = [logger.level for logger in loggers]
    had_bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
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
            transformers_logging.enable_progress_bar()
