"""Make questions of what Slack brings: pure functions from its payloads to a ReceivedQuestion."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.records.received import ReceivedQuestion
from bot.slack.incoming.pointing import question_in
from bot.slack.views.markup import question_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a message: its new text, or None when it was deleted; ``at`` is Slack's time of the change."""

    text: str | None
    at: str


def message_key(team: str, channel: str, ts: str) -> str:
    """Return the once-only key of a message, the same for all events about it."""
    return f"{team}:{channel}:{ts}"


def from_message(body: Payload, event: Payload, surface: str, team: str, bot_user: str | None) -> ReceivedQuestion:
    """Return the question in a message or a mention; the answer belongs in its thread."""
    channel, ts = event["channel"], event["ts"]
    return ReceivedQuestion(
        key=message_key(team, channel, ts),
        event_id=body.get("event_id"),
        team=team,
        channel=channel,
        user=event["user"],
        ts=ts,
        thread_ts=event.get("thread_ts") or ts,
        text=question_in(event, bot_user),
        surface=surface,
        response_url=None,
        received_at=time.time(),
        home=event.get("user_team") or event.get("source_team") or event.get("team"),
        changed_at=(event.get("edited") or {}).get("ts"),
    )


def from_command(body: Payload, team: str, bot_user: str | None) -> ReceivedQuestion:
    """Return the question of a slash command; answered privately through its link."""
    return _private(body, "command", team, body["channel_id"], body["user_id"], question_of(body["text"], bot_user))


def from_shortcut(body: Payload, team: str, bot_user: str | None) -> ReceivedQuestion:
    """Return the text of the message that a shortcut was used on, as a question; answered privately."""
    message = body["message"]
    question = question_in(message, bot_user)
    thread = message.get("thread_ts")
    return _private(body, "shortcut", team, body["channel"]["id"], body["user"]["id"], question, thread)


def from_button(body: Payload, question: str, team: str) -> ReceivedQuestion:
    """Return the question of a button below an answer: asked where that answer is, private if that was."""
    container = body["container"]
    channel, user = body["channel"]["id"], body["user"]["id"]
    if container.get("is_ephemeral"):
        return _private(body, "button", team, channel, user, question, container.get("thread_ts"))
    thread = container.get("thread_ts") or container["message_ts"]
    return _public(_private(body, "button", team, channel, user, question, thread))


def from_home(body: Payload, question: str, team: str) -> ReceivedQuestion:
    """Return the question asked on the Home tab; answered in the direct conversation."""
    user = body["user"]["id"]
    # The view remembers the conversation; posting to the person instead works too, but starts no known thread.
    channel = body["view"].get("private_metadata") or user
    return _public(_private(body, "home", team, channel, user, question))


def _private(
    body: Payload, surface: str, team: str, channel: str, user: str, question: str, thread_ts: str | None = None
) -> ReceivedQuestion:
    trigger = body["trigger_id"]
    now = time.time()
    return ReceivedQuestion(
        key=f"{surface}:{trigger}",
        event_id=None,
        team=team,
        channel=channel,
        user=user,
        # Nothing was posted to ask with; the time of the click is comparable with the messages of a thread.
        ts=_clicked_at(body) or f"{now:.6f}",
        thread_ts=thread_ts,
        text=question,
        surface=surface,
        response_url=body.get("response_url"),
        received_at=now,
        home=home_of(body),
    )


def _public(received: ReceivedQuestion) -> ReceivedQuestion:
    return replace(received, response_url=None)


def _clicked_at(body: Payload) -> str | None:
    """Return Slack's own time of a click or a shortcut; commands have none."""
    [action] = body.get("actions") or [body]
    ts: str | None = action.get("action_ts")
    return ts


def home_of(body: Payload) -> str | None:
    """Return the workspace that a click names for who clicked; commands name none."""
    user = body.get("user")
    return user.get("team_id") if isinstance(user, dict) else None
