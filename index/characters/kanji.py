"""Variant kanji: the character in use for each, so that 渡邊 and 渡邉 are 渡辺.

``training/kanji_variants.py`` made the table.
"""

from __future__ import annotations

from functools import cache
from importlib import resources


def in_use(text: str) -> str:
    """Return a text, as long as before, in the kanji that are in use."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    lines = resources.files("index").joinpath("data/kanji_variants.txt").read_text("utf-8").splitlines()
    return {ord(variant): common for variant, common in (line.split("\t") for line in lines)}
