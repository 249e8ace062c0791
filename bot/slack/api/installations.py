"""Know who installed the app by OAuth, workspaces and whole Enterprise Grid organisations, with their tokens.

An installation goes by one id: of the workspace, or of the organisation if the app was installed for all of it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import case, delete, select

from bot.records.database import METADATA, create_tables
from bot.records.retention import OAUTH_STATES

if TYPE_CHECKING:
    from slack_sdk.oauth.installation_store import Bot
    from sqlalchemy import ColumnElement, Engine, Table

# How long a person may take from "Add to Slack" to coming back.
INSTALLATION_SECONDS = 600

# Among our own tables, these are made again with them where somebody took the database away.
SQLAlchemyInstallationStore.build_bots_table(METADATA, SQLAlchemyInstallationStore.default_bots_table_name)
SQLAlchemyInstallationStore.build_installations_table(
    METADATA, SQLAlchemyInstallationStore.default_installations_table_name
)
SQLAlchemyOAuthStateStore.build_oauth_states_table(METADATA, OAUTH_STATES)


class Installations:
    """The stores of slack_sdk, and what they cannot: find and remove an installation by its id alone."""

    def __init__(self, client_id: str, engine: Engine) -> None:
        self._engine = engine
        self.store = SQLAlchemyInstallationStore(client_id=client_id, engine=engine)
        self.states = SQLAlchemyOAuthStateStore(expiration_seconds=INSTALLATION_SECONDS, engine=engine)
        create_tables(engine)

    def bot(self, team: str) -> Bot | None:
        """Return the latest bot of an installation; None where the app is not installed."""
        table = self.store.bots
        query = select(table).where(self._of(table, team), table.c.bot_token.is_not(None))
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(table.c.installed_at.desc()).limit(1)).mappings().first()
        return None if row is None else self.store.build_bot_entity(row)

    def remove(self, team: str, told_at: float) -> bool:
        """Remove an installation that Slack says is gone, and return whether it is.

        ``told_at`` is when, in Unix seconds: events may come late, and the app may be installed again by then.
        """
        # Slack gives whole seconds.
        until = datetime.fromtimestamp(told_at + 1, UTC).replace(tzinfo=None)
        with self._engine.begin() as connection:
            for table in (self.store.bots, self.store.installations):
                connection.execute(delete(table).where(self._of(table, team), table.c.installed_at < until))
        return self.bot(team) is None

    def _of(self, table: Table, team: str) -> ColumnElement[bool]:
        """Return the condition that a row is of an installation.

        Ids are unique in all of Slack, so that the organisation of a workspace, which not every request names,
        is not needed to find it.
        """
        own_id = case((table.c.is_enterprise_install, table.c.enterprise_id), else_=table.c.team_id)
        return (table.c.client_id == self.store.client_id) & (own_id == team)
