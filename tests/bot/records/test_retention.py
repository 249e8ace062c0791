"""What belongs to a workspace that has gone, and what nobody can use any more, is removed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.oauth.installation_store import Installation

from bot.records.records import Feedback, Records
from bot.slack.api.installations import INSTALLATION_SECONDS, Installations
from tests.support.databases import TEAM, question

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER, GRID = "T0OTHER", "E0GRID"


@pytest.fixture
def installations(records: Records) -> Installations:
    return Installations("1.2", records.engine)


def installation(team: str | None, enterprise: str | None = None, **more: Any) -> Installation:
    given = {"user_id": "U1", "bot_token": f"xoxb-{team}", "bot_id": "B1", "bot_user_id": "U2", "app_id": "A1", **more}
    return Installation(team_id=team, enterprise_id=enterprise, **given)


def test_states_that_ran_out_are_purged(records: Records, installations: Installations) -> None:
    ran_out, fresh = installations.states.issue(), installations.states.issue()
    assert records.purge(time.time()) == 0
    assert installations.states.consume(fresh)
    assert records.purge(time.time() + INSTALLATION_SECONDS + 1) == 1
    assert not installations.states.consume(ran_out)


def test_a_workspace_is_forgotten_with_all_that_was_said_there(records: Records) -> None:
    for team in (TEAM, OTHER):
        asked = question(key=f"{team}:1", event_id=None, team=team)
        records.receive(asked)
        records.add_feedback(Feedback(asked.key, team, "U1", helpful=True, reason=None, at=time.time()))
    records.add_workspace(TEAM, GRID)
    records.add_workspace(OTHER, GRID)
    assert records.forget_workspace(TEAM) == 1
    assert records.received(f"{TEAM}:1") is None
    assert records.received(f"{OTHER}:1") is not None
    assert [row.key for row in records.feedback()] == [f"{OTHER}:1"]
    assert (records.organisation_of(TEAM), records.organisation_of(OTHER)) == (None, GRID)
    records.forget_workspace(GRID)
    assert records.organisation_of(OTHER) is None


KINDS: dict[str, Callable[..., Installation]] = {
    "workspace": lambda **more: installation(TEAM, **more),
    "workspace of an organisation": lambda **more: installation(TEAM, GRID, **more),
    "organisation": lambda **more: installation(None, GRID, is_enterprise_install=True, **more),
    # Some Slacks name a workspace there, too.
    "organisation by a workspace": lambda **more: installation(TEAM, GRID, is_enterprise_install=True, **more),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_installation_goes_by_its_own_id(installations: Installations, kind: str) -> None:
    own, other = (GRID, TEAM) if kind.startswith("organisation") else (TEAM, GRID)
    installations.store.save(KINDS[kind]())
    installations.store.save(installation(OTHER))
    found = installations.bot(own)
    assert found is not None
    assert found.enterprise_id == (GRID if "organisation" in kind else None)
    assert installations.bot(other) is None
    assert installations.remove(own, time.time())
    assert installations.bot(own) is None
    assert installations.bot(OTHER) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_the_latest_installation_counts_and_outlives_late_news(installations: Installations, kind: str) -> None:
    own = GRID if kind.startswith("organisation") else TEAM
    now = time.time()
    installations.store.save(KINDS[kind](bot_token="xoxb-old", installed_at=now - 3600))
    installations.store.save(KINDS[kind](bot_token="xoxb-new", installed_at=now))
    assert not installations.remove(own, now - 60)
    found = installations.bot(own)
    assert found is not None
    assert found.bot_token == "xoxb-new"
    assert installations.remove(own, int(now))


def test_another_apps_installation_is_left_alone(records: Records, installations: Installations) -> None:
    installations.store.save(installation(TEAM))
    other = Installations("3.4", records.engine)
    assert other.bot(TEAM) is None
    assert other.remove(TEAM, time.time())
    assert installations.bot(TEAM) is not None
