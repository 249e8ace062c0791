"""A question as Slack brought it, and what is known of its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.types import Written


@dataclass(frozen=True, slots=True)
class ReceivedQuestion:
    """One question as received from Slack, enough to answer it after a restart.

    ``key`` stands for the message, ``event_id`` for what brought it; ``thread_ts`` is the root of the thread
    to answer in, None for no thread; ``received_at`` is in Unix seconds; ``home`` is the workspace that Slack named
    for who asked, None where it named none; ``changed_at`` is Slack's time of the edit that the text is from, if any.
    """

    key: str
    event_id: str | None
    team: str
    channel: str
    user: str
    ts: str
    thread_ts: str | None
    text: str
    surface: str
    response_url: str | None
    received_at: float
    home: str | None = None
    changed_at: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of an answer: its post, whether there may be one, what it says, whether its question was edited."""

    reply_ts: str | None
    sending: bool
    answer_text: str
    edited: bool


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """An answer that was sent: its post, None for private ones, and what was written beside it, if anything was."""

    reply_ts: str | None
    written: Written | None

    @property
    def has_text(self) -> bool:
        """True if a written answer is shown beside it."""
        return self.written is not None and bool(self.written.text)


@dataclass(frozen=True, slots=True)
class DeletedQuestion:
    """A deleted question whose answer is to be taken away; ``reply_ts`` is None where it has to be looked for."""

    key: str
    team: str
    channel: str
    ts: str
    thread_ts: str | None
    reply_ts: str | None
