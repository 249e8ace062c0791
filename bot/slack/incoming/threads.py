"""Follow-ups: which untagged messages in a thread are meant for the bot.

The bot answers without being tagged again when all of this holds, and keeps quiet otherwise:

- it was called into the thread;
- the message tags nobody else and asks the reports something; ``addressed`` tells that from what people are asked;
- since the bot was last tagged nobody tagged another person, and no two people wrote one after the other:
  then they talk to each other, until somebody tags the bot again;
- the reports answer it; to the people who asked the bot before it also says that they don't, if it is surely they
  that are asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Event = Mapping[str, Any]

ANSWERED_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})
SLACKBOT = "USLACKBOT"

_TAG = re.compile(r"<@([UWB]\w+)[^>]*>|<!(?:subteam\^(\w+)|here|channel|everyone)[^>]*>")


def from_person(message: Event) -> bool:
    """Return whether a message is one that a person wrote, and of a kind that may hold a question."""
    return (
        bool(message.get("user"))
        and message["user"] != SLACKBOT
        and not message.get("bot_id")
        and not message.get("bot_profile")
        and message.get("subtype") in ANSWERED_SUBTYPES
    )


def tags(text: str) -> set[str]:
    """Return whom a text tags: ids of people and groups, and "" for everybody."""
    # Each mark that opens a tag would be followed to the end of a text without one that closes it.
    closed = text.rfind(">") + 1
    return {match[1] or match[2] or "" for match in _TAG.finditer(text, 0, closed)}


def people_talk(thread: Sequence[Event], ts: str, bot_user: str) -> bool:
    """Return whether the people of a thread talk to each other when the message at ``ts`` comes.

    ``thread`` has the thread's messages as Slack returns them, oldest first, that one among them or not.
    """
    before: Event | None = None
    for message in _since_the_bot_was_tagged(thread, ts, bot_user):
        if from_person(message):
            if tags(message.get("text", "")) - {bot_user}:
                return True
            if before is not None and before["user"] != message["user"]:
                return True
            before = None if _tagged(message, bot_user) else message
        elif message.get("user") == bot_user:
            before = None
    return False


def _since_the_bot_was_tagged(thread: Sequence[Event], ts: str, bot_user: str) -> Sequence[Event]:
    messages = [message for message in thread if message["ts"] <= ts]
    tagged = [number for number, message in enumerate(messages) if _tagged(message, bot_user)]
    return messages[tagged[-1] :] if tagged else messages


def _tagged(message: Event, bot_user: str) -> bool:
    return from_person(message) and bot_user in tags(message.get("text", ""))


def said_at(thread: Iterable[Event], ts: str) -> str:
    """Return the text of the message at ``ts`` as Slack sends it, "" where the thread does not have it."""
    return next((message.get("text") or "" for message in thread if message["ts"] == ts), "")


def askers(thread: Iterable[Event], bot_user: str) -> set[str]:
    """Return the people who tagged the bot in a thread."""
    return {message["user"] for message in thread if _tagged(message, bot_user)}
