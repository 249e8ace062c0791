"""Logs: JSON lines in production, lines for people on a terminal, and never a token in either."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import TYPE_CHECKING, Any

from bot.slack.redact import redact

if TYPE_CHECKING:
    from bot.settings import BotSettings

# What a LogRecord has of its own; everything else came through ``extra``.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# Bolt and the SDK write whole payloads, people's words among them, at DEBUG; FAISS how it looks for itself.
QUIET = {"slack_bolt": logging.INFO, "slack_sdk": logging.INFO, "faiss": logging.WARNING, "urllib3": logging.INFO}


class TextFormatter(logging.Formatter):
    """One line for a person, with the traceback below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return the redacted line; extra fields stand behind the message."""
        line = super().format(record)
        head, newline, rest = line.partition("\n")
        fields = "".join(f" {name}={value}" for name, value in _extra(record).items())
        return redact(head + fields + newline + rest)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, extra fields, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the redacted line; the time is UTC."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        entry: dict[str, Any] = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return redact(json.dumps(entry, ensure_ascii=False, default=str))


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in STANDARD}


def set_up(settings: BotSettings) -> None:
    """Log to standard error, in the form and from the level that the settings name."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelName(settings.log_level)))
    logging.getLogger("slack_bolt.App").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Drop Bolt's warning that it found a token in the environment; we give it a client instead."""
    return "`token` will be unused" not in record.getMessage()
