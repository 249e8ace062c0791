"""The HTTP side of the Web API: arguments, tokens, faults, and the methods about the app itself."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import time
from typing import TYPE_CHECKING

from aiohttp import web

from . import chat, conversations, views
from .registry import Method, Request, SlackError
from .state import APP_ID, Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .faults import Fault, Faults
    from .state import Json, Team, World

# Arguments that are JSON inside a form field.
STRUCTURED = frozenset({"blocks", "attachments", "view", "chunks", "metadata", "prompts", "loading_messages"})
DEFAULT_SCOPES = "app_mentions:read,chat:write,commands,im:history"


def auth_test(request: Request) -> Json:
    """auth.test."""
    team = request.team
    return {
        "ok": True,
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": request.world.users[team.bot_user].name,
        "team_id": team.enterprise_id if team.org_wide else team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        **({"enterprise_id": team.enterprise_id} if team.enterprise_id else {}),
        "is_enterprise_install": team.org_wide,
    }


def oauth_access(request: Request) -> Json:
    """oauth.v2.access: exchange the code of an installation for that workspace's bot token."""
    world = request.world
    given = (request.text("client_id"), request.text("client_secret"))
    if given[0] != world.client_id:
        raise SlackError("invalid_client_id")
    if given[1] != world.client_secret:
        raise SlackError("bad_client_secret")
    team_id = world.install_codes.pop(request.text("code"), None)
    if team_id is None:
        raise SlackError("invalid_code")
    team = world.teams[team_id]
    for one in world.teams.values():
        one.installed = one.installed or one.bot_token == team.bot_token
    installer = next(user for user in world.users.values() if user.team_id == team_id and not user.is_bot)
    return {
        "ok": True,
        "app_id": APP_ID,
        "authed_user": {"id": installer.id},
        "scope": scopes(world),
        "token_type": "bot",
        "access_token": team.bot_token,
        "bot_user_id": team.bot_user,
        "team": None if team.org_wide else {"id": team.id, "name": team.name},
        "enterprise": team.enterprise,
        "is_enterprise_install": team.org_wide,
    }


def open_connection(request: Request) -> Json:
    """apps.connections.open: issue a WebSocket address for one use."""
    world = request.world
    ticket = world.new_id("ticket")
    world.tickets.add(ticket)
    base = world.base_url.replace("http://", "ws://")
    return {"ok": True, "url": f"{base}/link/?ticket={ticket}&app_id={APP_ID}"}


METHODS: Mapping[str, Method] = {
    "auth.test": Method(auth_test),
    "oauth.v2.access": Method(oauth_access, takes="anyone"),
    "apps.connections.open": Method(open_connection, takes="app"),
    **chat.METHODS,
    **conversations.METHODS,
    **views.METHODS,
}


def scopes(world: World) -> str:
    """Return the scopes of the bot token as Slack lists them."""
    granted = world.settings.scopes
    return DEFAULT_SCOPES if granted is None else ",".join(sorted(granted))


async def read_arguments(request: web.Request) -> tuple[Json, str | None]:
    """Return the arguments of a call, wherever they are, and its token."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        # The SDK names JSON as the type of calls without a body, too.
        body = json.loads(await request.text() or "{}")
        args |= body if isinstance(body, dict) else {}
    else:
        args |= dict(await request.post())
    for name in STRUCTURED & args.keys():
        if isinstance(args[name], str):
            try:
                args[name] = json.loads(args[name])
            except ValueError:
                continue
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        try:
            pair = base64.b64decode(credentials).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            pair = ("", "", "")
        args |= {"client_id": pair[0], "client_secret": pair[2]}
    token = args.pop("token", None) or (credentials if scheme == "Bearer" else None)
    return args, token


def authenticate(world: World, method: Method, token: str | None) -> Team | None:
    """Return the workspace of a token, or raise Slack's error when the token does not fit the method."""
    if method.takes == "anyone":
        return None
    if not token:
        raise SlackError("not_authed")
    team = world.team_of_token(token)
    is_app = token == world.app_token
    if team is None and not is_app:
        unfit = method.takes == "app" and not token.startswith("xapp-")
        raise SlackError("not_allowed_token_type" if unfit else "invalid_auth")
    if is_app != (method.takes == "app"):
        raise SlackError("not_allowed_token_type")
    if team is not None and not team.installed:
        raise SlackError("account_inactive")
    granted = world.settings.scopes
    if granted is not None and method.scope is not None and method.scope not in granted:
        raise SlackError("missing_scope", needed=method.scope, provided=scopes(world))
    return team


def drop(request: web.Request) -> web.Response:
    """Break the connection; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def is_unheard(request: web.Request, fault: Fault | None) -> bool:
    """Return whether the app will not hear that the work was done: by a fault, or because it waits no longer."""
    lost = fault is not None and fault.after and fault.kind != "slow"
    return lost or request.transport is None or request.transport.is_closing()


class WebApi:
    """Answers Web API calls and records them."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        try:
            args, token = await read_arguments(request)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_json"})
        call = Call(request.match_info["method"], args, token, time.time())
        with self._world.changed:
            self._world.calls.append(call)
            self._world.in_flight += 1
            self._world.touch()
        try:
            return await self._answer(request, call)
        finally:
            with self._world.changed:
                self._world.in_flight -= 1
                self._world.touch()

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        fault = self._faults.take(call.method, call.args)
        before, after = (None, fault) if fault is not None and fault.after else (fault, None)
        if spoilt := await self._spoil(request, call, before):
            return spoilt
        with self._world.changed:
            call.response = self._run(call)
            call.status = 200
            call.done = bool(call.response.get("ok"))
            call.made = str(call.response.get("ts") or call.response.get("message_ts") or "")
            call.heard = not is_unheard(request, fault)
        if spoilt := await self._spoil(request, call, after):
            return spoilt
        return web.json_response(call.response, headers={"X-OAuth-Scopes": scopes(self._world)})

    async def _spoil(self, request: web.Request, call: Call, fault: Fault | None) -> web.Response | None:
        """Return the answer of a fault; where it but takes its time, wait and return None."""
        if fault is None:
            return None
        call.fault = fault.kind
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return None
        if fault.kind == "drop":
            return drop(request)
        call.status = fault.status
        if fault.kind == "http_error":
            return web.Response(status=fault.status, text=fault.body, content_type="text/html")
        if fault.kind == "rate_limit":
            call.response = {"ok": False, "error": "ratelimited"}
            headers = {"Retry-After": str(int(fault.seconds))}
            return web.json_response(call.response, status=429, headers=headers)
        call.response = SlackError(fault.code, list(fault.messages)).body
        return web.json_response(call.response)

    def _run(self, call: Call) -> Json:
        method = METHODS.get(call.method)
        if method is None:
            return {"ok": False, "error": "unknown_method", "req_method": call.method}
        try:
            team = authenticate(self._world, method, call.token)
            return method.run(Request(self._world, call.args, call.token, team))
        except SlackError as error:
            return error.body
