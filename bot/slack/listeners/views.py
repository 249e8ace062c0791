"""The form that asks why an answer was not helpful."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bot.records import Feedback
from bot.slack import actions

if TYPE_CHECKING:
    from slack_bolt import Ack, App, BoltContext

    from bot.slack.bot import SlackBot


def register(app: App, bot: SlackBot) -> None:
    """Listen to the form."""

    @app.view(actions.FEEDBACK_REASON)
    def on_reason(ack: Ack, body: dict[str, Any], view: dict[str, Any], context: BoltContext) -> None:
        reason = actions.reason_of(view) or None
        user = body["user"]["id"]
        bot.records.add_feedback(
            Feedback(
                view["private_metadata"], context.team_id or "", user, helpful=False, reason=reason, at=time.time()
            )
        )
        ack()
