"""Settings of the bot: all problems in one sentence, and no secret in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.settings import BotSettings
from index.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

SOCKET = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}
HTTP = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s3cret"}
MANY = {"slack_client_id": "1.2", "slack_client_secret": "s3cret", "slack_signing_secret": "s3cret"}


def load(**given: Any) -> BotSettings:
    return BotSettings.load(_env_file=None, **given)


def problems(way: Any, **given: Any) -> list[str]:
    """Return what is wrong with settings for a way of running, sentence by sentence."""
    with pytest.raises(SettingsError) as refused:
        load(**given).require(way)
    assert "\n" not in str(refused.value)
    return str(refused.value).split("; ")


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
    with pytest.raises(SettingsError, match=r"PORT.*WEB_CONCURRENCY.*ANSWER_WORKERS"):
        load(port="0", answer_workers="none", web_concurrency="0")
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


@pytest.mark.parametrize(
    ("way", "given", "named"),
    [
        ("socket", {**SOCKET, "slack_client_id": "1.2"}, [["SLACK_CLIENT_ID", "python -m bot http"]]),
        ("socket", {**SOCKET, "slack_client_secret": "s3cret"}, [["SLACK_CLIENT_SECRET", "Socket Mode"]]),
        ("socket", {**MANY, "slack_app_token": "xapp-1"}, [["SLACK_CLIENT_ID"], ["SLACK_BOT_TOKEN is not set"]]),
        (
            "socket",
            {"slack_bot_token": "xapp-1", "slack_app_token": "xoxb-1"},
            [["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]],
        ),
        ("socket", {**SOCKET, "slack_bot_token": "xoxp-1"}, [["SLACK_BOT_TOKEN is not a bot token"]]),
        ("socket", {**SOCKET, "slack_bot_token": "xoxe.xoxb-1-2"}, [["SLACK_BOT_TOKEN is not a bot token"]]),
        ("socket", {**SOCKET, "slack_bot_token": "xoxb-1 2"}, [["SLACK_BOT_TOKEN is not a bot token"]]),
        ("socket", {**SOCKET, "slack_bot_token": "xoxb-1\nxoxb-2"}, [["SLACK_BOT_TOKEN is not a bot token"]]),
        ("socket", {**SOCKET, "slack_app_token": "xapp-é"}, [["SLACK_APP_TOKEN is not an app-level token"]]),
        ("socket", {**HTTP}, [["SLACK_APP_TOKEN is not set", "python -m bot http"]]),
        (
            "http",
            {**HTTP, "slack_client_id": "1.2", "slack_client_secret": "s3cret"},
            [["SLACK_BOT_TOKEN", "_CLIENT_ID"]],
        ),
        ("http", {**HTTP, "slack_client_secret": "s3cret"}, [["SLACK_CLIENT_ID is not set"], ["SLACK_BOT_TOKEN"]]),
        ("http", {**MANY, "slack_client_id": "xoxb-1"}, [["SLACK_CLIENT_ID is no client id"]]),
        ("http", {**HTTP, "slack_signing_secret": "xoxb-1"}, [["SLACK_SIGNING_SECRET is no signing secret"]]),
        ("http", {**HTTP, "slack_signing_secret": "a b"}, [["SLACK_SIGNING_SECRET is no signing secret"]]),
        ("http", {**HTTP, "slack_signing_secret": "  "}, [["SLACK_SIGNING_SECRET is not set"]]),
        ("http", {**MANY, "slack_client_secret": "xoxb-1"}, [["SLACK_CLIENT_SECRET is no client secret"]]),
        ("http", {"database_url": "sqlite://"}, [["SLACK_BOT_TOKEN"], ["SLACK_SIGNING_SECRET"], ["DATABASE_URL"]]),
        ("socket", {**SOCKET, "database_url": "sqlite:///none/x.sqlite"}, [["DATABASE_URL", "no folder none"]]),
    ],
)
def test_settings_that_cancel_each_other_are_one_sentence_each(
    way: str, given: dict[str, str], named: list[list[str]]
) -> None:
    found = problems(way, **given)
    assert len(found) == len(named), found
    for sentence, parts in zip(found, named, strict=True):
        assert [part for part in parts if part not in sentence] == []


def test_blanks_around_values_do_not_count_and_blanks_alone_are_nothing() -> None:
    tidy = load(**{name: f" {value}\n" for name, value in SOCKET.items()}, port=" 80 ", index=" x ", threshold="\t")
    tidy.require("socket")
    assert (tidy.port, str(tidy.index), tidy.threshold) == (80, "x", 0.5)
    assert load(question_prompt="query: ").question_prompt == "query: "
    assert load(articles="").articles == load().articles


@pytest.mark.parametrize("quotes", ['""', "''", "``", "“”"])
def test_quotes_around_a_value_are_named(quotes: str) -> None:
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN: is in quotes.*PORT: is in quotes") as refused:
        load(slack_bot_token=f"{quotes[0]}xoxb-1{quotes[1]}", port=f" {quotes[0]}80{quotes[1]}")
    assert "xoxb-1" not in str(refused.value)


def test_every_problem_says_what_the_setting_is_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError) as refused:
        load(articles=",", index=str(tmp_path / "file"), slack_api_url="https://slack.com/api")
    articles, index, api = str(refused.value).split("; ")
    assert articles == "ARTICLES: names no folder (articles folders, separated by commas)"
    assert index == f"INDEX: {tmp_path}/file is a file and not a folder (the folder of the index)"
    assert "with a slash at the end" in api
