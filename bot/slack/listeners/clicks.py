"""Decide who may use the buttons and forms of an answer: who may see it, and may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.slack.incoming.payloads import home_of
from bot.slack.views.blocks import notice_message

if TYPE_CHECKING:
    from bot.records.received import ReceivedQuestion
    from bot.slack.work.bot import SlackBot

    Json = dict[str, Any]


def question_behind(bot: SlackBot, body: Json, key: str, team: str) -> ReceivedQuestion | None:
    """Return the question of a button or form, for somebody who may use it; else say why not, where that is possible.

    Answers of other workspaces and other people's private ones look as if they were no longer kept.
    """
    user = body["user"]["id"]
    received = bot.records.received_for(key, team, user)
    kind = bot.people.refusal(team, user, home_of(body)) if received is not None else "gone"
    if kind is None:
        return received
    link = body.get("response_url")
    if link is not None:
        bot.delivery.respond(link, notice_message(bot.people.language(team, user), kind))
    return None
