"""Passages in bulk by the bundled model: one pass each gives its vector, its sentences', its features and tokens.

The text of a passage is its context and its sentences behind the model's prompt. They are tokenized one by one, as no
piece crosses a blank, so that it is known whose each token is.
"""

from __future__ import annotations

import os
import unicodedata
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from index.characters.normal_form import visible
from index.models import bundled
from index.models.late_interaction import pack, residuals
from index.models.text_vectors import unit_rows
from index.models.token_model import pool_features
from index.types import EncodedPassage, EncoderInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from index.models.token_model import TokenModel
    from index.types import Passage

# Which tokens are kept; a change must change this, so that an old index is not searched.
KEPT_TOKENS = "without marks"

# Passages side by side, each on a core of its own, which uses two cores better than both on one; alone, a passage needs
# no padding and is the same whatever is beside it. One of 512 tokens takes 40 MB.
_MOST_AT_A_TIME = 8
# So many wait to be encoded, or to be taken, that no core is idle while a long one or an article is waited for. They
# take 30 KB each.
MOST_AHEAD = 128


def encoder_input(title: str, passage: Passage) -> EncoderInput:
    """Put title and heading path before a passage: they say which event and talk it is about."""
    context = visible(" > ".join((title, *passage.section.headings)))
    return EncoderInput(context, tuple(visible(sentence.plain) for sentence in passage.sentences))


def encode_passages(
    model: Callable[[], TokenModel], inputs: Iterable[EncoderInput]
) -> Iterator[tuple[int, EncodedPassage]]:
    """Yield (position, vectors) in the order of ``inputs``, which are asked for while others are encoded.

    ``model`` loads the model when the first input is there, in a thread that encodes.
    """
    workers = min(os.cpu_count() or 1, _MOST_AT_A_TIME)
    waiting: deque[Future[EncodedPassage]] = deque()
    done = 0
    with ThreadPoolExecutor(workers) as threads:
        try:
            for given in inputs:
                waiting.append(threads.submit(lambda one: _encode(model(), one), given))
                while len(waiting) > MOST_AHEAD or (waiting and waiting[0].done()):
                    yield done, waiting.popleft().result()
                    done += 1
            while waiting:
                yield done, waiting.popleft().result()
                done += 1
        finally:
            for one in waiting:
                one.cancel()


def _kept(model: TokenModel, tokens: Sequence[int]) -> NDArray[np.bool_]:
    """Tell which tokens of a passage are kept to be compared with those of questions; all, where all are marks."""
    has_letters = np.array([_has_letters(model.piece(token)) for token in tokens], bool)
    return has_letters if has_letters.any() else ~has_letters


@cache
def _has_letters(piece: str) -> bool:
    """Return whether a token has a letter or a digit, of any script."""
    return any(unicodedata.category(character)[0] in "LN" for character in piece)


def _encode(model: TokenModel, given: EncoderInput) -> EncodedPassage:
    prompt = model.tokens(bundled.PASSAGE_PROMPT)
    lines = [model.tokens(line) for line in (given.context, *given.sentences)]
    tokens = [token for line in lines for token in line]
    states, features, strengths = model.run([*prompt, *tokens])
    content = slice(1 + len(prompt), -1)
    inner = states[content]
    _, *bounds = accumulate((len(line) for line in lines), initial=0)
    # The sum has the direction of the mean; it is zero for a sentence without tokens, or beyond what the model reads.
    sums = [inner[start:end].sum(axis=0) for start, end in pairwise(bounds)]
    return EncodedPassage(
        unit_rows(states.mean(axis=0)),
        unit_rows(np.array(sums, np.float32).reshape(-1, bundled.DIMENSION)),
        pool_features(features[content], strengths[content], bundled.PASSAGE_FEATURES),
        pack(residuals(inner)[_kept(model, tokens[: len(inner)])]),
    )
