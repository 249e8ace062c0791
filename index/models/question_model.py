"""One question by the bundled model: its dense vector, its sparse features, and what late interaction compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.models import bundled, late_interaction
from index.models.text_vectors import unit_rows
from index.models.token_model import pool_features
from index.models.tokenizer import normalize
from index.types import QUESTION_CHARACTERS, EncodedQuestion

if TYPE_CHECKING:
    from index.models.token_model import TokenModel


def encode_question(model: TokenModel, question: str) -> EncodedQuestion:
    """Encode one question; one without a visible character has no features and no tokens."""
    text = clean(question)
    model.expect(bundled.QUESTION_PROMPT + text)
    prompt = model.tokens(bundled.QUESTION_PROMPT)
    states, features, strengths = model.run([*prompt, *model.tokens(text)])
    content = slice(1 + len(prompt), -1)
    return EncodedQuestion(
        unit_rows(states.mean(axis=0)),
        pool_features(features[content], strengths[content], bundled.QUESTION_FEATURES),
        late_interaction.residuals(states[content]),
    )


def clean(question: str) -> str:
    """Normalize a question, whatever string it is, and cut it off."""
    return normalize(question[:QUESTION_CHARACTERS])[:QUESTION_CHARACTERS]
