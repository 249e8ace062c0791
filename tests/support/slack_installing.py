"""Installing the app by OAuth, as a person with a browser does it."""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING, Any

from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from tests.support.slack_bot import Running
    from tests.support.slack_server import SlackServer

SECRET = "secret-of-the-test"
# The settings of a bot that workspaces install themselves.
OAUTH: dict[str, Any] = {"slack_client_id": "1111.2222", "slack_client_secret": SECRET, "slack_bot_token": ""}
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def install(bot: Running, *teams: str) -> None:
    """Install the app in workspaces; one of an organisation that installs it as a whole stands for all of it."""
    bot.slack.world.client_secret = SECRET
    for team in teams:
        page, headers = _get(bot.slack, "/slack/install")
        state = page.split("state=")[1].split("&")[0].split('"')[0]
        code = bot.slack.install_code(team)
        cookie = headers["Set-Cookie"].split(";")[0]
        _get(bot.slack, f"/slack/oauth_redirect?code={code}&state={state}", Cookie=cookie)


def _get(slack: SlackServer, path: str, **headers: str) -> tuple[str, Any]:
    request = urllib.request.Request(slack.bot_url.replace("/slack/events", path), headers=headers)
    with OPENER.open(request, timeout=PATIENCE) as answer:
        return answer.read().decode(), answer.headers
