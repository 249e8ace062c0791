"""What came of one thing that somebody did, from what stands in Slack in the end; pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

# What a message of the bot is; a form is a modal that opened, a page the Home tab.
Kind = Literal["answer", "declined", "small talk", "apology", "shared", "notice", "form", "page"]
# What somebody may expect: an answer to a known question, any reply, that a question with its answer goes, ...
Wish = Literal[
    "answer", "reply", "silence", "refusal", "removal", "answer or removal", "form", "page", "notice", "share"
]
Outcome = Literal[
    "right", "told", "kept", "silent", "removed", "unfilled", "repeated", "excused", "unacknowledged",
    "lost", "twice", "both", "stale", "left", "unwanted", "wrong", "claimed", "language",
]  # fmt: skip

MEANINGS: dict[Outcome, str] = {
    "right": "the answer to the last text stands, once",
    "told": "an apology or a notice instead of an answer, or a refusal where one was due",
    "kept": "the answer to an earlier text stands, and the asker was told that it could not be changed",
    "silent": "nothing was said where nothing should be",
    "removed": "the question is gone, and so is its answer",
    "unfilled": "a Home tab that was not filled",
    "repeated": "a private answer came again because Slack took it and broke off: nobody can look for it",
    "excused": "answer and apology, while the database could not be written",
    "unacknowledged": "Slack was not told that the event, or the change that counts, had arrived",
    "lost": "acknowledged, and nobody was told anything",
    "twice": "two answers to one question stand",
    "both": "answer and apology for one question",
    "stale": "the answer that stands is to an earlier text",
    "left": "an answer stands though its question was deleted",
    "unwanted": "an answer where nothing should be said, or to somebody who may not ask",
    "wrong": "an answer that is not the one to this question",
    "claimed": "said to be shared with the channel, and is not",
    "language": "the answer is in the other language",
}
VIOLATIONS: tuple[Outcome, ...] = (
    "lost", "twice", "both", "stale", "left", "unwanted", "wrong", "claimed", "language",
)  # fmt: skip

REPLIES: frozenset[Kind] = frozenset({"answer", "declined", "small talk"})


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the bot as it stands in the end.

    ``shown`` is what tells its answer from others, ``heard`` is False when Slack took it and broke off; times are
    in Unix seconds.
    """

    ts: str
    at: float
    kind: Kind
    shown: str = ""
    lang: str | None = None
    public: bool = True
    heard: bool = True


@dataclass(frozen=True, slots=True)
class Transcript:
    """What somebody did and what the bot said to it.

    ``right`` is what answers to the last text show, ``earlier`` what those to the texts before it do; ``changed_at``
    is when the text was edited last. ``unwritable`` says that the database could not be written meanwhile.
    """

    wish: Wish
    said: tuple[Said, ...] = ()
    acknowledged: bool = True
    change_acknowledged: bool = True
    right: frozenset[str] = frozenset()
    earlier: frozenset[str] = frozenset()
    lang: str | None = None
    changed_at: float = 0.0
    unwritable: bool = False


def outcome_of(case: Transcript) -> Outcome:
    """Judge one case; of several faults it is the one that people see first."""
    return JUDGES.get(case.wish, _answered)(case)


def _replies(case: Transcript) -> list[Said]:
    return [said for said in case.said if said.kind in REPLIES]


def _told_or_lost(case: Transcript) -> Outcome:
    if case.said:
        return "told"
    return "lost" if case.acknowledged else "unacknowledged"


def _removed(case: Transcript) -> Outcome:
    if not any(said.public for said in case.said):
        return "removed"
    return "left" if case.change_acknowledged else "unacknowledged"


def _opened(case: Transcript) -> Outcome:
    if any(said.kind == case.wish for said in case.said):
        return "right"
    if case.wish == "page":
        return "unfilled" if case.acknowledged else "unacknowledged"
    return _told_or_lost(case)


def _shared(case: Transcript) -> Outcome:
    """Judge an answer that was to be posted where others see it; the private one has a note instead."""
    shared = [said for said in case.said if said.public and said.kind in REPLIES]
    if len(shared) > 1:
        return _more_than_once(shared)
    if shared:
        return "right"
    if any(said.kind == "shared" for said in case.said):
        return "claimed"
    return _told_or_lost(case)


def _answered(case: Transcript) -> Outcome:
    replies = _replies(case)
    if not replies:
        return _told_or_lost(case)
    if len(replies) > 1:
        return _more_than_once(replies)
    # An apology for a text that was edited since stands for that text.
    if any(said.kind == "apology" and said.at > case.changed_at for said in case.said):
        return "excused" if case.unwritable else "both"
    return _content(case, replies[0])


def _more_than_once(replies: list[Said]) -> Outcome:
    unheard = [said for said in replies if not said.heard and not said.public]
    return "repeated" if len(replies) - len(unheard) <= 1 else "twice"


def _content(case: Transcript, reply: Said) -> Outcome:
    if case.right and reply.shown not in case.right:
        if reply.shown not in case.earlier:
            return "wrong"
        return _stale(case)
    if case.lang is not None and reply.lang not in {None, case.lang}:
        return "language"
    return "right"


def _stale(case: Transcript) -> Outcome:
    if not case.change_acknowledged:
        return "unacknowledged"
    told = any(said.kind == "notice" and said.at > case.changed_at for said in case.said)
    return "kept" if told else "stale"


def _silent(case: Transcript) -> Outcome:
    return "unwanted" if case.said else "silent"


def _refused(case: Transcript) -> Outcome:
    return "unwanted" if _replies(case) else _told_or_lost(case)


def _answered_or_removed(case: Transcript) -> Outcome:
    return _answered(case) if case.said else "removed"


JUDGES: dict[Wish, Callable[[Transcript], Outcome]] = {
    "silence": _silent,
    "refusal": _refused,
    "removal": _removed,
    "answer or removal": _answered_or_removed,
    "form": _opened,
    "page": _opened,
    "notice": _opened,
    "share": _shared,
}
