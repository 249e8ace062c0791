"""Messages to the bot that have no question of their own, and the message that they point at.

"@bot これ分かる？" below a colleague's question asks that question, and so does "@bot" with a message that was
forwarded. What the bot itself says is never a question.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from bot.conversation.small_talk import kind_of
from bot.slack.incoming import addressed, threads
from bot.slack.views.markup import question_of, without_marks
from index.reports import nfkc
from index.word_lists import phrases_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.slack.incoming.threads import Event

# Longer ones say something of their own.
LONGEST = 80


def points(text: str) -> bool:
    """Return whether a text asks nothing of its own: it is empty, or only says that something is to be answered."""
    said = nfkc(without_marks(text)).lower()
    if len(said) > LONGEST or _only_pointing().fullmatch(said) is None:
        return False
    # Thanks and the like are made of the same words.
    return kind_of(question_of(text, None), follows=True) in {None, "empty"}


@cache
def _only_pointing() -> re.Pattern[str]:
    pieces = sorted(phrases_of("bot/data/pointing.txt"), key=len, reverse=True)
    # What is in Latin letters is a word of its own. A piece once taken is kept, or all ways to cut a text were tried.
    any_piece = "|".join(re.escape(one) + (r"(?![\w'])" if one[-1].isascii() else "") for one in pieces)
    return re.compile(rf"(?:[\W_]|{any_piece})*+")


def question_in(message: Event, bot_user: str | None) -> str:
    """Return the question that a message asks: its own, or that of the message forwarded with it."""
    own = question_of(message.get("text") or "", bot_user)
    return (points(own) and _forwarded(message, bot_user)) or own


def _forwarded(message: Event, bot_user: str | None) -> str:
    """Return what a person wrote that was forwarded with a message, "" when nothing was."""
    shared = (one for one in message.get("attachments") or () if one.get("is_share") or one.get("is_msg_unfurl"))
    texts = (question_of(one.get("text") or "", bot_user) for one in shared if not _from_bot(one, bot_user))
    return next((text for text in texts if text), "")


def _from_bot(shared: Event, bot_user: str | None) -> bool:
    return bool(shared.get("bot_id")) or shared.get("author_id") == bot_user


def question_above(thread: Sequence[Event], ts: str, bot_user: str) -> str:
    """Return the last question of a person above a message in a thread, else the last thing said, "" for none.

    ``thread`` has the thread's messages as Slack returns them, oldest first.
    """
    people = (message for message in reversed(thread) if message["ts"] < ts and threads.from_person(message))
    last = ""
    for text in (question_in(message, bot_user) for message in people):
        if not points(text):
            if addressed.is_question(text):
                return text
            last = last or text
    return last
