"""The views.* methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .blocks import check_view
from .payloads import view_json
from .registry import Method, Request, SlackError
from .state import View

if TYPE_CHECKING:
    from .state import Json, Trigger, World


def _new_view(world: World, team_id: str, user: str, data: Json) -> View:
    view_id = world.new_id("V")
    view = View(view_id, team_id, user, stored(world, data), world.new_id("h"), root_id=view_id)
    world.views[view_id] = view
    return view


def stored(world: World, data: Json) -> Json:
    """Return a view's content as Slack keeps it, with block ids."""
    return {**data, "blocks": world.with_block_ids(data["blocks"])}


def replace(world: World, view: View, data: Json) -> None:
    """Give a view new content."""
    view.revisions.append(view.data)
    view.data = stored(world, data)
    view.hash = world.new_id("h")


def publish(request: Request) -> Json:
    """views.publish."""
    world = request.world
    user = world.users.get(request.need("user_id"))
    if user is None:
        raise SlackError("user_not_found")
    data = request.args.get("view")
    check_view(data)
    if not isinstance(data, dict) or data["type"] != "home":
        raise SlackError("invalid_arguments", ["unsupported type: modal [json-pointer:/view/type]"])
    team_id = request.team_for(user.id)
    view = world.homes.get((team_id, user.id))
    if view is None:
        view = world.homes[team_id, user.id] = _new_view(world, team_id, user.id, data)
    else:
        _check_hash(request, view)
        replace(world, view, data)
    return {"ok": True, "view": view_json(world, view)}


def _check_hash(request: Request, view: View) -> None:
    if request.text("hash") and request.text("hash") != view.hash:
        raise SlackError("hash_conflict")


def _trigger(request: Request) -> Trigger:
    trigger = request.world.triggers.get(request.need("trigger_id"))
    if trigger is None or trigger.team_id not in request.teams:
        raise SlackError("invalid_trigger_id")
    if request.world.now() - trigger.created > request.world.settings.trigger_lifetime:
        raise SlackError("expired_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    trigger.used = True
    return trigger


def open_view(request: Request) -> Json:
    """views.open."""
    data = request.args.get("view")
    check_view(data)
    if not isinstance(data, dict) or data["type"] != "modal":
        raise SlackError("invalid_arguments", ["unsupported type: home [json-pointer:/view/type]"])
    external = data.get("external_id")
    if external and any(v.is_open and v.data.get("external_id") == external for v in request.world.views.values()):
        raise SlackError("duplicate_external_id")
    trigger = _trigger(request)
    view = _new_view(request.world, trigger.team_id, trigger.user, data)
    return {"ok": True, "view": view_json(request.world, view)}


def update(request: Request) -> Json:
    """views.update."""
    world = request.world
    data = request.args.get("view")
    check_view(data)
    view = world.views.get(request.text("view_id"))
    if view is None and request.text("external_id"):
        wanted = request.text("external_id")
        view = next((v for v in world.views.values() if v.data.get("external_id") == wanted), None)
    if view is None or not view.is_open or view.team_id not in request.teams or not isinstance(data, dict):
        raise SlackError("not_found")
    _check_hash(request, view)
    replace(world, view, data)
    return {"ok": True, "view": view_json(world, view)}


METHODS = {
    "views.publish": Method(publish),
    "views.open": Method(open_view),
    "views.update": Method(update),
}
