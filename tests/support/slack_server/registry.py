"""What a Web API method is made of: its request, its errors, its scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from .state import Channel, Json, Team, World


class SlackError(Exception):
    """An answer of `{"ok": false}`."""

    def __init__(self, code: str, errors: list[str] | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.body: Json = {"ok": False, "error": code, **extra}
        if errors:
            self.body["errors"] = errors
            self.body["response_metadata"] = {"messages": [f"[ERROR] {error}" for error in errors]}


@dataclass(slots=True)
class Request:
    """One Web API call after its token was checked."""

    world: World
    args: Json
    token: str | None
    workspace: Team | None

    @property
    def team(self) -> Team:
        """Return the workspace of the bot token."""
        if self.workspace is None:
            raise SlackError("not_authed")
        return self.workspace

    @property
    def teams(self) -> set[str]:
        """Return the ids of the workspaces that the token is for."""
        return self.world.teams_of_token(self.token)

    def team_for(self, user: str) -> str:
        """Return the workspace in which the bot of this token meets a user."""
        home = self.world.users[user].team_id
        return home if home in self.teams else self.team.id

    def text(self, name: str) -> str:
        """Return a text argument, empty when absent."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def need(self, name: str) -> str:
        """Return a text argument that must be there."""
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", [f"missing required field: {name} [json-pointer:/{name}]"])
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean argument in any of the spellings Slack takes."""
        value = self.args.get(name)
        if value is None:
            return default
        return str(value).lower() in {"1", "true"}

    def channel(self, name: str = "channel", *, member: bool = True) -> Channel:
        """Return the conversation an argument names, if this bot may use it."""
        wanted = self.text(name)
        channel = self.world.channels.get(wanted)
        if channel is None and wanted in self.world.users:
            channel = self.world.dm_with(wanted, self.team_for(wanted))
        if channel is None and wanted.startswith("#"):
            names = (c for c in self.world.channels.values() if c.name == wanted[1:])
            channel = next(names, None)
        if channel is None or not self.teams & {channel.team_id, *channel.shared_with}:
            raise SlackError("channel_not_found")
        if not channel.is_member and channel.kind != "channel":
            # A private conversation is invisible to those outside it.
            raise SlackError("channel_not_found")
        if member and not channel.is_member:
            raise SlackError("not_in_channel")
        if member and channel.is_archived:
            raise SlackError("is_archived")
        return channel


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method: what runs, the scope it wants and the kind of token it takes."""

    run: Callable[[Request], Json]
    scope: str | None = None
    takes: Literal["bot", "app", "anyone"] = "bot"
