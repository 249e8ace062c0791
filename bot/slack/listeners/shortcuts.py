"""The message shortcut: find in the reports what a message is about, privately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.slack.incoming.payloads import from_shortcut
from bot.slack.views import actions

if TYPE_CHECKING:
    from slack_bolt import Ack, App, BoltContext

    from bot.slack.work.bot import SlackBot


def register(app: App, bot: SlackBot) -> None:
    """Listen to "Find in the reports"."""

    @app.message_shortcut(actions.FIND_IN_REPORTS)
    def on_find(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        bot.ask_or_say_so(from_shortcut(body, context.team_id or "", context.bot_user_id))
        ack()
