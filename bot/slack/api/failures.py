"""Sort what can go wrong when something is sent to Slack by what may be done about it."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from bot.slack.api.retries import never_connected
from index.errors import ReportBotError

if TYPE_CHECKING:
    from slack_sdk.web import SlackResponse

# Codes that plain text would meet again: the place or the right to write there is missing.
HOPELESS = frozenset(
    {
        "access_denied",
        "account_inactive",
        "cant_delete_message",
        "cant_update_message",
        "channel_not_found",
        "edit_window_closed",
        "expired_url",
        "invalid_auth",
        "invalid_thread_ts",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "messages_tab_disabled",
        "missing_scope",
        "not_authed",
        "not_in_channel",
        "restricted_action",
        "thread_not_found",
        "token_expired",
        "token_revoked",
        "used_url",
        "user_not_in_channel",
    }
)
LIMITED = frozenset({"rate_limited", "ratelimited"})
# Slack's documentation: "some aspect of the operation" may have succeeded.
UNCERTAIN = frozenset({"fatal_error", "internal_error", "service_unavailable"})
CODE = re.compile(r"[a-z][a-z0-9_]*")


class DeliveryFailed(ReportBotError):
    """Slack has certainly not done what it was asked to; ``error`` is its code or the kind of failure, for logs.

    ``lasting`` says that the same would fail again in a minute.
    """

    lasting = False

    def __init__(self, method: str, error: str) -> None:
        super().__init__(f"Slack did not accept {method} ({error})")
        self.method = method
        self.error = error


class Refused(DeliveryFailed):
    """The place, the right to write there or the message in question is missing."""

    lasting = True


class Rejected(DeliveryFailed):
    """Slack found fault with the content."""

    lasting = True


class Uncertain(DeliveryFailed):
    """The connection or Slack broke: what was asked for may have been done, or may still be."""


class TooLate(Uncertain):
    """Slack did not answer in time, and may still be at it."""


def of_response(method: str, status: int, code: str) -> DeliveryFailed:
    """Return the failure that Slack's answer stands for."""
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in LIMITED:
        return DeliveryFailed(method, "ratelimited")
    if not CODE.fullmatch(code):
        # A page of something between Slack and us, whose words would make a metric of each.
        refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        return (Rejected if refused else Uncertain)(method, f"http_{status}")
    if code in HOPELESS:
        return Refused(method, code)
    return (Uncertain if code in UNCERTAIN else Rejected)(method, code)


def of_error(method: str, error: Exception) -> DeliveryFailed:
    """Return the failure that an exception of the SDK or of the connection stands for."""
    if isinstance(error, SlackApiError):
        response: SlackResponse = error.response
        return of_response(method, response.status_code, str(response.get("error")))
    kind = type(error).__name__
    if never_connected(error):
        return DeliveryFailed(method, kind)
    reason = error.reason if isinstance(error, URLError) else error
    return (TooLate if isinstance(reason, TimeoutError) else Uncertain)(method, kind)


def code_in(body: str) -> str:
    """Return Slack's code in the answer of a response_url: in JSON or as it is."""
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.strip()
