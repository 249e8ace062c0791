"""The names that Slack sends back: action, callback and block ids, and the values behind buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = "/ask"
FIND_IN_REPORTS = "find_in_reports"

ASK_SUGGESTION = "ask_suggestion"
ASK_EXAMPLE = "ask_example"
HOME_SEARCH = "home_search"
FEEDBACK = "feedback"
FEEDBACK_REASON = "feedback_reason"
WHY = "why"
SHARE = "share"
WRITE = "write"

REASON_BLOCK = "reason"
COMMENT_BLOCK = "comment"

Verdict = Literal["helpful", "not_helpful"]
Reason = Literal["wrong", "off_topic", "incomplete", "other"]
REASONS: tuple[Reason, ...] = ("wrong", "off_topic", "incomplete", "other")
# Only of answers that a model wrote.
UNFAITHFUL = "unfaithful"


def feedback_value(verdict: Verdict, key: str) -> str:
    """Return the value of a feedback button."""
    return f"{verdict}:{key}"


def verdict_of(value: str) -> tuple[Verdict, str] | None:
    """Return verdict and key from the value of a feedback button, or None if it is not ours."""
    verdict, _, key = value.partition(":")
    if not key:
        return None
    if verdict == "helpful":
        return "helpful", key
    return ("not_helpful", key) if verdict == "not_helpful" else None


def reason_of(view: Mapping[str, Any]) -> str:
    """Return the reason that was given in the modal, as ``<choice>: <comment>`` or either part alone."""
    values = view.get("state", {}).get("values", {})
    choice = (values.get(REASON_BLOCK, {}).get(REASON_BLOCK, {}).get("selected_option") or {}).get("value")
    comment = values.get(COMMENT_BLOCK, {}).get(COMMENT_BLOCK, {}).get("value")
    return ": ".join(part.strip() for part in (choice, comment) if part and part.strip())
