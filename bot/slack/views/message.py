"""A message in Block Kit, with what stands in for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``text`` for notifications and screen readers, ``plain`` for when the blocks are rejected."""

    text: str
    blocks: list[dict[str, Any]]
    plain: str
