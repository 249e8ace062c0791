from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from bot.slack.serving.manifest import MANIFEST, app_manifest, bot_scopes, http_manifest
from bot.slack.views import actions
from index.errors import ReportBotError

ROOT = Path(__file__).parents[4]
BASE = "https://bot.example.com"


@pytest.fixture
def manifest() -> dict[str, Any]:
    return app_manifest()


def test_the_manifest_stands_at_the_top() -> None:
    assert (ROOT / "manifest.json").samefile(MANIFEST)


def test_the_manifest_is_for_socket_mode_and_the_agent_view(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "agent_view" in manifest["features"]
    assert "assistant_view" not in manifest["features"]
    assert "url" not in json.dumps(manifest)


def test_the_app_can_be_installed_in_a_whole_organisation(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["org_deploy_enabled"] is True


def test_names_are_those_that_the_code_listens_to(manifest: dict[str, Any]) -> None:
    features = manifest["features"]
    assert [command["command"] for command in features["slash_commands"]] == [actions.COMMAND]
    assert [shortcut["callback_id"] for shortcut in features["shortcuts"]] == [actions.FIND_IN_REPORTS]


def test_texts_are_within_slacks_limits(manifest: dict[str, Any]) -> None:
    information, features = manifest["display_information"], manifest["features"]
    assert len(information["name"]) <= 35
    assert len(information["description"]) <= 140
    assert 175 <= len(information["long_description"]) <= 4_000
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


def test_the_app_is_allowed_to_hear_what_it_listens_to(manifest: dict[str, Any]) -> None:
    needed = {
        "app_mention": "app_mentions:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
    }
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert {"app_home_opened", "app_mention", "message.im"} <= set(events)
    assert {needed[event] for event in events if event in needed} <= set(bot_scopes())
    assert {"chat:write", "commands"} <= set(bot_scopes())


def test_no_scope_is_wider_than_needed() -> None:
    assert not [scope for scope in bot_scopes() if scope.startswith(("admin", "files", "chat:write.", "im:write"))]


@pytest.mark.parametrize("base", [BASE, f"{BASE}/", "https://example.com:8443/bot"])
def test_over_http_every_address_is_set(manifest: dict[str, Any], base: str) -> None:
    before = copy.deepcopy(manifest)
    made = http_manifest(manifest, base)
    assert manifest == before
    url = f"{base.rstrip('/')}/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == url
    assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": url}
    assert [command["url"] for command in made["features"]["slash_commands"]] == [url]
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["oauth_config"]["redirect_urls"] == [f"{base.rstrip('/')}/slack/oauth_redirect"]
    assert set(before["settings"]["event_subscriptions"]["bot_events"]) < set(
        made["settings"]["event_subscriptions"]["bot_events"]
    )
    assert app_manifest(base) == made


@pytest.mark.parametrize(
    "base",
    [
        *("", "bot.example.com", "http://bot.example.com", "https://", "https:///x", "https://[bad"),
        *(f"{BASE}?a=1", f"{BASE}#x", f"{BASE} x", f"{BASE}\n", "javascript:alert(1)"),
    ],
)
def test_an_address_that_slack_cannot_use_is_refused(manifest: dict[str, Any], base: str) -> None:
    with pytest.raises(ReportBotError, match="https://bot"):
        http_manifest(manifest, base)
