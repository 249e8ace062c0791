"""Every sentence the bot says of its own: a module for each language, and `Texts`, which says what each must have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.texts.english import ENGLISH
from bot.texts.japanese import JAPANESE
from bot.texts.kinds import NoticeKind, Texts

if TYPE_CHECKING:
    from index.types import Language

__all__ = ["NoticeKind", "Texts", "texts"]


def texts(language: Language) -> Texts:
    """Return the bot's words in a language."""
    return JAPANESE if language == "ja" else ENGLISH
