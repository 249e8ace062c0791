"""A small real Bolt app, run as a process by the tests of the server itself."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from slack_bolt import Ack, App, BoltRequest, Respond, Say, SayStream
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

if TYPE_CHECKING:
    from collections.abc import Callable

logging.basicConfig(level=logging.INFO)
client = WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=2))
app = App(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

MODAL = {
    "type": "modal",
    "callback_id": "why",
    "title": {"type": "plain_text", "text": "Why?"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "What was wrong"},
            "element": {"type": "plain_text_input", "action_id": "reason"},
        }
    ],
}


def answer_blocks(text: str) -> list[dict[str, Any]]:
    """Return an answer with a button and feedback."""
    thumbs = {
        name: {"text": {"type": "plain_text", "text": label}, "value": name}
        for name, label in (("positive_button", "Good"), ("negative_button", "Bad"))
    }
    button = {"type": "button", "action_id": "why", "text": {"type": "plain_text", "text": "Tell why"}}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        {"type": "actions", "elements": [button]},
        {
            "type": "context_actions",
            "elements": [{"type": "feedback_buttons", "action_id": "thumbs", **thumbs}],
        },
    ]


@app.middleware
def dawdle(req: BoltRequest, next_: Callable[[], Any]) -> None:
    """Be too late with the first acknowledgement of anything that asks for it."""
    event = req.body.get("event", {})
    retry = int(req.headers.get("x-slack-retry-num", ["0"])[0])
    if "dawdle" in event.get("text", "") and retry == 0:
        time.sleep(1.2)
    next_()


@app.event("app_mention")
def on_mention(event: dict[str, Any], say: Say, say_stream: SayStream) -> None:
    """Answer in the thread; what the text says decides how."""
    text, thread = event["text"], event.get("thread_ts") or event["ts"]
    if "stream" in text:
        stream = say_stream(buffer_size=1)
        stream.append(markdown_text="first ")
        stream.append(markdown_text="second")
        stream.stop()
        return
    reply = "long " * 700 if "long" in text else f"echo: {text.partition('>')[2].strip()}"
    try:
        say(text=reply, blocks=answer_blocks(reply), thread_ts=thread)
    except SlackApiError as error:
        say(text=f"short instead of {error.response['error']}", thread_ts=thread)


@app.event("message")
def on_message(event: dict[str, Any], say: Say) -> None:
    """Answer direct messages; a channel's messages are none of its business."""
    if event["channel_type"] == "im" and "subtype" not in event:
        say(text=f"private: {event['text']}", thread_ts=event.get("thread_ts") or event["ts"])


@app.event("app_home_opened")
def on_home(event: dict[str, Any]) -> None:
    """Publish the Home tab."""
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": f"Hello {event['user']}"}}]
    client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})


@app.command("/ask")
def on_ask(ack: Ack, respond: Respond, command: dict[str, Any]) -> None:
    """Acknowledge with a text, then answer."""
    ack("thinking")
    respond(f"asked: {command['text']}")


@app.action("why")
def on_why(ack: Ack, body: dict[str, Any]) -> None:
    """Open the form."""
    ack()
    client.views_open(trigger_id=body["trigger_id"], view=MODAL)


@app.action("thumbs")
def on_thumbs(ack: Ack, action: dict[str, Any], respond: Respond) -> None:
    """Thank in private."""
    ack()
    respond(f"thanks for {action['value']}", replace_original=False)


@app.view("why")
def on_reason(ack: Ack, view: dict[str, Any]) -> None:
    """Refuse an empty reason."""
    given = view["state"]["values"]["reason"]["reason"]["value"]
    if given == "bad":
        ack(response_action="errors", errors={"reason": "say more"})
    else:
        ack()


@app.shortcut("summarize")
def on_summarize(ack: Ack, respond: Respond, shortcut: dict[str, Any]) -> None:
    """Answer about the message."""
    ack()
    respond(f"about: {shortcut['message']['text']}")


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """Takes a burst of requests at once, as production servers do."""

    daemon_threads = True
    request_queue_size = 128


class QuietHandler(WSGIRequestHandler):
    """Serves without a log line per request."""

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve over HTTP when given a port, else over Socket Mode, until SIGTERM."""
    # An event that the handler sets could be just what this thread begins to wait for: it would wait for itself. And
    # while the SDK's client connects again its close() fails, or waits for ever for a connection that nobody ends.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    if len(sys.argv) > 1:
        port = int(sys.argv[1])
        make_server("127.0.0.1", port, SlackRequestHandler(app), ThreadingServer, QuietHandler).serve_forever()
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], ping_interval=1).connect()
    while True:
        # A signal that comes just before a wait does not end it: without an end of its own it would wait for ever.
        time.sleep(0.5)


if __name__ == "__main__":
    main()
