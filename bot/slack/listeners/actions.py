"""Buttons and fields: suggestions, examples, the search on Home, feedback, why, share, write."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from bot.records.records import Feedback
from bot.slack.incoming.payloads import from_button, from_home
from bot.slack.listeners.clicks import question_behind
from bot.slack.views import actions
from bot.slack.views.blocks import notice_message, reason_view
from bot.slack.views.markup import one_line
from bot.slack.views.why import why_view
from bot.slack.work.bot import CLICK_PATIENCE
from bot.slack.work.sharing import Click

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import Ack, App, BoltContext

    from bot.slack.work.bot import SlackBot
    from bot.texts import NoticeKind

    Json = dict[str, Any]

log = logging.getLogger(__name__)


def register(app: App, bot: SlackBot) -> None:
    """Listen to everything that can be pressed."""

    def on_question(ack: Ack, body: Json, action: Json, context: BoltContext) -> None:
        ask = from_home if body["container"]["type"] == "view" else from_button
        question = one_line(action.get("value") or "")
        if question:
            bot.ask_or_say_so(ask(body, question, context.team_id or ""))
        ack()

    for action_id in (actions.ASK_SUGGESTION, actions.ASK_EXAMPLE, actions.HOME_SEARCH):
        app.action(action_id)(on_question)

    @app.action(actions.FEEDBACK)
    def on_feedback(ack: Ack, body: Json, action: Json, context: BoltContext) -> None:
        said = actions.verdict_of(action["value"])
        if said is not None:
            _begin(bot, body, context, lambda team: _take_feedback(bot, body, team, *said))
        ack()

    @app.action(actions.WHY)
    def on_why(ack: Ack, body: Json, action: Json, context: BoltContext) -> None:
        _begin(bot, body, context, lambda team: _explain(bot, body, action["value"], team))
        ack()

    @app.action(actions.SHARE)
    def on_share(ack: Ack, body: Json, action: Json, context: BoltContext) -> None:
        _begin(bot, body, context, lambda team: _share(bot, body, action, team))
        ack()

    @app.action(actions.WRITE)
    def on_write(ack: Ack, body: Json, action: Json, context: BoltContext) -> None:
        _begin(bot, body, context, lambda team: _write(bot, body, action["value"], team))
        ack()


def _begin(bot: SlackBot, body: Json, context: BoltContext, work: Callable[[str], None]) -> None:
    """Do what a click asks for in the background, unless its person pressed too much."""
    team = context.team_id or ""
    if _may_click(bot, body, team):
        bot.soon(lambda: work(team), body["response_url"])


def _may_click(bot: SlackBot, body: Json, team: str) -> bool:
    """Return whether a click is within the limit of what a person may ask, and else say so to them alone."""
    if bot.may_click(team, body["user"]["id"]):
        return True
    _tell(bot, body, team, "rate_limited")
    return False


def _tell(bot: SlackBot, body: Json, team: str, kind: NoticeKind) -> None:
    """Tell something to who clicked, in the background."""

    def tell() -> None:
        lang = bot.people.language(team, body["user"]["id"])
        bot.delivery.respond(body["response_url"], notice_message(lang, kind))

    bot.soon(tell)


def _take_feedback(bot: SlackBot, body: Json, team: str, verdict: actions.Verdict, key: str) -> None:
    """Keep what somebody says of an answer; thank them, or ask what was wrong with it."""
    received = question_behind(bot, body, key, team)
    if received is None:
        return
    feedback = Feedback(key, team, body["user"]["id"], verdict == "helpful", None, time.time())
    try:
        bot.records.add_feedback(feedback, CLICK_PATIENCE)
    except SQLAlchemyError:
        log.exception("feedback cannot be written down", extra={"key": key})
        _tell(bot, body, team, "unwritable")
        return
    lang = bot.answering.telling.language(received)
    if verdict == "helpful":
        bot.delivery.respond(body["response_url"], notice_message(lang, "thanks"))
    else:
        standing = bot.records.standing(received)
        view = reason_view(lang, key, written=standing is not None and standing.has_text)
        bot.clients.for_team(team).views_open(trigger_id=body["trigger_id"], view=view)
        if bot.writing is not None:
            bot.writing.offer_again(received, body["user"]["id"], body["response_url"])


def _explain(bot: SlackBot, body: Json, key: str, team: str) -> None:
    """Show why an answer is as it is; it is found anew, which gives the same with the same index."""
    received = question_behind(bot, body, key, team)
    if received is not None:
        standing = bot.records.standing(received)
        written = standing.written if standing is not None else None
        answer = bot.answering.find_answer(received)
        view = why_view(answer, threshold=bot.settings.threshold, written=written)
        bot.clients.for_team(team).views_open(trigger_id=body["trigger_id"], view=view)


def _write(bot: SlackBot, body: Json, key: str, team: str) -> None:
    """Have an answer written, where that is still possible."""
    received = question_behind(bot, body, key, team)
    if received is None:
        return
    if bot.writing is None:
        _tell(bot, body, team, "gone")
    else:
        bot.writing.wish(received, body["user"]["id"], body["response_url"])


def _share(bot: SlackBot, body: Json, action: Json, team: str) -> None:
    received = question_behind(bot, body, action["value"], team)
    if received is not None and received.user == body["user"]["id"]:
        bot.sharing.share(received, Click(body["response_url"], action["action_ts"]))
