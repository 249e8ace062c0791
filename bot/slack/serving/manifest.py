"""The app's manifest: `manifest.json` is for Socket Mode, and the one for HTTP is made from it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.errors import ReportBotError

MANIFEST = Path(__file__).parents[2] / "manifest.json"
EVENTS_PATH = "/slack/events"
OAUTH_PATH = "/slack/oauth_redirect"
# Over HTTP workspaces install the app themselves, and Slack says when one takes its token back.
REMOVAL_EVENTS = ("tokens_revoked",)


def app_manifest(base_url: str | None = None) -> dict[str, Any]:
    """Return the manifest for Socket Mode or, with the public address of the app, for HTTP."""
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return manifest if base_url is None else http_manifest(manifest, base_url)


def bot_scopes() -> tuple[str, ...]:
    """Return what the app asks to be allowed in a workspace."""
    return tuple(app_manifest()["oauth_config"]["scopes"]["bot"])


def http_manifest(manifest: dict[str, Any], base_url: str) -> dict[str, Any]:
    """Return a manifest for an app that Slack reaches at ``base_url``; the one given stays as it is.

    Raises ReportBotError if that is no https address: Slack sends nothing to others.
    """
    base = _checked(base_url)
    url = base + EVENTS_PATH
    made = copy.deepcopy(manifest)
    settings = made["settings"]
    settings["socket_mode_enabled"] = False
    settings["interactivity"]["request_url"] = url
    settings["event_subscriptions"] = {
        "request_url": url,
        "bot_events": [*settings["event_subscriptions"]["bot_events"], *REMOVAL_EVENTS],
    }
    for command in made["features"]["slash_commands"]:
        command["url"] = url
    made["oauth_config"]["redirect_urls"] = [base + OAUTH_PATH]
    return made


def _checked(base_url: str) -> str:
    try:
        address = urlsplit(base_url)
    except ValueError:
        address = urlsplit("")
    plain = base_url.isprintable() and not set(base_url) & set(" <>\"'\\")
    if address.scheme != "https" or not address.hostname or address.query or address.fragment or not plain:
        raise ReportBotError(f"the address has to be like https://bot.example.com, unlike {base_url!r}")
    return base_url.rstrip("/")
