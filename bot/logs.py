"""Logs: JSON lines in production, lines for people on a terminal, and in neither a secret or what people wrote.

A record is one entry whatever is in it: what commands a terminal or breaks a line is written as an escape. The lines of
a traceback are kept; they are indented, or within the JSON.
"""

from __future__ import annotations

import logging
import math
import sys
import textwrap
import threading
import time
from typing import TYPE_CHECKING, Any

from bot.redact import Redactor
from index.console import escaped, json_text

if TYPE_CHECKING:
    from types import TracebackType

    from bot.settings import BotSettings

# What a LogRecord has of its own; everything else came through ``extra``.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# Whose words are all ours.
OURS = frozenset({"bot", "index"})
# Below these levels, others write whole payloads, SQL with its values and what they were asked: people's words. Bolt
# names the logger of an app after the app; it says how the connection does.
LEAST_LEVELS = {"event-report-bot": logging.INFO, "waitress": logging.INFO}

# What tells the lines of a traceback from entries, whatever the message of the error says.
INDENT = "    "

log = logging.getLogger(__name__)


class TextFormatter(logging.Formatter):
    """One line for a person, with the traceback indented below it."""

    def __init__(self, redactor: Redactor | None = None) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")
        self._redact = (redactor or Redactor()).redact

    def format(self, record: logging.LogRecord) -> str:
        """Return the redacted line; extra fields stand behind the message."""
        record.message = record.getMessage()
        record.asctime = self.formatTime(record, self.datefmt)
        fields = "".join(f" {name}={value}" for name, value in _extra(record).items())
        line = _in_one_line(self._redact(self.formatMessage(record) + fields))
        if not record.exc_info:
            return line
        trace = escaped(self._redact(self.formatException(record.exc_info)))
        return f"{line}\n{textwrap.indent(trace, INDENT)}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, extra fields, and the traceback."""

    def __init__(self, redactor: Redactor | None = None) -> None:
        super().__init__()
        self._redact = (redactor or Redactor()).redact

    def format(self, record: logging.LogRecord) -> str:
        """Return the redacted line; the time is UTC."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        entry: dict[str, Any] = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        # A field cannot pass for one of these.
        entry |= {name: value for name, value in _extra(record).items() if name not in entry}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json_text(self._plain(entry), sys.stderr)

    def _plain(self, value: object) -> object:
        """Return a value as JSON has it, redacted before its quotes are escaped."""
        if isinstance(value, dict):
            return {self._redact(str(name)): self._plain(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(one) for one in value]
        if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
            return value
        return self._redact(str(value))


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in STANDARD}


def _in_one_line(text: str) -> str:
    return escaped(text).replace("\n", r"\n").replace("\t", r"\t")


class _Handler(logging.StreamHandler[Any]):
    """Writes to standard error; what cannot be formatted is named without what it says."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Say which logger it was; Python would print the record with all its values."""
        error = sys.exc_info()[0]
        if error is not None and not issubclass(error, OSError):
            log.error("an entry could not be written", extra={"from": record.name, "error": error.__name__})


def set_up(settings: BotSettings) -> None:
    """Log to standard error, in the form and from the level that the settings name, also what ends a thread."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    redactor = Redactor(settings.secrets())
    handler = _Handler()
    handler.addFilter(_may_be_written)
    handler.setFormatter(JsonFormatter(redactor) if as_json else TextFormatter(redactor))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.getLogger("slack_bolt.App").addFilter(_is_news)
    sys.excepthook = _log_crash
    threading.excepthook = lambda ended: _log_crash(ended.exc_type, ended.exc_value, ended.exc_traceback)


def _may_be_written(record: logging.LogRecord) -> bool:
    """Return whether a record may be written, from whichever logger and however its level was set."""
    name = record.name.partition(".")[0]
    return name in OURS or record.levelno >= LEAST_LEVELS.get(name, logging.WARNING)


def _log_crash(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Log what ended the program or a thread; Python would print it with the secrets that are in it."""
    if not issubclass(kind, SystemExit):
        log.critical("it ended", exc_info=(kind, error or kind(), trace))


def _is_news(record: logging.LogRecord) -> bool:
    """Drop Bolt's warning that it found a token in the environment; we give it a client instead."""
    return "`token` will be unused" not in record.getMessage()
