"""The verdict of benchmarks/chaos: each kind of fault is found in a transcript made up for it, and none elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.chaos.verdict import MEANINGS, VIOLATIONS, Said, Transcript, outcome_of

if TYPE_CHECKING:
    from benchmarks.chaos.verdict import Kind, Outcome, Wish

NEW, OLD, OTHER = "what the new text asks for", "what the old text asked for", "something else"


def said(kind: Kind = "answer", shown: str = NEW, at: float = 11.0, **more: object) -> Said:
    return Said(ts=f"{at:.6f}", at=at, kind=kind, shown=shown, lang="en", **more)  # type: ignore[arg-type]


def asked(*messages: Said, wish: Wish = "answer", **more: object) -> Transcript:
    """Return a question that was edited once, at ten seconds."""
    right, earlier = frozenset({NEW}), frozenset({OLD})
    return Transcript(wish, messages, right=right, earlier=earlier, lang="en", changed_at=10.0, **more)  # type: ignore[arg-type]


APOLOGY, NOTICE = said("apology", "sorry, number 0a1b2c3d", 12.0), said("notice", "busy")
PRIVATE, UNHEARD = {"public": False}, {"public": False, "heard": False}


@pytest.mark.parametrize(
    ("outcome", "transcript"),
    [
        ("lost", asked()),
        ("lost", asked(wish="reply")),
        ("lost", asked(wish="refusal")),
        ("lost", asked(wish="form")),
        ("lost", asked(wish="share")),
        ("twice", asked(said(), said())),
        ("twice", asked(said(), said(shown=OLD))),
        ("twice", asked(said(**PRIVATE), said(**PRIVATE))),
        ("twice", asked(said(heard=False), said())),
        ("twice", asked(said(**UNHEARD), said(**PRIVATE), said(**PRIVATE))),
        ("twice", asked(said(), said(), wish="reply")),
        ("twice", asked(said(), said(), wish="share")),
        ("both", asked(said(), APOLOGY)),
        ("both", asked(said(shown=OLD), APOLOGY)),
        ("both", asked(said("declined"), APOLOGY)),
        ("both", asked(said(**PRIVATE), replace(APOLOGY, public=False))),
        ("stale", asked(said(shown=OLD))),
        ("stale", asked(said(shown=OLD), replace(NOTICE, at=9.0))),
        ("left", asked(said(), wish="removal")),
        ("left", asked(APOLOGY, wish="removal")),
        ("unwanted", asked(said(), wish="silence")),
        ("unwanted", asked(NOTICE, wish="silence")),
        ("unwanted", asked(said(), wish="refusal")),
        ("unwanted", asked(said("declined"), NOTICE, wish="refusal")),
        ("wrong", asked(said(shown=OTHER))),
        ("wrong", asked(said("small talk", "hello"))),
        ("wrong", asked(said(shown=OTHER), wish="answer or removal")),
        ("claimed", asked(said("shared", **PRIVATE), wish="share")),
        ("language", replace(asked(said()), lang="ja")),
    ],
)
def test_a_fault_is_found(outcome: Outcome, transcript: Transcript) -> None:
    assert outcome in VIOLATIONS
    assert outcome_of(transcript) == outcome


@pytest.mark.parametrize(
    ("outcome", "transcript"),
    [
        ("right", asked(said())),
        ("right", asked(said(), wish="answer or removal")),
        ("right", asked(said(), replace(APOLOGY, at=9.0))),
        ("right", asked(said(), NOTICE)),
        ("right", Transcript("reply", (said("small talk", "hello"),))),
        ("right", asked(said(), said("shared", **PRIVATE), wish="share")),
        ("right", asked(said("form", **PRIVATE), wish="form")),
        ("right", asked(NOTICE, wish="notice")),
        ("told", asked(APOLOGY)),
        ("kept", asked(said(shown=OLD), NOTICE)),
        ("told", asked(NOTICE, wish="refusal")),
        ("told", asked(APOLOGY, wish="form")),
        ("told", asked(APOLOGY, wish="share")),
        ("silent", asked(wish="silence")),
        ("removed", asked(wish="removal")),
        ("removed", asked(said(**PRIVATE), wish="removal")),
        ("removed", asked(wish="answer or removal")),
        ("unfilled", asked(wish="page")),
        ("repeated", asked(said(**UNHEARD), said(**PRIVATE))),
        ("repeated", asked(said(**UNHEARD), said(**UNHEARD))),
        ("excused", asked(said(), APOLOGY, unwritable=True)),
        ("unacknowledged", asked(acknowledged=False)),
        ("unacknowledged", asked(said(shown=OLD), change_acknowledged=False)),
        ("unacknowledged", asked(said(), wish="removal", change_acknowledged=False)),
    ],
)
def test_what_is_as_it_should_be_is_no_fault(outcome: Outcome, transcript: Transcript) -> None:
    assert outcome not in VIOLATIONS
    assert outcome_of(transcript) == outcome


def test_every_outcome_has_a_meaning() -> None:
    assert set(VIOLATIONS) < set(MEANINGS)
