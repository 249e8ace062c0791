"""The word lists in ``bot/data``: one phrase a line, and comments."""

from __future__ import annotations

from importlib import resources


def phrases_of(file: str) -> list[str]:
    """Return the phrases of a file."""
    lines = resources.files("bot").joinpath("data", file).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
