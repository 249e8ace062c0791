"""Settings of the bot: those of the index and its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from pydantic import Field, SecretStr

from index.errors import SettingsError
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

APPS = "https://api.slack.com/apps"
BOT_TOKEN_FORM = re.compile(r"xoxb-[\w-]+", re.ASCII)
APP_TOKEN_FORM = re.compile(r"xapp-[\w-]+", re.ASCII)
# What goes into headers, and is none of the other values.
SECRET_FORM = re.compile(r"(?!xox|xapp-)[!-~]+")
# The password in a URL: it ends at the last @, since nobody who writes one unencoded knows better.
PASSWORD = re.compile(r"://[^/:@]*:(.+)@")
# Where to get what most often is missing or wrong.
BOT_TOKEN = f"the Bot User OAuth Token (xoxb-…) from OAuth & Permissions at {APPS}"
SIGNING_SECRET = f"the Signing Secret from Basic Information at {APPS}"
APP_TOKEN = f"an app-level token (xapp-…) with connections:write under Basic Information at {APPS}"


class BotSettings(IndexSettings):
    """The settings of the bot; every field is an environment variable of the same name."""

    threshold: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="the least probability at which the bot answers instead of declining",
    )
    default_language: Literal["ja", "en"] = Field(
        default="en", description="the language of replies to questions without a word of either"
    )

    slack_bot_token: SecretStr | None = Field(default=None, description="the bot's token (xoxb-…)")
    slack_app_token: SecretStr | None = Field(default=None, description="the app-level token (xapp-…) for Socket Mode")
    slack_signing_secret: SecretStr | None = Field(default=None, description="what Slack signs its HTTP requests with")
    slack_client_id: str | None = Field(default=None, description="set it to let several workspaces install the app")
    slack_client_secret: SecretStr | None = Field(default=None, description="belongs to the client id")
    slack_api_url: str = Field(
        default="https://slack.com/api/", pattern=r"^https?://\S+/$", description="the Web API, with a slash at the end"
    )
    port: int = Field(default=3000, ge=1, le=65535, description="where `python -m bot http` listens")

    metrics_token: SecretStr | None = Field(
        default=None, description="lets who has it see /metrics and /readyz; without it only this machine may"
    )

    database_url: str = Field(
        default="sqlite:///.records.sqlite",
        description="where questions, feedback and installations are kept, as SQLAlchemy writes it",
    )
    retention_days: int = Field(default=90, ge=1, description="how long questions and feedback are kept")

    answer_workers: int = Field(default=2, ge=1, le=64, description="how many questions are answered at a time")
    answer_queue: int = Field(default=100, ge=1, description="how many questions may wait; more are told to come later")
    fresh_minutes: int = Field(
        default=5, ge=0, description="a question received this long before a restart is still answered"
    )
    questions_per_minute: int = Field(default=10, ge=1, description="how many questions one person may ask a minute")
    allow_external: bool = Field(
        default=False, description="whether people of other organisations (Slack Connect) get answers"
    )
    allow_guests: bool = Field(default=False, description="whether guest accounts get answers")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="what is logged")
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto", description="JSON lines or lines for people; auto chooses by whether stderr is a terminal"
    )

    def secrets(self) -> Iterator[str]:
        """Yield what must be in no log: all secret values, and the passwords in addresses as written and as meant."""
        for _, value in self:
            if isinstance(value, SecretStr):
                yield value.get_secret_value()
        for address in (self.database_url, self.milvus_uri or ""):
            if password := PASSWORD.search(address):
                yield from (password[1], unquote(password[1]))

    @property
    def is_for_slack(self) -> bool:
        """True if anything is set that only a bot in Slack needs."""
        return any((self.slack_bot_token, self.slack_app_token, self.slack_signing_secret, self._has_client))

    @property
    def _has_client(self) -> bool:
        return self.slack_client_id is not None or self.slack_client_secret is not None

    def require(self, way: Literal["socket", "http"]) -> None:
        """Raise SettingsError, for all at once, when what this way of running needs is missing or mixed up."""
        found = self._socket_problems() if way == "socket" else self._http_problems()
        problems = [*found, *self._database_problems()]
        if problems:
            raise SettingsError("; ".join(problems))

    def _socket_problems(self) -> Iterator[str]:
        bot, app = _text(self.slack_bot_token), _text(self.slack_app_token)
        if self._has_client:
            yield (
                "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for `python -m bot http`, where workspaces install the"
                " app: leave them out for Socket Mode"
            )
        if APP_TOKEN_FORM.fullmatch(bot) and BOT_TOKEN_FORM.fullmatch(app):
            yield f"SLACK_BOT_TOKEN and SLACK_APP_TOKEN have each other's values (both are at {APPS})"
            return
        yield from self._bot_token_problems()
        if self.slack_app_token is None:
            instead = ", or run `python -m bot http`" if self.slack_signing_secret else ""
            yield f"SLACK_APP_TOKEN is not set: make {APP_TOKEN}{instead}"
        elif not APP_TOKEN_FORM.fullmatch(app):
            yield f"SLACK_APP_TOKEN is not an app-level token: make {APP_TOKEN}"

    def _http_problems(self) -> Iterator[str]:
        if not self._has_client:
            yield from self._bot_token_problems()
        else:
            yield from self._client_problems()
        if self.slack_signing_secret is None:
            yield f"SLACK_SIGNING_SECRET is not set: copy {SIGNING_SECRET}"
        elif not SECRET_FORM.fullmatch(_text(self.slack_signing_secret)):
            yield f"SLACK_SIGNING_SECRET is no signing secret: copy {SIGNING_SECRET}"

    def _bot_token_problems(self) -> Iterator[str]:
        if self.slack_bot_token is None:
            yield f"SLACK_BOT_TOKEN is not set: copy {BOT_TOKEN}"
        elif not BOT_TOKEN_FORM.fullmatch(_text(self.slack_bot_token)):
            yield f"SLACK_BOT_TOKEN is not a bot token: copy {BOT_TOKEN}"

    def _client_problems(self) -> Iterator[str]:
        beside = f"both are under Basic Information at {APPS}"
        if self.slack_client_secret is None:
            yield f"SLACK_CLIENT_SECRET is not set, but SLACK_CLIENT_ID is: {beside}"
        elif not SECRET_FORM.fullmatch(_text(self.slack_client_secret)):
            yield f"SLACK_CLIENT_SECRET is no client secret: {beside}"
        if self.slack_client_id is None:
            yield f"SLACK_CLIENT_ID is not set, but SLACK_CLIENT_SECRET is: {beside}"
        elif not SECRET_FORM.fullmatch(self.slack_client_id):
            yield f"SLACK_CLIENT_ID is no client id such as 1234.5678: {beside}"
        if self.slack_bot_token is not None:
            yield (
                "SLACK_BOT_TOKEN is for one workspace and SLACK_CLIENT_ID for all that install the app:"
                " set one of the two"
            )

    def _database_problems(self) -> Iterator[str]:
        # It imports SQLAlchemy, which commands without a database need not wait for.
        from bot.records.database import address_of

        try:
            address_of(self.database_url)
        except SettingsError as error:
            yield str(error)


def _text(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()
