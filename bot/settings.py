"""Settings of the bot: those of the index and its own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from index.settings import IndexSettings


class BotSettings(IndexSettings):
    """What the bot needs to know; every field is an environment variable of the same name."""

    threshold: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="the least probability at which the bot answers instead of declining",
    )
    default_language: Literal["ja", "en"] = Field(
        default="en", description="the language of replies to questions without a word of either"
    )
