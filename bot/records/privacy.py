"""The one rule about what was asked in private, for Python and for SQL.

In private is asked with /ask, with the message shortcut, and with a button below a private answer; everything else is
public to where it was asked, which in a direct conversation with the bot is one person.

- A private question counts only for later private questions of the person who asked it, and those may lean on what
  was asked in public before them, too. A public question leans on public ones only.
- A private question never calls the bot into a thread, and nothing public is ever posted because of one.
- The answer to a private question, with its buttons, is for the person who asked it.
- From the moment that this person shares an answer with the channel, its question counts as a public one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import not_, or_

from bot.records.database import QUESTIONS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.records.received import ReceivedQuestion

PRIVATE_SURFACES = ("command", "shortcut")


def is_private(received: ReceivedQuestion) -> bool:
    """Return whether a question was asked in private, and is answered so."""
    return received.response_url is not None or received.surface in PRIVATE_SURFACES


def asked_in_private() -> ColumnElement[bool]:
    """Return the same as ``is_private`` as a condition on the table of questions."""
    return or_(QUESTIONS.c.response_url.is_not(None), QUESTIONS.c.surface.in_(PRIVATE_SURFACES))


def is_public() -> ColumnElement[bool]:
    """Return the condition that everybody may see a question: it was asked in public, or shared since."""
    return or_(not_(asked_in_private()), QUESTIONS.c.shared_ts.is_not(None))
