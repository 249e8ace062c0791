"""Follow-ups: which untagged messages in a thread are meant for the bot.

The bot answers without being tagged again when all of this holds, and keeps quiet otherwise:

- it was called into the thread;
- the message tags nobody else and reads like a question;
- since the bot was last tagged nobody tagged another person, and no two people wrote one after the other:
  then they talk to each other, until somebody tags the bot again;
- for anybody but the people who asked it before: the reports answer the question. Whoever asked before also
  hears that they don't.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.asked_again import asks_for_more, language_asked_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Event = Mapping[str, Any]

ANSWERED_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})
SLACKBOT = "USLACKBOT"

_TAG = re.compile(r"<@([UWB]\w+)[^>]*>|<!(?:subteam\^(\w+)|here|channel|everyone)[^>]*>")
_QUESTION = re.compile(
    # "そうですか" takes note and asks nothing.
    r"[?？]|((?<!そう)(?<!そうです)か|かな|かね|っけ|だろう|でしょう|教えて|おしえて|とは|について|は)[。！!\s]*$|教えて|ください"
    r"|^(じゃあ|では|それで|あと|他に|ほかに|もっと)"
    r"|^((and|or|so|but|ok|okay|then|also)[\s,]+)*(who|what|whose|which|when|where|why|how|is|are|was|were|do|does|did"
    r"|can|could|should|would|tell me|show me|explain|summari[sz]e|compare)\b"
    r"|^(and|or|also)\s+\S+(\s+\S+)?$",
    re.IGNORECASE,
)


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


def reads_like_a_question(question: str) -> bool:
    """Return whether a cleaned text asks something, in Japanese or English."""
    asked = question.strip()
    return bool(_QUESTION.search(asked)) or asks_for_more(asked) or language_asked_for(asked) is not None


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


def askers(thread: Iterable[Event], bot_user: str) -> set[str]:
    """Return the people who tagged the bot in a thread."""
    return {message["user"] for message in thread if _tagged(message, bot_user)}
