"""The page of hostile replies has what the tests run, all of it and as they have it."""

from __future__ import annotations

from pathlib import Path

from tests.support.llm_server.hostile import CASES
from tests.support.llm_server.table import COMMAND, KINDS, page

PAGE = Path(__file__).parents[2] / "docs" / "hostile-replies.md"


def test_the_page_is_as_its_command_makes_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), COMMAND


def test_every_server_is_on_it() -> None:
    assert [case for _, cases in KINDS for case in cases] == CASES
