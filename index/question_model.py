"""One question by the bundled model: its dense vector, its sparse features, and what late interaction compares."""

from __future__ import annotations

from functools import lru_cache

from index import bundled, late_interaction
from index.text_vectors import unit_rows
from index.token_model import TokenModel, pool_features
from index.tokenizer import normalize
from index.types import EncodedQuestion

# Longer questions are cut: hardly anybody asks more, and a token may be a single character, so that a thousand of odd
# ones would take seconds.
QUESTION_CHARACTERS = 400
# People ask again, and a conversation's questions are also asked together with the one before. One takes 100 KB.
_REMEMBERED = 256


class QuestionModel:
    """The model for questions, loaded; several threads may use one."""

    def __init__(self) -> None:
        self._model = TokenModel("questions")
        self._prompt = self._model.tokens(bundled.QUESTION_PROMPT)
        self.encode = lru_cache(_REMEMBERED)(self._encode)

    def _encode(self, question: str) -> EncodedQuestion:
        """Encode one question; one without a visible character has no features and no tokens."""
        states, features, strengths = self._model.run([*self._prompt, *self._model.tokens(clean(question))])
        content = slice(1 + len(self._prompt), -1)
        return EncodedQuestion(
            unit_rows(states.mean(axis=0)),
            pool_features(features[content], strengths[content], bundled.QUESTION_FEATURES),
            late_interaction.residuals(states[content]),
        )


def clean(question: str) -> str:
    """Normalize a question, whatever string it is, and cut it off."""
    return normalize(question[:QUESTION_CHARACTERS])[:QUESTION_CHARACTERS]
