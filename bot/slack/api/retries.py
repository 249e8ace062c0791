"""Send to Slack again after something went wrong, unless it must not be."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.error import URLError

from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

if TYPE_CHECKING:
    from slack_sdk.http_retry.handler import RetryHandler
    from slack_sdk.http_retry.request import HttpRequest
    from slack_sdk.http_retry.response import HttpResponse
    from slack_sdk.http_retry.state import RetryState

# Sent twice, people see it twice.
POST_METHOD = "chat.postMessage"
POSTING = frozenset({POST_METHOD, "chat.postEphemeral"})

# With the pauses of slack_sdk (0.5, 1 s, … and a random part) this bridges a restart of a proxy.
ATTEMPTS_AGAIN = 2
# Slack names the pause; a burst to one channel can be told to wait more than once.
RATE_LIMITED_AGAIN = 3


class _ConnectionErrors(ConnectionErrorRetryHandler):
    """Retries broken connections; a post only when it cannot have reached Slack."""

    def __init__(self, *, posts: bool) -> None:
        super().__init__(max_retry_count=ATTEMPTS_AGAIN)
        self._posts = posts

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if (self._posts or _is_post(request)) and not never_connected(error):
            return False
        return super()._can_retry(state=state, request=request, response=response, error=error)


class _ServerErrors(ServerErrorRetryHandler):
    """Retries 500 and 503, but no posts: Slack says that part of the work may have been done."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if _is_post(request):
            return False
        return super()._can_retry(state=state, request=request, response=response, error=error)


def retry_handlers(*, posts: bool = False) -> list[RetryHandler]:
    """Return the handlers for a client of Slack's; ``posts`` says that all it sends is posts.

    A refused connection and 429 are always safe to try again. What may have arrived is only repeated where
    that does no harm; of posts ``Delivery`` knows whether it does.
    """
    again: list[RetryHandler] = [
        RateLimitErrorRetryHandler(max_retry_count=RATE_LIMITED_AGAIN),
        _ConnectionErrors(posts=posts),
    ]
    return again if posts else [*again, _ServerErrors(max_retry_count=ATTEMPTS_AGAIN)]


def _is_post(request: HttpRequest) -> bool:
    return request.url.rpartition("/")[2] in POSTING


def never_connected(error: Exception | None) -> bool:
    """Return whether there was no connection, so that nothing can have been sent."""
    return isinstance(error, URLError) and isinstance(error.reason, ConnectionRefusedError | socket.gaierror)
