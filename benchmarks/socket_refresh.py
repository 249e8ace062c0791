"""How clients for Socket Mode get over Slack's refreshes: seconds without a connection, lost acknowledgements, CPU.

Runs each client as a process against the local Slack server of the tests, 100 ms away there and back. The server
replaces its connections as Slack does while events flow; every event takes up to 0.4 s before it is acknowledged.
Needs aiohttp and websocket-client for the clients of slack_sdk that are built on them.

    python benchmarks/socket_refresh.py [--clients own builtin websocket-client aiohttp] [--refreshes 200] [--json FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import threading
import time
import zlib
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from slack_sdk import WebClient  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_sdk.socket_mode.request import SocketModeRequest

    from tests.support.slack_server import Delivery, SlackServer

CLIENTS = ("own", "builtin", "websocket-client", "aiohttp")
# Seconds of warning or none, seconds until the old connection is closed, and how often it is told to leave.
WAYS: tuple[dict[str, Any], ...] = (
    {"warned": 1.0, "close_after": 0.5},
    {"close_after": 1.0},
    {"close_after": 0.0},
    {"warned": 0.0, "close_after": 0.5, "times": 3},
)
EVENTS_PER_SECOND = 20
LARGE = (100_000, 400_000, 800_000)
EACH_LARGE = 5
BACK_SECONDS = 30.0
ONE_WAY_SECONDS = 0.05


def main() -> None:
    options = _options()
    if options.serve:
        serve(options.serve)
        return
    rows = {client: measure(client, options.refreshes) for client in options.clients}
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", nargs="+", choices=CLIENTS, default=CLIENTS)
    parser.add_argument("--refreshes", type=int, default=200)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--serve", choices=CLIENTS, help=argparse.SUPPRESS)
    return parser.parse_args()


# What is measured


@contextmanager
def distance(slack: SlackServer) -> Iterator[None]:
    """Put a line with some latency between the server and its clients."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    host, _, port = slack.world.base_url.removeprefix("http://").partition(":")
    tasks: set[asyncio.Task[None]] = set()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        for way in (_carry(reader, far_writer), _carry(far_reader, writer)):
            tasks.add(asyncio.get_running_loop().create_task(way))

    started = asyncio.run_coroutine_threadsafe(asyncio.start_server(relay, "127.0.0.1", 0), loop)
    slack.world.base_url = f"http://127.0.0.1:{started.result().sockets[0].getsockname()[1]}"
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(_end(tasks), loop).result()
        loop.call_soon_threadsafe(loop.stop)


async def _end(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    later = asyncio.get_running_loop().call_later
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            later(ONE_WAY_SECONDS, lambda data=data: writer.is_closing() or writer.write(data))
    later(ONE_WAY_SECONDS, writer.close)


def measure(client: str, refreshes: int) -> dict[str, Any]:
    from tests.support.slack_server import BotProcess, SlackServer

    command = [sys.executable, str(Path(__file__).resolve()), "--serve", client]
    with SlackServer() as slack, distance(slack), BotProcess(slack, command) as bot:
        large = _large(slack)
        begun, cpu = time.monotonic(), _cpu(bot.pid)
        deliveries: list[Delivery] = []
        longest = []
        for number in range(refreshes):
            before = len(slack.socket.gaps)
            _refresh(slack, WAYS[number % len(WAYS)], deliveries)
            longest.append(max(slack.socket.gaps[before:], default=0.0))
        row = {
            "refreshes": refreshes,
            "with_a_gap": sum(gap > 0 for gap in longest),
            "over_1_s": sum(gap > 1 for gap in longest),
            "longest_gap_s": round(max(longest), 2),
            "seconds_without": round(sum(longest), 1),
            "connections": slack.socket.opened,
            **_acknowledged(deliveries),
            "cpu_ms_per_s": round(1000 * (_cpu(bot.pid) - cpu) / (time.monotonic() - begun), 1),
            "large_frames_lost": large,
            "attribute_errors": bot.output().count("AttributeError:"),
        }
    print(client, json.dumps(row), flush=True)
    return row


def _refresh(slack: SlackServer, way: dict[str, Any], deliveries: list[Delivery]) -> None:
    """Replace the connections while events flow, and go on until there is a new one."""
    opened = slack.socket.opened
    slack.refresh_connections(**way)
    begun = time.monotonic()
    lasting = way.get("warned", 0.0) + way["close_after"] + 0.5
    while time.monotonic() - begun < lasting or not _is_back(slack, opened):
        if time.monotonic() - begun > BACK_SECONDS:
            return
        deliveries.append(_event(slack, "refreshing"))
        time.sleep(1 / EVENTS_PER_SECOND)


def _is_back(slack: SlackServer, opened: int) -> bool:
    return slack.socket.opened > opened and any(not one.leaving for one in slack.socket.connections)


def _event(slack: SlackServer, text: str) -> Delivery:
    event = {"type": "message", "channel": "C0", "user": "U0", "text": text, "ts": f"{time.time():.6f}"}
    return slack.deliver("events_api", {"type": "event_callback", "event": event})


def _acknowledged(deliveries: list[Delivery]) -> dict[str, int]:
    """Count the envelopes that were sent over an open connection and never acknowledged."""
    for delivery in deliveries:
        delivery.wait(60)
    attempts = [attempt for delivery in deliveries for attempt in delivery.attempts]
    return {
        "events": len(deliveries),
        "acknowledgements_lost": sum(attempt.acked_at is None for attempt in attempts),
        "events_lost": sum(not delivery.acked for delivery in deliveries),
    }


def _large(slack: SlackServer) -> int:
    """Return how many of the large events did not arrive, or were not acknowledged, the first time."""
    deliveries = [_event(slack, "a" * size) for size in LARGE for _ in range(EACH_LARGE)]
    for delivery in deliveries:
        delivery.wait(60)
    return sum(not delivery.attempts[0].acked_at for delivery in deliveries)


def _cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# The clients


def serve(client: str) -> None:
    logging.basicConfig()
    token, web = os.environ["SLACK_APP_TOKEN"], WebClient(base_url=os.environ["SLACK_API_URL"])
    if client == "own":
        from bot.slack.serving.socket_client import SocketClient

        def new_address() -> str:
            return str(web.apps_connections_open(app_token=token)["url"])

        def handle(envelope: dict[str, Any]) -> str:
            return _acknowledge(envelope["envelope_id"])

        asyncio.run(SocketClient(new_address(), new_address, handle, nullcontext()).keep_connected())
    elif client == "aiohttp":
        asyncio.run(_serve_aiohttp(token))
    else:
        from slack_sdk.socket_mode.builtin import SocketModeClient as Builtin
        from slack_sdk.socket_mode.websocket_client import SocketModeClient as WebSocketClient

        kind = Builtin if client == "builtin" else WebSocketClient
        sdk = kind(app_token=token, web_client=web, ping_interval=10)
        sdk.socket_mode_request_listeners.append(lambda to, request: to.send_message(_acknowledge(request.envelope_id)))
        sdk.connect()
        time.sleep(1e6)


async def _serve_aiohttp(token: str) -> None:
    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.web.async_client import AsyncWebClient

    sdk = SocketModeClient(token, web_client=AsyncWebClient(base_url=os.environ["SLACK_API_URL"]), ping_interval=10)

    async def listen(to: Any, request: SocketModeRequest) -> None:
        await to.send_message(await asyncio.to_thread(_acknowledge, request.envelope_id))

    sdk.socket_mode_request_listeners.append(listen)
    await sdk.connect()
    await asyncio.sleep(1e6)


def _acknowledge(envelope_id: str) -> str:
    """Take up to 0.4 s, as when a database is busy."""
    time.sleep(zlib.crc32(envelope_id.encode()) % 400 / 1000)
    return json.dumps({"envelope_id": envelope_id})


if __name__ == "__main__":
    main()
