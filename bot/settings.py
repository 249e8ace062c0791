"""Settings of the bot: those of the index and its own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from bot.redact import is_secret
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
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# What is sent to a language model is made here, and nothing else takes its place.
OWN_FIELDS = {"model", "messages"}
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
    web_concurrency: int = Field(default=1, ge=1, le=64, description="how many processes `python -m bot http` runs")

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

    llm_url: str | None = Field(
        default=None, description="an OpenAI-compatible endpoint that writes answers, such as http://localhost:11434/v1"
    )
    llm_model: str | None = Field(
        default=None, validate_default=True, description="the model that writes, as its endpoint calls it"
    )
    llm_key: SecretStr | None = Field(default=None, description="the key for the endpoint, sent as a bearer token")
    llm_headers: SecretStr | None = Field(default=None, description="more headers for the endpoint, as a JSON object")
    llm_options: str = Field(
        default='{"temperature": 0}',
        description="what else is asked of the model, as a JSON object that goes into every request",
    )
    llm_seconds: float = Field(default=20, gt=0, le=600, description="how long a written answer may take, in seconds")
    write: Literal["always", "asked", "never"] = Field(
        default="always", description="when an answer is written: always, only when asked for, or never"
    )
    write_teams: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="the workspaces (T…) that answers are written for, separated by commas; all by default"
    )
    write_workers: int = Field(default=4, ge=1, le=64, description="how many answers are written at a time in Slack")
    writes_per_day: int = Field(
        default=500, ge=1, description="how many answers all processes together have written in a day (UTC)"
    )

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="what is logged")
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto", description="JSON lines or lines for people; auto chooses by whether stderr is a terminal"
    )

    @field_validator("write_teams", mode="before")
    @classmethod
    def _teams(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("llm_url")
    @classmethod
    def _endpoint(cls, url: str | None) -> str | None:
        if url is not None:
            _check_endpoint(url)
        return url

    @field_validator("llm_model")
    @classmethod
    def _with_endpoint(cls, model: str | None, info: ValidationInfo) -> str | None:
        # Where the address cannot be used, that is said.
        if "llm_url" in info.data and (model is None) != (info.data["llm_url"] is None):
            raise ValueError("is not set, but LLM_URL is" if model is None else "is set, but LLM_URL is not")
        return model

    @field_validator("llm_key")
    @classmethod
    def _sendable(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not SECRET_FORM.fullmatch(key.get_secret_value()):
            raise ValueError("has characters that no key has")
        return key

    @field_validator("llm_headers")
    @classmethod
    def _known_headers(cls, headers: SecretStr | None) -> SecretStr | None:
        for name, value in _json_object(_text(headers) or "{}").items():
            if not HEADER_NAME.fullmatch(name) or not isinstance(value, str) or not (value + "x").isprintable():
                raise ValueError('is not a JSON object of texts such as {"api-key": "..."}')
            if not value.isascii():
                raise ValueError("has a header with other characters than those of ASCII")
        return headers

    @field_validator("llm_options")
    @classmethod
    def _known_options(cls, options: str) -> str:
        if own := sorted(OWN_FIELDS & set(_json_object(options))):
            raise ValueError(f"must not have {' and '.join(own)}")
        return options

    @property
    def writes(self) -> bool:
        """True if answers are written by a language model, at least when somebody asks for it."""
        return self.llm_url is not None and self.write != "never"

    def writes_for(self, team: str) -> bool:
        """Return whether answers are written for a workspace."""
        return self.writes and (not self.write_teams or team in self.write_teams)

    def writer_for(self, team: str) -> tuple[str, str] | None:
        """Return the model that writes for a workspace and its host; None where nothing is written."""
        return (self.llm_model or "", self.llm_host) if self.writes_for(team) else None

    @property
    def llm_host(self) -> str:
        """The host that the question and lines of the reports are sent to, with its port where one is given."""
        return urlsplit(self.llm_url or "").netloc

    def headers_for_llm(self) -> dict[str, str]:
        """Return the headers that LLM_HEADERS names."""
        return {name: str(value) for name, value in _json_object(_text(self.llm_headers) or "{}").items()}

    def options_for_llm(self) -> dict[str, Any]:
        """Return what LLM_OPTIONS asks of the model."""
        return _json_object(self.llm_options)

    def secrets(self) -> Iterator[str]:
        """Yield what must be in no log: all secret values, and the passwords in addresses as written and as meant."""
        for _, value in self:
            if isinstance(value, SecretStr):
                yield value.get_secret_value()
        yield from self.headers_for_llm().values()
        # Others, such as the date of an `api-version`, would be blotted out wherever they stand in a log.
        yield from (value for name, value in parse_qsl(urlsplit(self.llm_url or "").query) if is_secret(name, value))
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


def _check_endpoint(url: str) -> None:
    """Raise ValueError when requests cannot be sent to an address."""
    try:
        address = urlsplit(url)
        usable = address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
    except ValueError:
        usable = False
    if not usable or not re.fullmatch(r"[!-~]+", url):
        raise ValueError("is not an address such as https://api.openai.com/v1")
    if "@" in address.netloc:
        raise ValueError("has a name or password in it: set LLM_KEY or LLM_HEADERS instead")


def _json_object(text: str) -> dict[str, Any]:
    """Return a JSON object; raise ValueError for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        # What it says may be a secret.
        raise ValueError("is not a JSON object") from None  # noqa: TRY004  pydantic makes a sentence of this one
    return value
