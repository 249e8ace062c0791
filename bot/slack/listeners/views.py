"""The form that asks why an answer was not helpful."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bot.records.records import Feedback
from bot.slack.listeners.clicks import question_behind
from bot.slack.views import actions

if TYPE_CHECKING:
    from slack_bolt import Ack, App, BoltContext

    from bot.slack.work.bot import SlackBot


def register(app: App, bot: SlackBot) -> None:
    """Listen to the form."""

    @app.view(actions.FEEDBACK_REASON)
    def on_reason(ack: Ack, body: dict[str, Any], view: dict[str, Any], context: BoltContext) -> None:
        bot.soon(lambda: _take_reason(bot, body, view, context.team_id or ""))
        ack()


def _take_reason(bot: SlackBot, body: dict[str, Any], view: dict[str, Any], team: str) -> None:
    key, user = view["private_metadata"], body["user"]["id"]
    if question_behind(bot, body, key, team) is not None:
        reason = actions.reason_of(view) or None
        bot.records.add_feedback(Feedback(key, team, user, helpful=False, reason=reason, at=time.time()))
