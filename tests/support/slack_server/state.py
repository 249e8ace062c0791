"""What the pretend workspace holds: teams, users, channels, messages, views and what the app sent."""

from __future__ import annotations

import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from .delivery import Delivery

Json = dict[str, Any]
ChannelKind = Literal["channel", "group", "im", "mpim"]

APP_ID = "A0LOCALAPP"
LEGACY_VERIFICATION = "local-verification"
TEAM = "T0LOCAL"
CHANNEL = "C0EVENTS"
USER = "U0ALICE"


@dataclass(slots=True)
class Settings:
    """Timings and choices of the platform; seconds unless named otherwise."""

    ack_timeout: float = 3.0
    socket_retries: int = 3
    http_retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    ping_interval: float = 10.0
    stream_lifetime: float = 300.0
    # Developers report streams finalized after about 30 idle seconds.
    stream_idle: float = 30.0
    status_lifetime: float = 120.0
    response_url_uses: int = 5
    response_url_lifetime: float = 1800.0
    trigger_lifetime: float = 3.0
    # Measured in 2026 (slack-go#1571): a reply to a deleted parent lands in the channel, without an error.
    missing_parent: Literal["unthread", "thread_not_found"] = "unthread"
    agent_view: bool = True
    scopes: frozenset[str] | None = None
    # Slack gives no order to the two events of one post.
    pair_order: tuple[str, str] = ("app_mention", "message")
    echo_own_messages: bool = True
    # Whether users.info names the Enterprise Grid organisation of a user.
    enterprise_users: bool = True
    subscriptions: frozenset[str] = frozenset(
        {
            "app_home_opened",
            "app_mention",
            "message.channels",
            "message.groups",
            "message.im",
            "message.mpim",
        }
    )


@dataclass(slots=True)
class Team:
    """One workspace; `installed` says whether the app's bot token works there.

    Where the app is installed for the whole organisation (`org_wide`), its workspaces have one bot and one token.
    """

    id: str
    name: str
    domain: str
    bot_user: str
    bot_id: str
    bot_token: str
    installed: bool = True
    enterprise_id: str | None = None
    org_wide: bool = False

    @property
    def enterprise(self) -> Json | None:
        """Return the Enterprise Grid organisation as payloads name it."""
        return {"id": self.enterprise_id, "name": "The Grid"} if self.enterprise_id else None


@dataclass(slots=True)
class User:
    """One person or bot user."""

    id: str
    name: str
    team_id: str
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False
    locale: str = "ja-JP"
    tz: str = "Asia/Tokyo"


@dataclass(slots=True)
class Stream:
    """The streaming side of a message: when it began, when it last grew, whether it ended."""

    started: float
    touched: float
    chunks: list[Json] = field(default_factory=list)
    stopped: bool = False


@dataclass(slots=True, eq=False)
class Message:
    """One message of a channel, with what happened to it afterwards."""

    channel: str
    ts: str
    team: str
    text: str = ""
    user: str | None = None
    thread_ts: str | None = None
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    subtype: str | None = None
    ephemeral_to: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    deleted: bool = False
    stream: Stream | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    revisions: list[Json] = field(default_factory=list)
    extra: Json = field(default_factory=dict)

    @property
    def thread(self) -> str:
        """Return the ts of the thread this message is in or would start."""
        return self.thread_ts or self.ts


@dataclass(slots=True)
class Channel:
    """One conversation; `is_member` is the bot's membership, `shared_with` other teams of Slack Connect."""

    id: str
    name: str
    team_id: str
    kind: ChannelKind = "channel"
    is_member: bool = True
    is_archived: bool = False
    shared_with: frozenset[str] = frozenset()
    user: str | None = None
    messages: dict[str, Message] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class View:
    """A modal or a home tab as the user has it open."""

    id: str
    team_id: str
    user: str
    data: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    is_open: bool = True
    revisions: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class ResponseUrl:
    """Where an app may answer an interaction, and how often it did."""

    id: str
    team_id: str
    channel: str
    user: str
    created: float
    message_ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


@dataclass(slots=True)
class Trigger:
    """The short-lived permission to open a modal."""

    id: str
    user: str
    team_id: str
    created: float
    used: bool = False


@dataclass(slots=True)
class Call:
    """One request of the app: a Web API method, or `response_url` with the id of its link.

    `done` says that Slack did the work, `heard` is False when the app does not hear so; `made` is the ts of the
    message that was posted or changed.
    """

    method: str
    args: Json
    token: str | None
    time: float
    response: Json | None = None
    status: int | None = None
    fault: str | None = None
    link: str = ""
    made: str = ""
    done: bool = False
    heard: bool = True

    @property
    def ok(self) -> bool:
        """Return whether Slack accepted it."""
        return self.status == 200 and bool(self.response and self.response.get("ok"))

    @property
    def error(self) -> str | None:
        """Return Slack's error code, if it refused."""
        return None if self.response is None else self.response.get("error")


class World:
    """All state behind one lock; `changed` wakes the threads that wait for something to happen."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.changed = threading.Condition()
        self.base_url = ""
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[tuple[str, str], View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.install_codes: dict[str, str] = {}
        self.tickets: set[str] = set()
        self.ack_errors: list[tuple[Json, Json]] = []
        self.statuses: dict[tuple[str, str], list[Json]] = {}
        self.prompts: dict[str, Json] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.calls: list[Call] = []
        self.deliveries: list[Delivery] = []
        self.in_flight = 0
        self.last_activity = time.monotonic()
        self.app_token = f"xapp-1-{APP_ID}-{secrets.token_hex(8)}"
        self.signing_secret = secrets.token_hex(16)
        self.client_id = "1111.2222"
        self.client_secret = secrets.token_hex(16)
        self.on_event: Callable[[Json, Channel], None] | None = None
        self._clock_offset = 0.0
        self._counter = 0
        self._last_ts = 0

    def now(self) -> float:
        """Return the platform's clock, which tests may move forward."""
        return time.time() + self._clock_offset

    def advance(self, seconds: float) -> None:
        """Move the platform's clock forward."""
        with self.changed:
            self._clock_offset += seconds

    def touch(self) -> None:
        """Note that something happened and wake the waiting threads; the lock is held."""
        self.last_activity = time.monotonic()
        self.changed.notify_all()

    def next_ts(self) -> str:
        """Return a message timestamp later than every earlier one."""
        self._last_ts = max(self._last_ts + 100, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        """Return an id never used before in this world."""
        self._counter += 1
        return f"{prefix}0{self._counter:07X}{secrets.token_hex(1).upper()}"

    def team_of_token(self, token: str | None) -> Team | None:
        """Return the team whose bot token this is."""
        return next((team for team in self.teams.values() if team.bot_token == token), None)

    def teams_of_token(self, token: str | None) -> set[str]:
        """Return the ids of the workspaces that a bot token is for: several if it is an organisation's."""
        return {team.id for team in self.teams.values() if team.bot_token == token}

    def channel(self, channel_id: str) -> Channel:
        """Return a channel that the test set up; a typo in a test is an error, not a new channel."""
        return self.channels[channel_id]

    def dm_with(self, user_id: str, team_id: str) -> Channel:
        """Return the direct conversation of the bot of that team with a user, opening it when new."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.user == user_id and channel.team_id == team_id:
                return channel
        channel = Channel(self.new_id("D"), "directmessage", team_id, kind="im", user=user_id)
        self.channels[channel.id] = channel
        return channel

    def parent(self, channel: Channel, thread_ts: str) -> Message | None:
        """Return the root of the thread that this ts belongs to, if it still exists."""
        message = channel.messages.get(thread_ts)
        if message is not None and message.thread_ts and message.thread_ts != message.ts:
            message = channel.messages.get(message.thread_ts)
        if message is None or message.deleted or message.ephemeral_to:
            return None
        return message

    def replies(self, channel: Channel, thread_ts: str) -> list[Message]:
        """Return the visible replies of a thread, oldest first."""
        return [
            message
            for message in channel.messages.values()
            if message.thread_ts == thread_ts
            and message.ts != thread_ts
            and not message.deleted
            and not message.ephemeral_to
        ]

    def new_trigger(self, user: str, team_id: str) -> str:
        """Issue a trigger id."""
        trigger = Trigger(f"{self.new_id('1')}.{self.new_id('2')}", user, team_id, self.now())
        self.triggers[trigger.id] = trigger
        return trigger.id

    def new_response_url(
        self,
        team_id: str,
        channel: str,
        user: str,
        message_ts: str | None = None,
        thread_ts: str | None = None,
    ) -> ResponseUrl:
        """Issue a response_url."""
        url = ResponseUrl(secrets.token_urlsafe(12), team_id, channel, user, self.now(), message_ts, thread_ts)
        self.response_urls[url.id] = url
        return url

    def with_block_ids(self, blocks: list[Json]) -> list[Json]:
        """Return the blocks with an id on each, as Slack stores them."""
        return [block if block.get("block_id") else {**block, "block_id": self.new_id("b")} for block in blocks]

    def emit(self, event: Json, channel: Channel) -> None:
        """Send an event about the app's own doing, if the platform is set to."""
        if self.on_event is not None and self.settings.echo_own_messages:
            self.on_event(event, channel)


TS_FORMAT = re.compile(r"\d{10}\.\d{6}")
