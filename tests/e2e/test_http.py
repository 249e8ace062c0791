"""What only HTTP has: signatures, health, metrics, and several workspaces."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.support.patience import PATIENCE
from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, running
from tests.support.slack_installing import OAUTH, SECRET, install
from tests.support.slack_server import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_bot import Running


@pytest.fixture(scope="module")
def bot(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot"), "http") as started:
        yield started


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
    health, readiness = bot.get("/healthz"), bot.get("/readyz")
    assert (health.status_code, health.text) == (200, "ok")
    assert (readiness.status_code, readiness.json()["database"]) == (200, "up")
    assert bot.get("/nothing").status_code == 404


def test_metrics_count_the_answers(bot: Running) -> None:
    bot.answer(bot.ask(JAPANESE))
    assert bot.is_quiet(0.2)
    metrics = bot.get("/metrics")
    assert (metrics.status_code, metrics.headers["Content-Type"].split(";")[0]) == (200, "text/plain")
    counted = [line for line in metrics.text.splitlines() if line.startswith('answers_total{outcome="answered"}')]
    assert float(counted[0].split()[-1]) >= 1
    assert 'index_info{version="' in metrics.text


def test_a_body_that_slack_would_never_send_is_not_read(bot: Running) -> None:
    # It is told so, or cut off before it was sent.
    with suppress(httpx2.TransportError):
        answer = httpx2.post(bot.slack.bot_url, content=b"x" * 1_200_000, timeout=PATIENCE, trust_env=False)
        assert answer.is_error
    assert bot.get("/healthz").status_code == 200


def test_workspaces_install_the_app_and_each_is_answered_with_its_own_token(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, "http", **OAUTH) as bot:
        other = bot.slack.add_team("T0OTHER", "Other", installed=False)
        bot.slack.add_user("U0OTTO", "otto", "T0OTHER")
        bot.slack.add_channel("C0OTHER", "other", "T0OTHER")
        install(bot, "T0LOCAL", "T0OTHER")
        assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE, "C0OTHER", "U0OTTO"))
        assert JAPANESE_ANSWER in bot.answer(bot.ask(JAPANESE))
        tokens = {call.args["channel"]: call.token for call in bot.slack.calls_to("chat.postMessage")}
        assert tokens == {"C0OTHER": other.bot_token, CHANNEL: bot.slack.team.bot_token}
        assert bot.get("/slack/oauth_redirect?code=x&state=made-up").status_code == 400
        asked_for = re.search(r'href="(https://slack.com/oauth/v2/authorize[^"]*)"', bot.get("/slack/install").text)
        assert asked_for is not None
        assert "chat:write" in parse_qs(urlsplit(html.unescape(asked_for[1])).query)["scope"][0]
        for secret in (other.bot_token, bot.slack.team.bot_token, SECRET):
            assert secret not in bot.bot.output()
