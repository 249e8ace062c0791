"""Installing the app by OAuth, as a person with a browser does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.slack_bot import Running

SECRET = "secret-of-the-test"
# The settings of a bot that workspaces install themselves.
OAUTH: dict[str, Any] = {"slack_client_id": "1111.2222", "slack_client_secret": SECRET, "slack_bot_token": ""}


def install(bot: Running, *teams: str) -> None:
    """Install the app in workspaces; one of an organisation that installs it as a whole stands for all of it."""
    bot.slack.world.client_secret = SECRET
    for team in teams:
        page = bot.get("/slack/install")
        state = page.text.split("state=")[1].split("&")[0].split('"')[0]
        code = bot.slack.install_code(team)
        cookie = page.headers["Set-Cookie"].split(";")[0]
        bot.get(f"/slack/oauth_redirect?code={code}&state={state}", Cookie=cookie).raise_for_status()
