"""Open everything the bot needs, in the order in which a mistake in the settings shows soonest."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from bot.answers.reload import ReloadingAnswerer
from bot.records.records import Records
from bot.slack.api.clients import InstalledWorkspaces, OneWorkspace
from bot.slack.work.bot import SlackBot
from index.reports import give_back_large_blocks

if TYPE_CHECKING:
    from bot.metrics import Metrics
    from bot.settings import BotSettings
    from bot.slack.api.clients import Clients
    from bot.slack.api.installations import Installations


def open_bot(settings: BotSettings, metrics: Metrics) -> SlackBot:
    """Return a bot that is ready to answer; raise what keeps it from that, with nothing left open."""
    # Before the model is loaded; commands that answer a few questions have no time to collect leftovers.
    give_back_large_blocks()
    workspace = _one_workspace(settings)
    with ExitStack() as opened:
        records = Records.open(settings.database_url, settings.retention_days)
        opened.callback(records.close)
        clients, installations = _clients(settings, workspace, records)
        answerer = ReloadingAnswerer(settings, on_open=metrics.set_index_version)
        bot = SlackBot(settings, clients, answerer, records, metrics, installations)
        opened.pop_all()
    bot.start()
    return bot


def _one_workspace(settings: BotSettings) -> OneWorkspace | None:
    """Return the workspace of the bot token, or None when workspaces install the app themselves."""
    if settings.slack_client_id is not None:
        return None
    if settings.slack_bot_token is None:
        raise AssertionError("settings.require was not called")
    return OneWorkspace.connect(settings, settings.slack_bot_token)


def _clients(
    settings: BotSettings, workspace: OneWorkspace | None, records: Records
) -> tuple[Clients, Installations | None]:
    """Return the clients, and the installations when several workspaces can make them."""
    if workspace is not None:
        return workspace, None
    # A third of a second of modules that a single workspace does without.
    from bot.slack.api.installations import Installations

    installations = Installations(str(settings.slack_client_id), records.engine)
    return InstalledWorkspaces(settings, installations), installations
