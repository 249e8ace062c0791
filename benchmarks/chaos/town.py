"""The workspaces: their channels, members, guests and strangers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.support.slack_server import TEAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support.slack_server import SlackServer

MEMBERS = 60
CHANNELS = 8
GUESTS = 3
ABROAD = "T0ABROAD"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Who and what there is in one workspace; ``shared`` is a channel with people of another organisation."""

    team: str
    channels: tuple[str, ...]
    shared: str
    members: tuple[str, ...]
    guests: tuple[str, ...]
    strangers: tuple[str, ...]


def settle(slack: SlackServer, teams: Sequence[str]) -> tuple[Workspace, ...]:
    """Fill the server with workspaces."""
    for team in teams:
        if team != TEAM:
            slack.add_team(team, team.title())
    return tuple(_workspace(slack, team) for team in teams)


def _workspace(slack: SlackServer, team: str) -> Workspace:
    name = team.removeprefix("T0")
    places = [slack.add_channel(f"C0{name}{number}", f"{name.lower()}-{number}", team).id for number in range(CHANNELS)]
    shared = slack.add_channel(f"C0{name}SHARED", "shared", team, shared_with=frozenset({ABROAD}))
    members = [_person(slack, f"U0{name}M{number}", team, number) for number in range(MEMBERS)]
    guests = [_person(slack, f"U0{name}G{number}", team, number, is_restricted=True) for number in range(GUESTS)]
    strangers = [_person(slack, f"U0{name}S{number}", ABROAD, number, is_stranger=True) for number in range(GUESTS)]
    return Workspace(team, tuple(places), shared.id, tuple(members), tuple(guests), tuple(strangers))


def _person(slack: SlackServer, user: str, team: str, number: int, **facts: bool) -> str:
    return slack.add_user(user, user.lower(), team, locale="ja-JP" if number % 2 else "en-GB", **facts).id
