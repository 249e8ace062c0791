"""Know which workspaces belong to which Enterprise Grid organisation, as Slack's own envelopes say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.records.records import Records

    Payload = Mapping[str, Any]

# What names a workspace and its organisation together, in events and in commands. Clicks are left out: theirs can
# be the workspace of somebody else who reads along.
PAIRS = (("team_id", "enterprise_id"), ("context_team_id", "context_enterprise_id"))


class Organisations:
    """Learns from what comes, and remembers it over restarts; safe to use from several threads."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._known: dict[str, str] = {}

    def learn(self, body: Payload) -> None:
        """Remember what an event or a command says of its workspace."""
        for workspace, organisation in _pairs_in(body):
            if self._known.get(workspace) != organisation:
                self._records.add_workspace(workspace, organisation)
                self._known[workspace] = organisation

    def of(self, workspace: str) -> str | None:
        """Return the organisation of a workspace, or None where nothing said that it has one."""
        if workspace not in self._known:
            organisation = self._records.organisation_of(workspace)
            if organisation is None:
                return None
            self._known[workspace] = organisation
        return self._known[workspace]


def _pairs_in(body: Payload) -> Iterator[tuple[str, str]]:
    for team, enterprise in PAIRS:
        if body.get(team) and body.get(enterprise):
            yield body[team], body[enterprise]
