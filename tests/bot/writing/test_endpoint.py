"""What is sent to a model's server, and what is tried again."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from bot.settings import BotSettings
from bot.writing.endpoint import Endpoint, completions_url
from bot.writing.types import Completion, EndpointFailed
from tests.support.llm_server import LlmServer, completion, error, hangs_up, reply, sse, whole
from tests.support.llm_server.scripts import chunk, events
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator


def endpoint(server: LlmServer, **more: Any) -> Endpoint:
    chosen = {"llm_url": server.url, "llm_model": "keeper-1", "llm_seconds": PATIENCE, **more}
    return Endpoint(BotSettings.load(_env_file=None, **chosen))


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with LlmServer(reply("Said.")) as started:
        yield started


def complete(server: LlmServer, **more: Any) -> Completion:
    asked = endpoint(server, **more)
    try:
        return asked.complete("What?")
    finally:
        asked.close()


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1/chat/completions"),
        ("https://x.example/v1/chat/completions", "https://x.example/v1/chat/completions"),
        (
            "https://x.openai.azure.com/openai/deployments/a?api-version=2024-10-21",
            "https://x.openai.azure.com/openai/deployments/a/chat/completions?api-version=2024-10-21",
        ),
        ("https://x.example/v1#part", "https://x.example/v1/chat/completions"),
    ],
)
def test_the_address_of_an_api_is_enough(url: str, asked: str) -> None:
    assert completions_url(url) == asked


def test_nothing_is_sent_but_model_message_and_options(server: LlmServer) -> None:
    assert complete(server, llm_key="k3y").text == "Said."
    (request,) = server.requests
    message = {"role": "user", "content": "What?"}
    assert request.body == {"model": "keeper-1", "messages": [message], "stream": True, "temperature": 0}
    assert request.target == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer k3y"
    assert request.headers["accept-encoding"] == "identity"
    own = {"host", "connection", "accept", "accept-encoding", "content-type", "content-length", "user-agent"}
    assert set(request.headers) == own | {"authorization"}


def test_headers_and_options_of_the_settings_go_along(server: LlmServer) -> None:
    headers = '{"api-key": "k3y", "Authorization": "Basic abc"}'
    complete(server, llm_headers=headers, llm_options='{"reasoning_effort": "low"}', llm_key="other")
    (request,) = server.requests
    assert (request.headers["api-key"], request.headers["authorization"]) == ("k3y", "Basic abc")
    assert set(request.body) == {"model", "messages", "stream", "reasoning_effort"}


def test_an_option_that_is_refused_is_left_out_from_then_on(server: LlmServer) -> None:
    server.then(
        error(400, "unknown_parameter", "Unknown name 'seed'"),
        error(400, "unsupported_value", "'temperature' does not support 0"),
        reply("Said."),
    )
    asked = endpoint(server, llm_options='{"temperature": 0, "seed": 7, "top_p": 1}')
    assert [asked.complete("What?").text for _ in range(2)] == ["Said."] * 2
    sent = [set(request.body) - {"model", "messages", "stream"} for request in server.requests]
    assert sent == [{"temperature", "seed", "top_p"}, {"temperature", "top_p"}, {"top_p"}, {"top_p"}]
    asked.close()


def test_without_a_stream_where_none_is_given(server: LlmServer) -> None:
    server.then(error(400, "unsupported_parameter", "stream is not supported"), completion({"content": "Said."}))
    assert complete(server).text == "Said."
    assert [request.body.get("stream") for request in server.requests] == [True, None]


def test_nothing_is_tried_more_than_twice(server: LlmServer) -> None:
    server.then(error(429, retry_after="0"))
    with pytest.raises(EndpointFailed, match="429"):
        complete(server)
    assert len(server.requests) == 2
    server.then(hangs_up())
    with pytest.raises(EndpointFailed, match="no connection"):
        complete(server)
    assert len(server.requests) == 4


def test_nobody_listens() -> None:
    with LlmServer(reply("Said.")) as closed:
        pass
    with pytest.raises(EndpointFailed, match="no connection"):
        complete(closed)


def test_a_redirect_gets_no_key(server: LlmServer) -> None:
    with LlmServer(reply("Said.")) as elsewhere:
        server.then(whole(307, "text/plain", b"", location=f"{elsewhere.url}/chat/completions"))
        with pytest.raises(EndpointFailed, match="307"):
            complete(server, llm_key="k3y")
        assert elsewhere.connections == 0


@pytest.mark.parametrize(("status", "lasting"), [(401, True), (403, True), (404, True), (400, False), (503, False)])
def test_what_would_fail_again_is_told_apart(server: LlmServer, status: int, *, lasting: bool) -> None:
    server.then(error(status))
    with pytest.raises(EndpointFailed) as failed:
        complete(server)
    assert failed.value.lasting is lasting


def test_tokens_are_taken_from_wherever_they_are_told(server: LlmServer) -> None:
    usage = {"prompt_tokens": 1500, "completion_tokens": 40}
    server.then(sse(chunk("Said."), *events({"choices": [], "usage": usage}), b"data: [DONE]\n\n"))
    assert complete(server).tokens == (1500, 40)
    server.then(completion({"content": "Said."}, usage=usage))
    assert complete(server).tokens == (1500, 40)
    server.then(completion({"content": "Said."}, usage={"prompt_tokens": "many"}))
    assert complete(server).tokens is None


@pytest.mark.parametrize(
    ("finish", "done", "whole"),
    [("stop", True, True), (None, True, True), ("length", True, False), (None, False, False)],
)
def test_whether_it_ended_by_itself(server: LlmServer, finish: str | None, *, done: bool, whole: bool) -> None:
    server.then(reply("Said.", finish, done=done))
    assert complete(server).whole is whole


def test_many_threads_share_an_endpoint(server: LlmServer) -> None:
    asked = endpoint(server)
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(asked.complete("What?").text)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["Said."] * 8
    asked.close()


def test_keys_headers_and_what_is_asked_are_in_no_log(server: LlmServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    secrets = {"llm_key": "k3y-of-ours", "llm_headers": '{"x-more": "h3ader"}', "llm_url": f"{server.url}?key=qu3ry"}
    complete(server, **secrets)
    ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert [word for word in ("k3y-of-ours", "h3ader", "qu3ry", "What?", "Said.") if word in ours] == []
    assert {"k3y-of-ours", "h3ader", "qu3ry"} <= set(
        BotSettings.load(_env_file=None, llm_model="m", **secrets).secrets()
    )
