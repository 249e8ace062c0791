"""Settings of the bot: all problems in one sentence, and no secret in it."""

from __future__ import annotations

import pytest

from bot.settings import BotSettings
from index.errors import SettingsError

SOCKET = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}
HTTP = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s3cret"}
MANY = {"slack_client_id": "1.2", "slack_client_secret": "s3cret", "slack_signing_secret": "s3cret"}


def load(**given: str) -> BotSettings:
    return BotSettings.load(_env_file=None, **given)


def test_what_each_way_needs_is_enough() -> None:
    load(**SOCKET).require("socket")
    load(**HTTP).require("http")
    load(**MANY).require("http")


def test_everything_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN.*SLACK_SIGNING_SECRET"):
        load().require("http")
    with pytest.raises(SettingsError, match=r"SLACK_CLIENT_SECRET.*SLACK_APP_TOKEN"):
        load(slack_client_id="1.2").require("socket")


def test_unusable_values_are_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"PORT.*ANSWER_WORKERS"):
        load(port="0", answer_workers="none")
    with pytest.raises(SettingsError, match="SLACK_API_URL"):
        load(slack_api_url="https://slack.com/api")


def test_secrets_are_in_no_message_and_no_representation() -> None:
    settings = load(**SOCKET, slack_signing_secret="s3cret")
    for secret in ("xoxb-1", "xapp-1", "s3cret"):
        assert secret not in repr(settings)
        assert secret not in str(settings)
    with pytest.raises(SettingsError) as refused:
        load(slack_bot_token="s3cret", slack_app_token="s3cret").require("socket")
    assert "s3cret" not in str(refused.value)
