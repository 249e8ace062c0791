"""Listen to what Slack brings, and have it done; each module has ``register(app, bot)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.listeners import actions, commands, events, removal, shortcuts, views

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.slack.work.bot import SlackBot


def register(app: App, bot: SlackBot) -> None:
    """Connect every listener to the app."""
    for module in (events, commands, actions, shortcuts, views, removal):
        module.register(app, bot)
