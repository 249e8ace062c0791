"""Buttons and fields: suggestions, examples, the search on Home, feedback, why, share."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bot.records import Feedback
from bot.slack import actions
from bot.slack.blocks import answer_message, notice_message, reason_view
from bot.slack.delivery import DeliveryFailed
from bot.slack.incoming import from_button, from_home
from bot.slack.markup import one_line
from bot.slack.why import why_view

if TYPE_CHECKING:
    from slack_bolt import Ack, App, BoltContext

    from bot.records import Received
    from bot.slack.bot import SlackBot

    Json = dict[str, Any]


def register(app: App, bot: SlackBot) -> None:
    """Listen to everything that can be pressed."""

    def on_question(ack: Ack, body: Json, action: Json, context: BoltContext) -> None:
        ask = from_home if body["container"]["type"] == "view" else from_button
        question = one_line(action.get("value") or "")
        if question:
            bot.ask(ask(body, question, context.team_id or ""))
        ack()

    for action_id in (actions.ASK_SUGGESTION, actions.ASK_EXAMPLE, actions.HOME_SEARCH):
        app.action(action_id)(on_question)

    @app.action(actions.FEEDBACK)
    def on_feedback(ack: Ack, body: Json, action: Json, context: BoltContext) -> None:
        said = actions.verdict_of(action["value"])
        if said is not None:
            _take_feedback(bot, body, context.team_id or "", *said)
        ack()

    @app.action(actions.WHY)
    def on_why(ack: Ack, body: Json, action: Json, context: BoltContext) -> None:
        bot.soon(lambda: _explain(bot, body, action["value"], context.team_id or ""), body["response_url"])
        ack()

    @app.action(actions.SHARE)
    def on_share(ack: Ack, body: Json, action: Json, context: BoltContext) -> None:
        bot.soon(lambda: _share(bot, body, action["value"], context.team_id or ""), body["response_url"])
        ack()


def _take_feedback(bot: SlackBot, body: Json, team: str, verdict: actions.Verdict, key: str) -> None:
    """Keep what somebody says of an answer; thank them, or ask what was wrong with it."""
    user = body["user"]["id"]
    bot.records.add_feedback(Feedback(key, team, user, verdict == "helpful", None, time.time()))

    def reply() -> None:
        received = bot.records.received(key)
        lang = bot.answering.language(received) if received else bot.people.language(team, user)
        if verdict == "helpful":
            bot.delivery.respond(body["response_url"], notice_message(lang, "thanks"))
        else:
            bot.clients.for_team(team).views_open(trigger_id=body["trigger_id"], view=reason_view(lang, key))

    bot.soon(reply, body["response_url"])


def _explain(bot: SlackBot, body: Json, key: str, team: str) -> None:
    """Show why an answer is as it is; it is found anew, which gives the same with the same index."""
    received = _known(bot, body, key, team)
    if received is not None:
        view = why_view(bot.answering.find_answer(received), threshold=bot.settings.threshold)
        bot.clients.for_team(team).views_open(trigger_id=body["trigger_id"], view=view)


def _share(bot: SlackBot, body: Json, key: str, team: str) -> None:
    """Post a private answer where everybody sees it, once, and take the button off the private one."""
    received = _known(bot, body, key, team)
    if received is None:
        return
    if bot.records.seen_event(f"share {key}"):
        message = answer_message(bot.answering.find_answer(received), key=key, question_shown=True)
        try:
            bot.delivery.post(team, received.channel, message, received.thread_ts)
        except DeliveryFailed:
            # A command works where the bot is no member, and so does the link of a click.
            bot.delivery.respond(body["response_url"], message, ephemeral=False)
    shared = notice_message(bot.answering.language(received), "shared")
    bot.delivery.respond(body["response_url"], shared, replace_original=True)


def _known(bot: SlackBot, body: Json, key: str, team: str) -> Received | None:
    """Return the question behind a button, or say that it is not kept any more."""
    received = bot.records.received(key)
    if received is None:
        lang = bot.people.language(team, body["user"]["id"])
        bot.delivery.respond(body["response_url"], notice_message(lang, "gone"))
    return received
