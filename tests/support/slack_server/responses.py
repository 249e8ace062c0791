"""Answers to interactions: response_url requests and the payloads of acknowledgements."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .blocks import check_view
from .chat import read_content
from .payloads import changed_event, deleted_event, message_event, message_json
from .registry import SlackError
from .state import Call, Message
from .views import replace
from .web_api import drop, is_unheard

if TYPE_CHECKING:
    from .faults import Fault, Faults
    from .state import Json, ResponseUrl, World


def respond(world: World, link: ResponseUrl, body: Json) -> str:
    """Do what an answer to an interaction asks for and return the ts of its message; the bot need be no member."""
    channel = world.channels[link.channel]
    original = channel.messages.get(link.message_ts or "")
    if body.get("delete_original") and original is not None:
        original.deleted = True
        if original.ephemeral_to is None:
            world.emit(deleted_event(channel, message_json(world, original), world.next_ts()), channel)
        return original.ts
    content = read_content(body)
    if body.get("replace_original") and original is not None:
        previous = message_json(world, original)
        original.revisions.append(previous)
        original.text = content["text"]
        original.blocks = world.with_block_ids(content.get("blocks") or [])
        if original.ephemeral_to is None:
            ts = world.next_ts()
            world.emit(changed_event(channel, message_json(world, original), previous, ts), channel)
        return original.ts
    team = world.teams[link.team_id]
    message = Message(channel.id, world.next_ts(), team.id, user=team.bot_user, bot_id=team.bot_id)
    message.text = content["text"]
    message.blocks = world.with_block_ids(content.get("blocks") or [])
    message.thread_ts = body.get("thread_ts")
    if body.get("response_type") != "in_channel":
        message.ephemeral_to = link.user
    channel.messages[message.ts] = message
    if message.ephemeral_to is None:
        world.emit(message_event(world, channel, message), channel)
    return message.ts


def apply_ack(world: World, kind: str, payload: Json, response: Any) -> None:
    """Do what came with an acknowledgement: a message for a command, an action for a modal."""
    if kind == "slash_commands" and response:
        link = world.response_urls[payload["response_url"].rpartition("/")[2]]
        body = {"text": response} if isinstance(response, str) else response
        try:
            respond(world, link, body)
        except SlackError as error:
            world.ack_errors.append((payload, error.body))
    elif kind == "interactive" and payload["type"] in {"view_submission", "view_closed"}:
        _apply_to_view(world, payload, response if isinstance(response, dict) else {})


def _apply_to_view(world: World, payload: Json, response: Json) -> None:
    view = world.views[payload["view"]["id"]]
    action = response.get("response_action")
    if action == "update":
        try:
            check_view(response["view"])
        except SlackError as error:
            # The user sees "We had some trouble connecting"; the app learns nothing.
            world.ack_errors.append((payload, error.body))
            return
        replace(world, view, response["view"])
    elif action == "clear":
        for other in world.views.values():
            other.is_open = other.is_open and other.root_id != view.root_id
    elif action != "errors":
        view.is_open = False


def _break(request: web.Request, call: Call, fault: Fault) -> web.Response:
    """Return the answer of a fault."""
    if fault.kind == "drop":
        return drop(request)
    call.status = fault.status if fault.status != 200 else 500
    headers = {"Retry-After": str(int(fault.seconds))} if fault.kind == "rate_limit" else {}
    return web.Response(status=call.status, text=fault.body or fault.code, headers=headers)


class ResponseUrls:
    """Answers requests to response_url links: five uses within half an hour."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one use of a link."""
        body = await request.json()
        call = Call("response_url", body, None, time.time(), link=request.match_info["link"])
        fault = self._faults.take("response_url", body)
        with self._world.changed:
            self._world.calls.append(call)
            self._world.touch()
        if fault is not None:
            call.fault = fault.kind
            await asyncio.sleep(fault.seconds if fault.kind == "slow" else 0)
        spoilt = fault is not None and fault.kind != "slow"
        if fault is not None and spoilt and not fault.after:
            return _break(request, call, fault)
        with self._world.changed:
            call.status, call.response = self._use(call)
            call.done = call.status == 200
            call.heard = not is_unheard(request, fault)
            self._world.touch()
        if fault is not None and spoilt:
            return _break(request, call, fault)
        if call.status == 400:
            return web.Response(status=400, text=call.response["error"])
        return web.json_response(call.response, status=call.status)

    def _use(self, call: Call) -> tuple[int, Json]:
        settings = self._world.settings
        link = self._world.response_urls.get(call.link)
        if link is None:
            return 404, {"ok": False, "error": "invalid_url"}
        if self._world.now() - link.created > settings.response_url_lifetime:
            return 404, {"ok": False, "error": "expired_url"}
        if link.uses >= settings.response_url_uses:
            return 404, {"ok": False, "error": "used_url"}
        try:
            call.made = respond(self._world, link, call.args)
        except SlackError as error:
            return 400, error.body
        link.uses += 1
        return 200, {"ok": True}
