"""The one place where clients of Slack's Web API are made: for one workspace, or for each that installed the app."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.settings import APP_TOKEN, BOT_TOKEN
from bot.slack.api.retries import retry_handlers
from index.errors import SettingsError

if TYPE_CHECKING:
    from bot.settings import BotSettings
    from bot.slack.api.installations import Installations

# What the SDK raises when Slack refuses, does not answer, or answers no JSON.
UNREACHABLE = (OSError, HTTPException, SlackClientError)
# Slack answers within a second or two; a thread that waits longer is missed elsewhere.
TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot's identity in one workspace, or in all of an Enterprise Grid organisation.

    ``team`` is the id of what it is installed in; ``organisation`` is the organisation of that, if it has one.
    """

    team: str
    user: str
    bot: str
    token: SecretStr
    organisation: str | None = None


class Clients(Protocol):
    """Knows the bot's identity and makes its client, by what it is installed in: a workspace or an organisation."""

    def identity(self, team: str) -> Identity | None:
        """Return who the bot is there; None where it is not installed."""

    def for_team(self, team: str) -> WebClient:
        """Return a client with the token for it."""


def new_client(settings: BotSettings, token: str | None = None) -> WebClient:
    """Make a client for the Web API that the settings name, which tries again where that can help."""
    return WebClient(token, base_url=settings.slack_api_url, timeout=TIMEOUT, retry_handlers=retry_handlers())


class OneWorkspace:
    """The workspace that the bot token is for; made by ``connect``."""

    def __init__(self, settings: BotSettings, identity: Identity) -> None:
        self._identity = identity
        self._client = new_client(settings, identity.token.get_secret_value())

    @classmethod
    def connect(cls, settings: BotSettings, token: SecretStr) -> OneWorkspace:
        """Ask Slack whose token it is; raise SettingsError when it is nobody's or Slack does not answer."""
        try:
            answer = new_client(settings, token.get_secret_value()).auth_test()
        except SlackApiError as error:
            raise refused_token("SLACK_BOT_TOKEN", error) from None
        except UNREACHABLE as error:
            raise unreachable(settings, error) from None
        organisation = answer.get("enterprise_id")
        team = organisation if organisation and answer.get("is_enterprise_install") else answer["team_id"]
        return cls(settings, Identity(team, answer["user_id"], answer["bot_id"], token, organisation))

    def identity(self, team: str) -> Identity | None:  # noqa: ARG002  there is only the one
        """Return who the bot is; whose event it is does not matter with one workspace."""
        return self._identity

    def for_team(self, team: str) -> WebClient:  # noqa: ARG002
        """Return the client."""
        return self._client


class InstalledWorkspaces:
    """Every workspace and organisation that installed the app; an installation that is undone counts at once."""

    def __init__(self, settings: BotSettings, installations: Installations) -> None:
        self._settings = settings
        self._installations = installations

    def identity(self, team: str) -> Identity | None:
        """Look the workspace or organisation up among the installations."""
        bot = self._installations.bot(team)
        if bot is None:
            return None
        return Identity(team, bot.bot_user_id, bot.bot_id, SecretStr(bot.bot_token), bot.enterprise_id)

    def for_team(self, team: str) -> WebClient:
        """Return a client with the workspace's token; without an installation Slack will refuse its calls."""
        identity = self.identity(team)
        return new_client(self._settings, identity.token.get_secret_value() if identity else None)


def bot_user(clients: Clients, team: str) -> str:
    """Return the id of the bot's user in a workspace, "" where it is not installed."""
    identity = clients.identity(team)
    return identity.user if identity else ""


def refused_token(name: str, error: SlackApiError) -> SettingsError:
    """Return the sentence for a token that Slack does not take."""
    mend = {"SLACK_BOT_TOKEN": f"copy {BOT_TOKEN}", "SLACK_APP_TOKEN": f"make {APP_TOKEN}"}
    return SettingsError(f"Slack refused {name} ({error.response['error']}): {mend[name]}")


def unreachable(settings: BotSettings, error: Exception) -> SettingsError:
    """Return the sentence for a Slack that does not answer."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return SettingsError(f"Slack cannot be reached at {settings.slack_api_url}: {reason}")
