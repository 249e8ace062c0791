"""What only HTTP has: signatures, health, metrics, and several workspaces."""

from __future__ import annotations

import html
import json
import re
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.patience import PATIENCE
from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, running
from tests.support.slack_server import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_bot import Running

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module")
def bot(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot"), "http") as started:
        yield started


def get(bot: Running, path: str, **headers: str) -> tuple[int, str, Any]:
    """Fetch a page of the bot."""
    address = bot.slack.bot_url.replace("/slack/events", path)
    request = urllib.request.Request(address, headers=headers)
    try:
        with OPENER.open(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


@pytest.mark.parametrize("how", ["wrong_signature", "old_timestamp", "no_signature"])
def test_requests_that_slack_did_not_sign_are_refused(bot: Running, how: Any) -> None:
    bot.slack.tamper(how, how)
    post = bot.ask(JAPANESE).wait()
    assert [delivery.status for delivery in post.deliveries] == [401, 401]
    bot.slack.tamper(how)
    command = bot.slack.slash_command("/ask", JAPANESE).wait()
    assert (command.status, command.acked) == (401, False)
    assert bot.is_quiet(0.5)
    assert bot.slack.replies(CHANNEL, post.ts) == []


def test_health_and_readiness(bot: Running) -> None:
    assert get(bot, "/healthz")[:2] == (200, "ok")
    status, body, _ = get(bot, "/readyz")
    assert (status, json.loads(body)["database"]) == (200, "up")
    assert get(bot, "/nothing")[0] == 404


def test_metrics_count_the_answers(bot: Running) -> None:
    bot.answer(bot.ask(JAPANESE))
    assert bot.is_quiet(0.2)
    status, text, headers = get(bot, "/metrics")
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/plain")
    counted = [line for line in text.splitlines() if line.startswith('answers_total{outcome="answered"}')]
    assert float(counted[0].split()[-1]) >= 1
    assert 'index_info{version="' in text


def test_a_body_that_slack_would_never_send_is_not_read(bot: Running) -> None:
    address = bot.slack.bot_url
    request = urllib.request.Request(address, data=b"x" * 1_200_000)
    with pytest.raises((urllib.error.HTTPError, urllib.error.URLError, ConnectionError)):
        OPENER.open(request, timeout=PATIENCE)
    assert get(bot, "/healthz")[0] == 200


def test_workspaces_install_the_app_and_each_is_answered_with_its_own_token(real_index: Path, tmp_path: Path) -> None:
    settings = {"slack_client_id": "1111.2222", "slack_client_secret": "secret-of-the-test", "slack_bot_token": ""}
    with running(real_index, tmp_path, "http", **settings) as bot:
        bot.slack.world.client_secret = "secret-of-the-test"
        other = bot.slack.add_team("T0OTHER", "Other", installed=False)
        bot.slack.add_user("U0OTTO", "otto", "T0OTHER")
        bot.slack.add_channel("C0OTHER", "other", "T0OTHER")
        for team in ("T0LOCAL", "T0OTHER"):
            _, page, headers = get(bot, "/slack/install")
            assert "slack.com/oauth/v2/authorize" in page
            state = page.split("state=")[1].split("&")[0].split('"')[0]
            cookie = headers["Set-Cookie"].split(";")[0]
            code = bot.slack.install_code(team)
            status, done, _ = get(bot, f"/slack/oauth_redirect?code={code}&state={state}", Cookie=cookie)
            assert status == 200, done
        assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE, "C0OTHER", "U0OTTO"))
        assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE))
        tokens = {call.args["channel"]: call.token for call in bot.slack.calls_to("chat.postMessage")}
        assert tokens == {"C0OTHER": other.bot_token, CHANNEL: bot.slack.team.bot_token}
        assert get(bot, "/slack/oauth_redirect?code=x&state=made-up")[0] == 400
        asked_for = re.search(r'href="(https://slack.com/oauth/v2/authorize[^"]*)"', page)
        assert asked_for is not None
        assert "chat:write" in parse_qs(urlsplit(html.unescape(asked_for[1])).query)["scope"][0]
        for secret in (other.bot_token, bot.slack.team.bot_token, "secret-of-the-test"):
            assert secret not in bot.bot.output()
