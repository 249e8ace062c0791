"""The app taken off a workspace or an organisation: its token and everything it asked are removed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slack_bolt import App, BoltContext

    from bot.slack.work.bot import SlackBot

    Json = dict[str, Any]

log = logging.getLogger(__name__)


def register(app: App, bot: SlackBot) -> None:
    """Listen to what Slack says of removals; these events are authorised without an installation."""

    @app.event("app_uninstalled")
    def on_uninstalled(body: Json, context: BoltContext) -> None:
        _remove(bot, body, context)

    @app.event("tokens_revoked")
    def on_revoked(body: Json, event: Json, context: BoltContext) -> None:
        # Tokens of people are none of ours.
        if event.get("tokens", {}).get("bot"):
            _remove(bot, body, context)


def _remove(bot: SlackBot, body: Json, context: BoltContext) -> None:
    whole = context.is_enterprise_install or context.team_id is None
    team = context.enterprise_id if whole else context.team_id
    if team is not None and _is_gone(bot, team, body["event_time"]):
        questions = bot.records.forget_workspace(team)
        log.info(
            "the app was uninstalled: what was asked there is deleted", extra={"team": team, "questions": questions}
        )


def _is_gone(bot: SlackBot, team: str, told_at: float) -> bool:
    """Remove the installation that an event is about; return whether there is none any more."""
    if bot.installations is not None:
        return bot.installations.remove(team, told_at)
    identity = bot.clients.identity(team)
    return identity is not None and identity.team == team
