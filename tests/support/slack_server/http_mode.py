"""HTTP delivery: signed requests to the app's address, with Slack's retries."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

if TYPE_CHECKING:
    from .delivery import Attempt, Delivery
    from .state import World

# Slack's clients refuse timestamps more than five minutes off.
OLD = 10 * 60


class HttpMode:
    """Posts payloads to the app."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._session: aiohttp.ClientSession | None = None
        self.bot_url = ""

    async def start(self) -> None:
        """Open the client."""
        # Slack makes a new connection for most requests; a kept one would hide servers that stop listening.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=True), trust_env=False
        )

    async def close(self) -> None:
        """Close the client."""
        if self._session is not None:
            await self._session.close()

    async def carry(self, delivery: Delivery) -> None:
        """Post a payload until it is acknowledged or given up; only events are posted again."""
        again = delivery.kind == "events_api" and delivery.tamper is None
        delays = self._world.settings.http_retry_delays if again else ()
        reason = delivery.retry_reason
        for number, delay in enumerate((0.0, *delays)):
            await asyncio.sleep(delay)
            attempt = delivery.begin(delivery.retry_num + number, reason)
            reason, stop = await self._post(delivery, attempt)
            if not reason:
                return
            if stop:
                break
        delivery.finish()

    async def _post(self, delivery: Delivery, attempt: Attempt) -> tuple[str, bool]:
        """Post once; return the reason for another attempt, if any, and whether the app asked for none."""
        if self._session is None:
            raise RuntimeError("the server is not started")
        body, content_type = encode(delivery)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= self._signature(delivery, body)
        if attempt.retry_num:
            headers["X-Slack-Retry-Num"] = str(attempt.retry_num)
            headers["X-Slack-Retry-Reason"] = attempt.retry_reason
        timeout = aiohttp.ClientTimeout(total=self._world.settings.ack_timeout)
        try:
            async with self._session.post(self.bot_url, data=body, headers=headers, timeout=timeout) as answer:
                attempt.status = answer.status
                response = _decode(await answer.text(), answer.content_type)
                no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
        except TimeoutError:
            attempt.error = "timeout"
            return "http_timeout", False
        except aiohttp.ClientError as error:
            attempt.error = str(error)
            return "connection_failed", False
        if not 200 <= attempt.status < 300:
            attempt.response = response
            return "http_error", no_retry
        delivery.acknowledge(attempt, response)
        return "", False

    def _signature(self, delivery: Delivery, body: str) -> dict[str, str]:
        if delivery.tamper == "no_signature":
            return {}
        now = int(time.time()) - (OLD if delivery.tamper == "old_timestamp" else 0)
        secret = self._world.signing_secret + ("x" if delivery.tamper == "wrong_signature" else "")
        digest = hmac.new(secret.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": str(now), "X-Slack-Signature": f"v0={digest}"}


def encode(delivery: Delivery) -> tuple[str, str]:
    """Return the body and content type: events are JSON, interactions and commands are forms."""
    form = "application/x-www-form-urlencoded"
    if delivery.kind == "slash_commands":
        return urlencode(delivery.payload), form
    text = json.dumps(delivery.payload, ensure_ascii=False)
    if delivery.kind == "interactive":
        return urlencode({"payload": text}), form
    return text, "application/json"


def _decode(text: str, content_type: str) -> Any:
    if content_type == "application/json" and text:
        return json.loads(text)
    return text
