"""An Enterprise Grid organisation of two workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.slack_server import SlackServer

GRID, EAST, WEST, FAR = "E0GRID", "T0EAST", "T0WEST", "T0FAR"
PLACE, HALL = "C0PLACE", "C0HALL"
EVE, WALT, FAYE = "U0EVE", "U0WALT", "U0FAYE"


def make_grid(slack: SlackServer, kind: str, **facts: Any) -> None:
    """Add an organisation of two workspaces with a channel each knows, and a stranger from another organisation."""
    for team in (EAST, WEST):
        slack.add_team(team, enterprise_id=GRID, org_wide=kind == "organisation", **facts)
    slack.add_team(FAR, installed=False, enterprise_id="E0FAR")
    for user, team in ((EVE, EAST), (WALT, WEST), (FAYE, FAR)):
        slack.add_user(user, user.lower(), team)
    slack.add_channel(PLACE, "place", EAST)
    slack.add_channel(HALL, "hall", EAST, shared_with=frozenset({WEST, FAR}))
