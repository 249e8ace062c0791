"""What anybody can send to the port: unfinished requests, garbage, lies about lengths, and looks behind the counter."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.support.slack_bot import JAPANESE, JAPANESE_ANSWER, running
from tests.support.slack_server import CHANNEL, USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_bot import Running

EVENTS = "/slack/events"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
TOKEN = "token-of-the-test"


@pytest.fixture(scope="module")
def bot(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot"), "http") as started:
        yield started


def address(bot: Running) -> tuple[str, int]:
    host, port = bot.slack.bot_url.removeprefix("http://").partition("/")[0].split(":")
    return host, int(port)


def send(bot: Running, request: bytes, timeout: float = 20.0) -> bytes:
    """Send bytes and return all that comes back until the bot closes the connection."""
    answer = b""
    with socket.create_connection(address(bot), timeout=timeout) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        while data := connection.recv(65_536):
            answer += data
    return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def request(path: str, body: bytes = b"", method: str = "POST", **headers: str) -> bytes:
    """Return a request; a header's name has underscores for its hyphens, and one that is empty is left out."""
    given = {"Host": "x", "Content_Length": str(len(body)), "Connection": "close", **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {one}" for name, one in given.items() if one)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def signed(bot: Running, body: bytes, content_type: str = JSON, **headers: str) -> bytes:
    stamp = str(int(time.time()))
    secret = bot.slack.world.signing_secret.encode()
    digest = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    marks = {"X_Slack_Request_Timestamp": stamp, "X_Slack_Signature": f"v0={digest}"}
    return request(EVENTS, body, Content_Type=content_type, **marks, **headers)


def new_lines(bot: Running, before: str) -> list[str]:
    """Return what was logged since, once it is there."""
    bot.slack.wait_for(lambda: bot.bot.output() != before, what="a line in the log")
    return bot.bot.output()[len(before) :].splitlines()


# Unfinished requests

HALF_OPEN = (
    b"",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\n",
    b"POST /slack/events HTTP/1.1\r\nContent-Length: 1000\r\n\r\nabc",
    b"POST /slack/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    b"POST /slack/events HTTP/1.1\r\nContent-Length: 900000\r\nExpect: 100-continue\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nX-Long: ",
)


@contextmanager
def half_open(bot: Running, count: int) -> Iterator[list[socket.socket]]:
    """Keep requests open that never end; every third gets another byte now and then."""
    stop = threading.Event()
    with ExitStack() as opened:
        connections = []
        for number in range(count):
            connection = opened.enter_context(socket.create_connection(address(bot), timeout=20))
            connection.sendall(HALF_OPEN[number % len(HALF_OPEN)])
            connections.append(connection)

        def drip() -> None:
            while not stop.wait(0.5):
                for connection in connections[5::6] + connections[2::6]:
                    try:
                        connection.send(b"a")
                    except OSError:
                        return

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            yield connections
        finally:
            stop.set()
            dripping.join()


@pytest.mark.parametrize("count", [40, 400])
def test_unfinished_requests_stop_neither_health_nor_questions(bot: Running, count: int) -> None:
    with half_open(bot, count):
        for _ in range(5):
            assert status(send(bot, request("/healthz", method="GET"))) == 200
        post = bot.ask(JAPANESE).wait()
        assert [[attempt.status for attempt in one.attempts] for one in post.deliveries] == [[200], [200]]
        assert JAPANESE_ANSWER in bot.answer(post)


def test_unfinished_requests_are_ended_also_when_they_get_a_byte_now_and_then(bot: Running) -> None:
    with half_open(bot, len(HALF_OPEN)) as connections:
        assert [connection for connection in connections if not is_closed(connection)] == []


def is_closed(connection: socket.socket) -> bool:
    """Wait until the bot closes a connection; before that it may say something, such as to go on."""
    connection.settimeout(60)
    try:
        while connection.recv(100):
            pass
    except ConnectionError:
        pass
    return True


def test_the_bot_ends_while_requests_are_unfinished(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, "http") as bot, half_open(bot, 40):
        bot.ask(JAPANESE).wait()
        assert bot.bot.stop() == 0
        assert "Traceback" not in bot.bot.output()


# Garbage

QUESTION = {
    "type": "event_callback",
    "team_id": "T0LOCAL",
    "event_id": "EvGARBAGE",
    "event": {"type": "app_mention", "user": USER, "channel": CHANNEL, "ts": "1.2", "text": "<@U0BOT> what is OLAP?"},
}
BODIES = (
    b"",
    b"\x00\xff\xfe garbage \x80",
    b"{",
    b"[]",
    b"null",
    b"[" * 100_000,
    b'{"a": ' + b"9" * 5_000 + b"}",
    json.dumps(QUESTION).encode(),
    urlencode({"payload": "{"}).encode(),
    urlencode({"ssl_check": "1", "token": "x"}).encode(),
    urlencode({"command": "/ask", "text": "what is OLAP?"}).encode(),
    b"payload=%ff%fe&payload=",
    b"&" * 2_000,
)
SIGNATURES: tuple[dict[str, str], ...] = (
    {},
    {"X_Slack_Signature": "v0=abc"},
    {"X_Slack_Request_Timestamp": "now", "X_Slack_Signature": "v0=abc"},
    {"X_Slack_Request_Timestamp": "9" * 5_000, "X_Slack_Signature": "v0=abc"},
    {"X_Slack_Request_Timestamp": "NOW", "X_Slack_Signature": "v0=é\x80"},
    {"X_Slack_Request_Timestamp": "-1", "X_Slack_Signature": ""},
    {"X_Slack_Request_Timestamp": "NOW", "X_Slack_Signature": "v0=" + "0" * 64},
)


@pytest.mark.parametrize("content_type", [JSON, FORM, "text/plain; charset=x", "\x80\xff", ""])
def test_what_slack_did_not_sign_is_401_and_one_line(bot: Running, content_type: str) -> None:
    for body in BODIES:
        for marks in SIGNATURES:
            given = {name: value.replace("NOW", str(int(time.time()))) for name, value in marks.items()}
            before = bot.bot.output()
            answer = send(bot, request(EVENTS, body, Content_Type=content_type, **given))
            assert status(answer) == 401, (body[:40], given)
            [line] = new_lines(bot, before)
            assert json.loads(line)["status"] == 401
    assert bot.slack.calls_to("chat.postMessage") == [] or bot.is_quiet(0.5)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"\x00" * 200 + b"\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET http://[ HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nX: ".ljust(32_768, b"a"), 431),
        (b"POST /slack/events HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /slack/events HTTP/1.1\r\nContent-Length: ten\r\n\r\n", 400),
        (b"POST /slack/events HTTP/1.1\r\nContent-Length: 1, 2\r\n\r\nab", 400),
        (b"POST /slack/events HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n", 400),
        (b"POST /slack/events HTTP/1.1\r\nContent-Length: 9000000\r\n\r\nab", 413),
        (b"POST /slack/events HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"POST /slack/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", 400),
        (b"POST /slack/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", 401),
        (b"POST /slack/events HTTP/1.1\r\n\r\n", 401),
        (b"POST /slack/events HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n", 400),
        (b"GET /slack/events HTTP/1.1\r\n\r\n", 404),
        (b"BREW /slack/events HTTP/1.1\r\n\r\n", 404),
        (b"POST /healthz HTTP/1.1\r\n\r\n", 404),
        (b"GET /\x1b[2J%1b%0d%0aforged HTTP/1.1\r\n\r\n", 404),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", 404),
        (b"GET /slack/install HTTP/1.1\r\n\r\n", 404),
        (b"OPTIONS * HTTP/1.1\r\n\r\n", 404),
        (b"CONNECT evil.example:443 HTTP/1.1\r\n\r\n", 404),
    ],
)
def test_other_garbage_is_refused_with_one_line(bot: Running, sent: bytes, expected: int) -> None:
    before = bot.bot.output()
    assert status(send(bot, sent)) == expected
    [line] = new_lines(bot, before)
    assert json.loads(line)["status"] == expected
    assert len(line) < 1_000
    assert status(send(bot, request("/healthz", method="GET"))) == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe", b"{", b"[]", b"null", b'"text"', b"12", b"{}", b"[" * 100_000, b'{"type": ' + b"9" * 5_000,
        b'{"type": "event_callback", "event": null}', b'{"type": "event_callback", "event": []}',
        b'{"type": "event_callback", "event": {}}', b'{"type": "event_callback", "event": {"type": 1}}',
        b'{"type": "event_callback", "event": "x"}', b'{"type": "x", "authorizations": [1]}',
        b"payload=", b"payload={", b"payload=[]", b"payload=%ff", b"a=b", b"text=payload",
    ],
)  # fmt: skip
@pytest.mark.parametrize("content_type", [JSON, FORM])
def test_what_slack_signed_but_nobody_understands_is_400_and_one_line(
    bot: Running, body: bytes, content_type: str
) -> None:
    before = bot.bot.output()
    assert status(send(bot, signed(bot, body, content_type))) == 400
    [line] = new_lines(bot, before)
    assert "cannot be understood" in json.loads(line)["message"]


def test_a_body_that_ends_early_is_not_taken_for_a_whole_one(bot: Running) -> None:
    body = json.dumps(QUESTION).encode()
    before = bot.bot.output()
    assert send(bot, signed(bot, body, Content_Length=str(len(body) + 10))) == b""
    longer = signed(bot, body[:-10])
    assert status(send(bot, longer + body[-10:])) == 400
    assert "Traceback" not in bot.bot.output()[len(before) :]


def test_a_command_about_a_payload_is_answered(bot: Running) -> None:
    asked = bot.slack.slash_command("/ask", f"payload {JAPANESE}").wait()
    assert asked.acked
    told = bot.slack.wait_for(lambda: bot.slack.replies(ephemeral=True))
    assert "payload" in bot.slack.message_text(told[-1])


# What operators look at


def look(bot: Running, path: str, host: str = "127.0.0.1", **headers: str) -> tuple[int, str]:
    """Fetch a page of the bot from an address of this machine."""
    with socket.create_connection((host, address(bot)[1]), timeout=20) as connection:
        connection.sendall(request(path, method="GET", **headers))
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    return status(answer), answer.partition(b"\r\n\r\n")[0].decode()


def own_address() -> str:
    """Return an address of this machine that is not its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: it only tells which address would be used.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no other address")
        return str(probe.getsockname()[0])


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_without_a_token_only_this_machine_sees_metrics_and_readiness(bot: Running, path: str) -> None:
    assert look(bot, path)[0] == 200
    for header in ("X_Forwarded_For", "Forwarded", "X_Real_IP", "Via", "CF_Connecting_IP", "X_Forwarded_Proto"):
        assert look(bot, path, **{header: "127.0.0.1"})[0] == 403
    assert look(bot, path, own_address())[0] == 403
    assert look(bot, path, own_address(), X_Forwarded_For="127.0.0.1", Host="127.0.0.1")[0] == 403
    assert look(bot, "/healthz", own_address(), X_Forwarded_For="203.0.113.9")[0] == 200


def test_with_a_token_whoever_has_it_sees_metrics_and_readiness(real_index: Path, tmp_path: Path) -> None:
    with running(real_index, tmp_path, "http", metrics_token=TOKEN) as bot:
        for path in ("/metrics", "/readyz"):
            for wrong in ("", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer \x80"):
                refused, headers = look(bot, path, Authorization=wrong)
                assert refused == 401
                assert "www-authenticate: bearer" in headers.lower()
            assert look(bot, path, own_address(), Authorization=f"Bearer {TOKEN}")[0] == 200
        assert look(bot, "/healthz")[0] == 200
        assert TOKEN not in bot.bot.output()


def test_an_installation_with_commands_in_its_address_is_one_inert_line(real_index: Path, tmp_path: Path) -> None:
    settings = {"slack_client_id": "1111.2222", "slack_client_secret": "secret-of-the-test", "slack_bot_token": ""}
    evil = "%1b%5d0;owned%07%0d%0aX-Forged:%201%e2%80%ae"
    with running(real_index, tmp_path, "http", **settings) as bot:
        for path in ("install?team=", "oauth_redirect?code=", "oauth_redirect?state=", "oauth_redirect?error="):
            code, headers = look(bot, f"/slack/{path}{evil}")
            assert code == 400
            assert "X-Forged" not in headers
        state = "x%e2%80%a8%e2%80%aey"
        cookie = "slack-app-oauth-state=x\u2028\u202ey".encode().decode("latin-1")
        assert look(bot, f"/slack/oauth_redirect?code=a%e2%80%aeb&state={state}", Cookie=cookie)[0] in {400, 401}
        shown = bot.bot.output()
    assert "Traceback" not in shown
    assert [line for line in shown.splitlines() if not isinstance(json.loads(line), dict)] == []
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]", shown)
