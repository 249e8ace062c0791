"""Open everything the bot needs, in the order in which a mistake in the settings shows soonest."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from bot.database import open_engine
from bot.metrics import Metrics
from bot.records import Records
from bot.reload import ReloadingAnswerer
from bot.slack.bot import SlackBot
from bot.slack.clients import InstalledWorkspaces, OneWorkspace

if TYPE_CHECKING:
    from bot.settings import BotSettings
    from bot.slack.bot import Stores
    from bot.slack.clients import Clients


def open_bot(settings: BotSettings) -> SlackBot:
    """Return a bot that is ready to answer; raise what keeps it from that, with nothing left open."""
    clients, stores = _clients(settings)
    metrics = Metrics()
    with ExitStack() as opened:
        records = Records.open(settings.database_url, settings.retention_days)
        opened.callback(records.close)
        answerer = ReloadingAnswerer(settings, on_open=metrics.set_index_version)
        bot = SlackBot(settings, clients, answerer, records, metrics, stores)
        opened.pop_all()
    bot.start()
    return bot


def _clients(settings: BotSettings) -> tuple[Clients, Stores | None]:
    """Return the clients, and where installations are kept when several workspaces can make them."""
    if settings.slack_client_id is None:
        if settings.slack_bot_token is None:
            raise AssertionError("settings.require was not called")
        return OneWorkspace.connect(settings, settings.slack_bot_token), None
    from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
    from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

    from bot.slack.app import INSTALLATION_SECONDS

    engine = open_engine(settings.database_url)
    installations = SQLAlchemyInstallationStore(client_id=settings.slack_client_id, engine=engine)
    states = SQLAlchemyOAuthStateStore(expiration_seconds=INSTALLATION_SECONDS, engine=engine)
    installations.create_tables()
    states.create_tables()
    return InstalledWorkspaces(settings, installations), (installations, states)
