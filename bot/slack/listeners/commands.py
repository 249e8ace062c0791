"""The slash command: a private answer with a button to share it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.slack.incoming.payloads import from_command
from bot.slack.views import actions

if TYPE_CHECKING:
    from slack_bolt import Ack, App, BoltContext

    from bot.slack.work.bot import SlackBot


def register(app: App, bot: SlackBot) -> None:
    """Listen to /ask."""

    @app.command(actions.COMMAND)
    def on_ask(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        bot.ask_or_say_so(from_command(body, context.team_id or "", context.bot_user_id))
        ack()
