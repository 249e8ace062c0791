"""A Slack on a loopback port: real HTTP and WebSocket for the app under test, plain calls for the test."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any, Self, TypeVar

from aiohttp import web

from tests.support.patience import PATIENCE

from . import audit
from .delivery import Courier, Delivery, Tamper, Transport
from .faults import Faults
from .http_mode import HttpMode
from .payloads import message_json
from .responses import ResponseUrls
from .scenarios import Scenarios
from .socket_mode import Reason, SocketMode
from .state import (
    CHANNEL,
    LEGACY_VERIFICATION,
    TEAM,
    USER,
    Call,
    Channel,
    ChannelKind,
    Message,
    Settings,
    Team,
    User,
    View,
    World,
)
from .web_api import WebApi

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine
    from types import TracebackType

    from .state import Json

T = TypeVar("T")


class SlackServer(Scenarios):
    """A workspace with one channel, two people and the bot, served while the context is open.

    >>> with SlackServer() as slack:
    ...     env = slack.env()  # for the bot's process
    """

    def __init__(self, transport: Transport = "socket", *, bot_url: str = "", settings: Settings | None = None) -> None:
        self.transport = transport
        self.world = World(settings or Settings())
        self.faults = Faults()
        self._tamper: list[Tamper] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="slack-server", daemon=True)
        self._courier = Courier(self.world, self._loop)
        self.socket = SocketMode(self.world, self._courier)
        self.http = HttpMode(self.world)
        self.http.bot_url = bot_url
        self._courier.carriers = {"socket": self.socket, "http": self.http}
        self._runner: web.AppRunner | None = None
        self.world.on_event = self.echo
        self.add_team(TEAM, "Local Events")
        self.add_user(USER, "alice")
        self.add_user("U0BOB", "bob")
        self.add_user("U0OTHERBOT", "otherbot", is_bot=True)
        self.add_channel(CHANNEL, "events")

    # Life of the server

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", WebApi(self.world, self.faults).handle)
        app.router.add_get("/link/", self.socket.handle)
        app.router.add_post("/actions/{team}/{link}", ResponseUrls(self.world, self.faults).handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.world.base_url = f"http://{host}:{port}"
        await self.http.start()

    async def _stop(self) -> None:
        await self._courier.stop()
        await self.socket.close()
        await self.http.close()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._loop.shutdown_asyncgens()

    def _run(self, work: Coroutine[Any, Any, T], timeout: float = PATIENCE) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    # What the app needs to know

    @property
    def api_url(self) -> str:
        """Return the base address of the Web API."""
        return f"{self.world.base_url}/api/"

    @property
    def team(self) -> Team:
        """Return the workspace the server began with."""
        return self.world.teams[TEAM]

    @property
    def bot_url(self) -> str:
        """Return where the app listens in the http transport."""
        return self.http.bot_url

    @bot_url.setter
    def bot_url(self, url: str) -> None:
        self.http.bot_url = url

    def env(self) -> dict[str, str]:
        """Return the environment variables of the app; proxies are off."""
        proxies = {name: "" for kind in ("http", "https") for name in (f"{kind}_proxy", f"{kind}_proxy".upper())}
        return {
            **proxies,
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.team.bot_token,
            "SLACK_APP_TOKEN": self.world.app_token,
            "SLACK_SIGNING_SECRET": self.world.signing_secret,
        }

    # The workspace

    def add_team(
        self,
        team_id: str,
        name: str = "",
        *,
        installed: bool = True,
        enterprise_id: str | None = None,
        org_wide: bool = False,
    ) -> Team:
        """Add a workspace with its bot user; the first is there from the beginning.

        With `org_wide` it shares the bot and the token of its Enterprise Grid organisation.
        """
        key = str(enterprise_id if org_wide else team_id).removeprefix("T0")
        others = [team for team in self.world.teams.values() if org_wide and team.bot_user == f"U0BOT{key}"]
        token = others[0].bot_token if others else f"xoxb-{key}-{secrets.token_hex(8)}"
        team = Team(team_id, name or key, key.lower(), f"U0BOT{key}", f"B0BOT{key}", token, installed)
        team.enterprise_id, team.org_wide = enterprise_id, org_wide
        with self.world.changed:
            self.world.teams[team_id] = team
        if not others:
            self.add_user(team.bot_user, "eventbot", team_id, is_bot=True)
        return team

    def add_user(self, user_id: str, name: str, team_id: str = TEAM, **facts: Any) -> User:
        """Add a person: `is_restricted`, `is_ultra_restricted`, `is_stranger`, `locale` and so on."""
        user = User(user_id, name, team_id, **facts)
        with self.world.changed:
            self.world.users[user_id] = user
        return user

    def add_channel(
        self, channel_id: str, name: str, team_id: str = TEAM, *, kind: ChannelKind = "channel", **facts: Any
    ) -> Channel:
        """Add a conversation: `is_member=False`, `shared_with=frozenset({team})` and so on."""
        channel = Channel(channel_id, name, team_id, kind, **facts)
        with self.world.changed:
            self.world.channels[channel_id] = channel
        return channel

    def install_code(self, team_id: str) -> str:
        """Return a code for oauth.v2.access, as after a click on "Add to Slack" in that workspace."""
        code = secrets.token_hex(8)
        with self.world.changed:
            self.world.install_codes[code] = team_id
        return code

    # Connections and requests

    def disconnect(self, reason: Reason = "refresh_requested", *, close_after: float | None = 5.0) -> None:
        """Send a disconnect on every WebSocket."""
        self._run(self.socket.disconnect(reason, close_after))

    def refresh_connections(
        self, *, warned: float | None = None, close_after: float = 0.0, times: int = 1, patience: float = 0.0
    ) -> None:
        """Begin to replace every WebSocket as Slack does now and then."""
        asyncio.run_coroutine_threadsafe(self.socket.refresh(warned, close_after, times, patience), self._loop)

    def silence_connections(self, *, reading: bool = True) -> None:
        """Let every WebSocket go dead without a word."""
        self._run(self.socket.silence(reading=reading))

    def send_raw(self, text: str) -> None:
        """Send a text that is no envelope over every WebSocket."""
        self._run(self.socket.send_raw(text))

    def drop_connections(self) -> None:
        """Break every WebSocket without a word."""
        self._run(self.socket.drop())

    def tamper(self, *how: Tamper) -> None:
        """Spoil the signatures of the next HTTP deliveries, one each."""
        self._tamper.extend(how)

    def verify_url(self, timeout: float = PATIENCE) -> bool:
        """Send url_verification and return whether the app answered with the challenge."""
        challenge = secrets.token_hex(16)
        payload = {"token": LEGACY_VERIFICATION, "challenge": challenge, "type": "url_verification"}
        answer = self.deliver("url_verification", payload).wait(timeout).response
        return challenge == (answer.get("challenge") if isinstance(answer, dict) else answer)

    def advance(self, seconds: float) -> None:
        """Move the platform's clock: streams, links and triggers grow old."""
        self.world.advance(seconds)

    # What happened

    @property
    def calls(self) -> list[Call]:
        """Return every request of the app so far."""
        with self.world.changed:
            return list(self.world.calls)

    def calls_to(self, method: str, *, ok: bool | None = None) -> list[Call]:
        """Return the requests for one method, optionally only those that Slack accepted or refused."""
        return [call for call in self.calls if call.method == method and (ok is None or call.ok == ok)]

    @property
    def deliveries(self) -> list[Delivery]:
        """Return everything people made Slack bring to the app so far; checks of its address are left out."""
        with self.world.changed:
            return [d for d in self.world.deliveries if d.kind != "url_verification"]

    def messages(self, channel: str = CHANNEL, *, deleted: bool = False) -> list[Message]:
        """Return what is in a channel, ephemeral messages too, oldest first, or what was deleted from it."""
        with self.world.changed:
            return [m for m in self.world.channel(channel).messages.values() if m.deleted == deleted]

    def replies(
        self, channel: str = CHANNEL, thread_ts: str | None = None, *, ephemeral: bool = False
    ) -> list[Message]:
        """Return the finished messages of the bot in a channel, or in one thread of it."""
        bots = {team.bot_id for team in self.world.teams.values()}
        return [
            message
            for message in self.messages(channel)
            if message.bot_id in bots
            and (thread_ts is None or message.thread_ts == thread_ts)
            and (message.ephemeral_to is not None) == ephemeral
            and (message.stream is None or message.stream.stopped)
        ]

    def message_text(self, message: Message) -> str:
        """Return all a message says, in text and blocks."""
        with self.world.changed:
            body = message_json(self.world, message)
        return "\n".join(audit.strings({key: body.get(key) for key in ("text", "blocks", "attachments")}))

    def home(self, user: str = USER) -> View | None:
        """Return the Home tab a user has."""
        return self.world.homes.get((self.world.users[user].team_id, user))

    def open_views(self, user: str = USER) -> list[View]:
        """Return the modals a user has open, the newest last."""
        with self.world.changed:
            views = list(self.world.views.values())
        return [v for v in views if v.user == user and v.is_open and v.data["type"] == "modal"]

    def status_of(self, channel: str, thread_ts: str) -> str:
        """Return the status shown in a thread now."""
        with self.world.changed:
            history = self.world.statuses.get((channel, thread_ts), [])
            if not history or self.world.now() - history[-1]["time"] > self.world.settings.status_lifetime:
                return ""
            return str(history[-1]["status"])

    # Waiting

    def wait_for(self, condition: Callable[[], T], timeout: float = PATIENCE, what: str = "the condition") -> T:
        """Wait until a condition is true and return its value."""
        deadline = time.monotonic() + timeout
        with self.world.changed:
            while not (value := condition()):
                left = deadline - time.monotonic()
                if left <= 0:
                    recent = [(c.method, c.error or c.fault or "ok") for c in self.world.calls[-8:]]
                    raise TimeoutError(f"{what} did not come true in {timeout} s; the last calls were {recent}")
                # Conditions on time come true without a change.
                self.world.changed.wait(min(left, 0.05))
            return value

    def wait_for_reply(
        self,
        channel: str = CHANNEL,
        thread_ts: str | None = None,
        timeout: float = PATIENCE,
        *,
        matching: str = "",
        count: int = 1,
        ephemeral: bool = False,
    ) -> Message:
        """Wait for the bot's `count`-th finished message there that says `matching`, and return it."""

        def found() -> list[Message]:
            replies = self.replies(channel, thread_ts, ephemeral=ephemeral)
            fitting = [message for message in replies if matching in self.message_text(message)]
            return fitting if len(fitting) >= count else []

        return self.wait_for(found, timeout, f"reply {count} in {channel} {thread_ts or ''}")[count - 1]

    def wait_for_call(self, method: str, timeout: float = PATIENCE, *, count: int = 1) -> Call:
        """Wait for the `count`-th answered request for a method."""

        def found() -> list[Call]:
            done = [call for call in self.calls_to(method) if call.status is not None]
            return done if len(done) >= count else []

        return self.wait_for(found, timeout, f"call {count} of {method}")[count - 1]

    def wait_for_connection(self, timeout: float = PATIENCE, *, count: int = 1) -> None:
        """Wait until the app has made its `count`-th WebSocket connection and it is open."""
        ready = self.socket
        self.wait_for(
            lambda: ready.opened >= count and any(not c.leaving for c in ready.connections),
            timeout,
            f"WebSocket connection {count}",
        )

    def forget(self) -> None:
        """Forget everything that was said and done, but not who and what there is."""
        world = self.world
        with world.changed:
            for channel in world.channels.values():
                channel.messages.clear()
            for kept in (world.calls, world.deliveries, world.response_urls, world.triggers, world.statuses):
                kept.clear()

    def wait_until_quiet(self, quiet: float = 0.3, timeout: float = PATIENCE) -> None:
        """Wait until nothing is under way and nothing happened for `quiet` seconds.

        A bot that thinks without calling Slack looks quiet: give `quiet` more than it thinks.
        """
        world = self.world

        def is_quiet() -> bool:
            idle = time.monotonic() - world.last_activity
            return world.in_flight == 0 and idle >= quiet and all(d.done for d in world.deliveries)

        self.wait_for(is_quiet, timeout, "quiet")

    # Audit

    def all_texts(self) -> list[str]:
        """Return every text the app ever sent, accepted or not."""
        return audit.texts(self.world)

    def links(self) -> list[str]:
        """Return every address the app ever sent."""
        return audit.links(self.world)

    def assert_no_ping(self, allowed_users: Collection[str] = ()) -> None:
        """Fail if anything the app sent has live mention syntax, but for mentions of `allowed_users`."""
        pings = audit.pings(self.world, allowed_users)
        if pings:
            raise AssertionError("the app would ping: " + "; ".join(pings))

    def history(self, message: Message) -> list[Json]:
        """Return the earlier versions of a message, oldest first."""
        with self.world.changed:
            return list(message.revisions)
