"""Sharing a private answer: posted where everybody sees it, once, and said so only when it was."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy.exc import SQLAlchemyError

from bot.slack.api.failures import DeliveryFailed, Uncertain
from bot.slack.sending.history import Mark
from bot.slack.views.blocks import notice_message

if TYPE_CHECKING:
    from bot.records.received import ReceivedQuestion
    from bot.records.records import Records
    from bot.records.shares import Turn
    from bot.slack.sending.delivery import Delivery
    from bot.slack.views.message import Message
    from bot.slack.work.answering import QuestionWorker

log = logging.getLogger(__name__)

What = Literal["shared", "sharing", "not_shared", "maybe_shared"]


@dataclass(frozen=True, slots=True)
class Click:
    """A click on "share": the link to answer it through, and Slack's time of it."""

    response_url: str
    ts: str


class AnswerSharer:
    """Shares answers; safe to use from several threads and processes."""

    def __init__(self, records: Records, delivery: Delivery, answering: QuestionWorker) -> None:
        self._records = records
        self._delivery = delivery
        self._answering = answering

    def share(self, received: ReceivedQuestion, click: Click) -> None:
        """Share an answer, take the button off the private one, and say what came of it."""
        what = self._share(received, click)
        notice = notice_message(self._answering.telling.language(received), what)
        try:
            self._delivery.respond(click.response_url, notice, replace_original=what == "shared")
        except DeliveryFailed as failure:
            log.warning("who shares could not be told %s: %s", what, failure, extra={"key": received.key})

    def _share(self, received: ReceivedQuestion, click: Click) -> What:
        turn = self._records.shares.begin(received.key, click.ts)
        if turn is None:
            return "shared" if self._records.shares.is_shared(received.key) else "sharing"
        try:
            return self._shared(received, self._post_once(received, turn, click))
        except Uncertain as doubt:
            log.warning("it may be shared: %s", doubt, extra={"key": received.key})
            self._records.shares.in_doubt(received.key)
            return "maybe_shared"
        except DeliveryFailed as failure:
            log.warning("it is not shared: %s", failure, extra={"key": received.key})
            self._records.shares.nothing_shared(received.key)
            return "not_shared"

    def _post_once(self, received: ReceivedQuestion, turn: Turn, click: Click) -> str:
        """Post an answer and return when; one that was posted by an earlier click is not posted again."""
        mark = Mark(f"share {received.key}", turn.since or click.ts)
        if turn.since is not None and (ts := self._look(received, mark)) is not None:
            return ts
        answer = self._answering.find_answer(received)
        message = self._answering.drawing.shared(received, answer)
        try:
            return self._delivery.post(received.team, received.channel, message, received.thread_ts, mark)
        except Uncertain:
            raise
        except DeliveryFailed as failure:
            log.info("sharing through the link: %s", failure, extra={"key": received.key})
            return self._post_through_link(click, message)

    def _look(self, received: ReceivedQuestion, mark: Mark) -> str | None:
        try:
            found = self._delivery.find(received.team, received.channel, received.thread_ts, mark)
        except DeliveryFailed as blind:
            raise Uncertain(blind.method, blind.error) from blind
        return found.ts if found is not None else None

    def _post_through_link(self, click: Click, message: Message) -> str:
        """Post where the bot is no member: a command works there, and so does the link of a click."""
        self._delivery.respond(click.response_url, message, ephemeral=False, once=True)
        # Slack does not say which post it is.
        return click.ts

    def _shared(self, received: ReceivedQuestion, ts: str) -> What:
        try:
            self._records.shares.done(received.key, ts)
        except SQLAlchemyError:
            # The next click finds the post, if the button is still there.
            log.exception("it cannot be written down that it was shared", extra={"key": received.key})
        return "shared"
