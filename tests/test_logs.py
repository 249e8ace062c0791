"""Logs: one line each, for people or machines, without secrets."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

from bot import logs
from bot.settings import BotSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "xoxb-123456789012-abcdefABCDEF"


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Return what was logged since last asked; the handlers from before come back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield lambda: capsys.readouterr().err
    root.handlers = handlers
    root.setLevel(level)


def settings(**given: str) -> BotSettings:
    return BotSettings.load(_env_file=None, **given)


def fail() -> None:
    raise ValueError(f"refused {TOKEN}")


def test_json_lines_have_all_there_is_and_no_secret(logged: Callable[[], str]) -> None:
    logs.set_up(settings())
    try:
        fail()
    except ValueError:
        logging.getLogger("bot.x").exception("sent %s", TOKEN, extra={"key": "T:C:1", "token": TOKEN})
    [line] = logged().splitlines()
    entry = json.loads(line)
    assert (entry["level"], entry["logger"], entry["key"]) == ("error", "bot.x", "T:C:1")
    assert entry["time"].endswith("Z")
    assert "ValueError: refused" in entry["traceback"]
    assert TOKEN not in line


def test_lines_for_people_have_the_fields_behind_the_message(logged: Callable[[], str]) -> None:
    logs.set_up(settings(log_format="text"))
    logging.getLogger("bot.x").warning("it is slow: %s", TOKEN, extra={"key": "T:C:1"})
    [line] = logged().splitlines()
    assert line.endswith("key=T:C:1")
    assert "WARNING bot.x: it is slow" in line
    assert TOKEN not in line


def test_a_line_break_in_what_people_say_makes_no_second_entry(logged: Callable[[], str]) -> None:
    logs.set_up(settings(log_format="json"))
    logging.getLogger("bot.x").info("said %s", 'x\n{"level": "error"}')
    assert len(logged().splitlines()) == 1


def test_the_level_holds_and_payloads_stay_out_even_at_debug(logged: Callable[[], str]) -> None:
    logs.set_up(settings(log_level="DEBUG"))
    logging.getLogger("bot.x").debug("seen")
    logging.getLogger("slack_sdk.web.client").debug("a whole payload")
    seen = logged()
    assert "seen" in seen
    assert "payload" not in seen
    logs.set_up(settings(log_level="ERROR"))
    logging.getLogger("bot.x").warning("quiet")
    assert "quiet" not in logged()
