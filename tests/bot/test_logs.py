"""Logs: one line each, for people or machines, without secrets."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt.logger import get_bolt_app_logger, get_bolt_logger

from bot import logs
from bot.settings import BotSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "xoxb-123456789012-abcdefABCDEF"
# A forged entry, and what a terminal acts on: escape sequences, C1 controls, line separators, and marks of direction.
EVIL = 'x\n12:00:00 INFO bot: forged\r\x1b]0;owned\x07\x1b[2J\x9b31m\x85\u2028\u2029\u202e\u2066\u200f\u061c"\t\x00'
COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Return what was logged since last asked; the handlers from before come back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook
    root.handlers = []
    yield lambda: capsys.readouterr().err
    root.handlers = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks


def settings(**given: Any) -> BotSettings:
    return BotSettings.load(_env_file=None, **given)


def fail(message: object = f"refused {TOKEN}") -> None:
    raise ValueError(message)


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


@pytest.mark.parametrize("form", ["json", "text"])
def test_what_people_say_makes_no_second_entry_and_commands_no_terminal(logged: Callable[[], str], form: str) -> None:
    logs.set_up(settings(log_format=form))
    try:
        fail(EVIL)
    except ValueError:
        logging.getLogger("bot.x").exception("said %s", EVIL, extra={"key": EVIL, "more": [EVIL, {EVIL: 1}]})
    shown = logged()
    assert not COMMANDS.search(shown)
    assert shown.count("forged") >= 4
    entries = [line for line in shown.splitlines() if not line.startswith("    ")]
    assert len(entries) == 1
    if form == "json":
        entry = json.loads(shown)
        assert (entry["message"], entry["key"], entry["more"]) == (f"said {EVIL}", EVIL, [EVIL, {EVIL: 1}])
        assert entry["traceback"].splitlines()[0] == "Traceback (most recent call last):"
    else:
        assert re.search(r"^    Traceback .*\n      File ", shown, re.MULTILINE)


def test_json_stays_json_whatever_is_redacted_and_whatever_the_fields_are(logged: Callable[[], str]) -> None:
    logs.set_up(settings())
    extra = {"level": "forged", "x": float("nan"), "y": {"client_secret": 'a"b'}, "z": object(), "n": -1.5, "no": None}
    logging.getLogger("bot.x").info('client_secret=a"b\\', extra=extra)
    entry = json.loads(logged(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert (entry["level"], entry["x"], entry["n"], entry["no"]) == ("info", "nan", -1.5, None)
    assert entry["message"].startswith("client_secret=…")


def test_secrets_of_the_settings_are_in_no_entry_whatever_they_look_like(logged: Callable[[], str]) -> None:
    secrets = {"slack_signing_secret": "plain-words", "slack_client_secret": "more words", "milvus_token": "root:fish"}
    logs.set_up(settings(**secrets, database_url="postgresql://bot:p%40ss/wd@host/x"))
    said = [*secrets.values(), "p@ss/wd", "p%40ss/wd"]
    try:
        fail(said)
    except ValueError:
        logging.getLogger("bot.x").exception("said %s", said, extra={"one": said, "two": {"x": "more%20words"}})
    shown = logged()
    assert [one for one in (*said, "more%20words", "more+words") if one in shown] == []


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
@pytest.mark.parametrize(
    "name",
    ["slack_bolt.New", "slack_sdk.web", "sqlalchemy.engine.Engine", "urllib3", "httpx2", "asyncio"],
)
def test_payloads_of_others_stay_out_whenever_their_logger_was_made(
    logged: Callable[[], str], name: str, level: int
) -> None:
    logs.set_up(settings(log_level="DEBUG"))
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.DEBUG)
    logger.log(level, "a whole payload")
    logger.warning("a warning")
    logger.setLevel(before)
    shown = logged()
    assert "payload" not in shown
    assert "a warning" in shown


def test_loggers_that_bolt_makes_say_nothing_of_requests(logged: Callable[[], str]) -> None:
    logs.set_up(settings(log_level="DEBUG"))
    for logger in (get_bolt_app_logger("event-report-bot"), get_bolt_app_logger("x", dict), get_bolt_logger(dict)):
        assert logger.isEnabledFor(logging.DEBUG)
        logger.debug("a whole payload")
    get_bolt_logger(dict).info("Invalid request signature detected (body: a whole payload)")
    assert logged() == ""


def test_what_ends_a_thread_is_an_entry_without_a_secret(logged: Callable[[], str]) -> None:
    logs.set_up(settings())
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError(TOKEN), None)
    ended = [json.loads(line) for line in logged().splitlines()]
    assert [(entry["level"], "ValueError: " in entry["traceback"]) for entry in ended] == [("critical", True)] * 2
    assert TOKEN not in json.dumps(ended)


def test_an_entry_that_cannot_be_formatted_is_named_without_its_values(logged: Callable[[], str]) -> None:
    logs.set_up(settings())
    logging.getLogger("bot.x").info("%d is no number", TOKEN)
    entry = json.loads(logged())
    assert (entry["level"], entry["from"], entry["error"]) == ("error", "bot.x", "TypeError")


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


@pytest.mark.parametrize("encoding", ["euc_jp", "latin-1", "ascii"])
def test_json_lines_are_json_in_any_encoding(logged: Callable[[], str], monkeypatch, encoding: str) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, encoding, "backslashreplace", write_through=True))
    logs.set_up(settings(log_format="json"))
    logging.getLogger("bot.x").error("¥1,500 for café and 🐋")
    assert json.loads(written.getvalue().decode(encoding))["message"] == "¥1,500 for café and 🐋"
