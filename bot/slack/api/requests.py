"""Requests to Slack, whose failures come out as DeliveryFailed and are counted."""

from __future__ import annotations

from contextlib import contextmanager
from http.client import HTTPException
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackClientError

from bot.slack.api.failures import DeliveryFailed, of_error
from bot.slack.api.retries import retry_handlers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slack_sdk import WebClient
    from slack_sdk.web import SlackResponse

    from bot.metrics import Metrics


class Requests:
    """Makes requests for workspaces; safe to use from several threads."""

    def __init__(self, client_for: Callable[[str], WebClient], metrics: Metrics) -> None:
        self._client_for = client_for
        self._metrics = metrics

    def _client(self, team: str) -> WebClient:
        client = self._client_for(team)
        # The handlers that the SDK has by default repeat a post that may have arrived.
        client.retry_handlers = retry_handlers()
        return client

    def _call(self, method: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        with self._failures(method):
            return call()

    @contextmanager
    def _failures(self, method: str) -> Iterator[None]:
        """Turn everything that can go wrong with a request into DeliveryFailed, and count it."""
        try:
            try:
                yield
            except (OSError, HTTPException, SlackClientError) as error:
                raise of_error(method, error) from error
        except DeliveryFailed as failed:
            self._metrics.count_slack_error(method, failed.error)
            raise
