"""The JSON Slack sends: messages, events, interactions and commands, field by field."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import TYPE_CHECKING, Any

from .state import APP_ID, LEGACY_VERIFICATION

if TYPE_CHECKING:
    from .state import Channel, Json, Message, ResponseUrl, Team, User, View, World

PLURAL = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
TOKEN = re.compile(r"<@(?P<user>[UW]\w+)(?:\|[^>]*)?>|<(?P<url>(?:https?|mailto):[^|>]+)(?:\|(?P<label>[^>]*))?>")


def rich_text(text: str, block_id: str) -> Json:
    """Return the block the Slack client makes of what a person typed."""
    parts: list[Json] = []
    end = 0
    for match in TOKEN.finditer(text):
        if match.start() > end:
            parts.append({"type": "text", "text": html.unescape(text[end : match.start()])})
        if match["user"]:
            parts.append({"type": "user", "user_id": match["user"]})
        else:
            label = {"text": match["label"]} if match["label"] else {}
            parts.append({"type": "link", "url": html.unescape(match["url"]), **label})
        end = match.end()
    if end < len(text):
        parts.append({"type": "text", "text": html.unescape(text[end:])})
    section = {"type": "rich_text_section", "elements": parts}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def shared_message(world: World, message: Message) -> Json:
    """Return the attachment that a forwarded message is in the message it was forwarded with."""
    place, author = world.channels[message.channel], message.user or ""
    workspace = f"https://{world.teams[place.team_id].domain}.slack.com"
    link = f"{workspace}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    shown = {"team": message.team, "channel": message.channel, "ts": message.ts, "message": {"blocks": message.blocks}}
    return {
        "ts": message.ts,
        "author_id": author,
        "author_subname": world.users[author].name if author in world.users else "",
        "channel_id": message.channel,
        "channel_team": message.team,
        "is_msg_unfurl": True,
        "is_share": True,
        "message_blocks": [shown],
        "id": 1,
        "original_url": link,
        "from_url": link,
        "text": message.text,
        "fallback": message.text,
        "mrkdwn_in": ["text"],
        **({"bot_id": message.bot_id} if message.bot_id else {}),
    }


def message_json(world: World, message: Message) -> Json:
    """Return a message as history, events and interactions carry it."""
    body: Json = {"type": "message"}
    if message.subtype:
        body["subtype"] = message.subtype
    body |= {"text": message.text, "ts": message.ts, "team": message.team}
    if message.user:
        body["user"] = message.user
    if message.bot_id:
        body["bot_id"] = message.bot_id
        body |= _bot_profile(world, message)
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
        parent = world.channels[message.channel].messages.get(message.thread_ts)
        if parent is not None and parent is not message and parent.user:
            body["parent_user_id"] = parent.user
    for key in ("blocks", "attachments", "edited", "metadata"):
        if getattr(message, key):
            body[key] = getattr(message, key)
    if message.stream is not None:
        body["streaming_state"] = "completed" if message.stream.stopped else "in_progress"
    if message.reactions:
        body["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    return body | message.extra


def _bot_profile(world: World, message: Message) -> Json:
    own = next((team for team in world.teams.values() if team.bot_id == message.bot_id), None)
    app_id = APP_ID if own else f"A{str(message.bot_id)[1:]}"
    name = world.users[own.bot_user].name if own else f"bot-{message.bot_id}"
    profile = {
        "id": message.bot_id,
        "app_id": app_id,
        "name": name,
        "deleted": False,
        "team_id": message.team,
    }
    return {"app_id": app_id, "bot_profile": profile}


def message_event(world: World, channel: Channel, message: Message) -> Json:
    """Return the `message` event of a post."""
    place = {"channel": channel.id, "event_ts": message.ts, "channel_type": channel.kind}
    return message_json(world, message) | place | _origin(channel, message)


def mention_event(world: World, channel: Channel, message: Message, event_ts: str | None = None) -> Json:
    """Return the `app_mention` event of a post; it has no channel_type."""
    body = message_json(world, message) | _origin(channel, message)
    return body | {"type": "app_mention", "channel": channel.id, "event_ts": event_ts or message.ts}


def _origin(channel: Channel, message: Message) -> Json:
    """Return the fields that only posts from another workspace carry."""
    if message.team == channel.team_id:
        return {}
    return {"user_team": message.team, "source_team": message.team}


def changed_event(channel: Channel, message: Json, previous: Json, ts: str) -> Json:
    """Return the `message_changed` event of an edit."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message,
        "previous_message": previous,
        "channel": channel.id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": channel.kind,
    }


def deleted_event(channel: Channel, previous: Json, ts: str) -> Json:
    """Return the `message_deleted` event."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": previous,
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": previous["ts"],
        "ts": ts,
        "event_ts": ts,
        "channel_type": channel.kind,
    }


def callback(world: World, team: Team, event: Json, *, is_ext_shared: bool = False) -> Json:
    """Return the Events API envelope of an event."""
    ids = {"et": event["type"], "tid": team.id, "aid": APP_ID, "cid": event.get("channel")}
    context = base64.urlsafe_b64encode(json.dumps(ids).encode()).decode().rstrip("=")
    return {
        "token": LEGACY_VERIFICATION,
        "team_id": team.id,
        **({"enterprise_id": team.enterprise_id} if team.enterprise_id else {}),
        "context_team_id": team.id,
        "context_enterprise_id": team.enterprise_id,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": world.new_id("Ev"),
        "event_time": int(world.now()),
        "authorizations": [
            {
                "enterprise_id": team.enterprise_id,
                "team_id": None if team.org_wide else team.id,
                "user_id": team.bot_user,
                "is_bot": True,
                "is_enterprise_install": team.org_wide,
            }
        ],
        "is_ext_shared_channel": is_ext_shared,
        "event_context": f"4-{context}",
    }


def interaction(world: World, team: Team, user: User, kind: str) -> Json:
    """Return the fields all interaction payloads share; those of an organisation's app name no workspace."""
    place = {"id": team.id, "domain": team.domain}
    if team.enterprise_id:
        place |= {"enterprise_id": team.enterprise_id, "enterprise_name": "The Grid"}
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": APP_ID,
        "token": LEGACY_VERIFICATION,
        "trigger_id": world.new_trigger(user.id, team.id),
        "team": None if team.org_wide else place,
        "enterprise": team.enterprise,
        "is_enterprise_install": team.org_wide,
    }


def on_message(world: World, message: Message, link: ResponseUrl) -> Json:
    """Return what an interaction with a message says about it."""
    channel = world.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    body: Json = {"container": container, "channel": channel_json(channel)}
    body |= {"state": {"values": {}}, "response_url": response_link(world, link)}
    if message.ephemeral_to is None:
        # Slack does not give an ephemeral message back.
        body["message"] = message_json(world, message)
    return body


def channel_json(channel: Channel) -> Json:
    """Return the short form of a channel; private ones go by their kind."""
    names = {"im": "directmessage", "group": "privategroup"}
    return {"id": channel.id, "name": names.get(channel.kind, channel.name)}


def response_link(world: World, link: ResponseUrl) -> str:
    """Return the address of a response_url."""
    return f"{world.base_url}/actions/{link.team_id}/{link.id}"


def command(world: World, team: Team, user: User, channel: Channel, typed: tuple[str, str]) -> dict[str, str]:
    """Return the form fields of a slash command, `typed` as its name and text."""
    link = world.new_response_url(team.id, channel.id, user.id)
    grid = {"enterprise_id": team.enterprise_id, "enterprise_name": "The Grid"} if team.enterprise_id else {}
    return {
        "token": LEGACY_VERIFICATION,
        "team_id": team.id,
        "team_domain": team.domain,
        **grid,
        "channel_id": channel.id,
        "channel_name": channel_json(channel)["name"],
        "user_id": user.id,
        "user_name": user.name,
        "command": typed[0],
        "text": typed[1],
        "api_app_id": APP_ID,
        "is_enterprise_install": str(team.org_wide).lower(),
        "response_url": response_link(world, link),
        "trigger_id": world.new_trigger(user.id, team.id),
    }


def view_json(world: World, view: View, values: Json | None = None) -> Json:
    """Return a view as Slack answers and sends it."""
    team = world.teams[view.team_id]
    data = view.data
    return {
        "id": view.id,
        "team_id": view.team_id,
        "type": data["type"],
        "blocks": data["blocks"],
        "private_metadata": data.get("private_metadata", ""),
        "callback_id": data.get("callback_id", ""),
        "external_id": data.get("external_id", ""),
        "state": {"values": values or {}},
        "hash": view.hash,
        "title": data.get("title"),
        "submit": data.get("submit"),
        "close": data.get("close"),
        "clear_on_close": bool(data.get("clear_on_close")),
        "notify_on_close": bool(data.get("notify_on_close")),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "app_installed_team_id": team.enterprise_id if team.org_wide else view.team_id,
        "bot_id": team.bot_id,
    }


def user_json(world: World, user: User, asking: Team) -> Json:
    """Return a user as users.info shows them to the app of a workspace."""
    home = world.teams.get(user.team_id)
    enterprise = home.enterprise_id if home else None
    grid: Json = {}
    if enterprise and world.settings.enterprise_users:
        teams = [team.id for team in world.teams.values() if team.enterprise_id == enterprise]
        grid["enterprise_user"] = {"id": user.id, "enterprise_id": enterprise, "teams": teams}
    foreign = user.team_id != asking.id and (enterprise is None or enterprise != asking.enterprise_id)
    profile = {
        "real_name": user.name.title(),
        "display_name": user.name,
        "team": user.team_id,
        "is_custom_image": False,
    }
    return {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.name.title(),
        "tz": user.tz,
        "locale": user.locale,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_stranger": user.is_stranger or foreign,
        "is_bot": user.is_bot,
        "is_app_user": False,
        **grid,
    }


def full_channel_json(channel: Channel) -> Json:
    """Return a conversation as conversations.info shows it."""
    body: Json = {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": 1_700_000_000,
        "context_team_id": channel.team_id,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_archived": channel.is_archived,
        "is_general": False,
        "is_shared": bool(channel.shared_with),
        "is_org_shared": False,
        "is_ext_shared": bool(channel.shared_with),
        "is_member": channel.is_member,
        "shared_team_ids": sorted({channel.team_id, *channel.shared_with}),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }
    if channel.kind == "im":
        body["user"] = channel.user
    return body


def action_json(element: Json, block_id: str, choice: Any, ts: str) -> Json:
    """Return the action of an element that a user used; `choice` is a value, an option or a list."""
    kind = element["type"]
    body: Json = {"type": kind, "action_id": element.get("action_id", ""), "block_id": block_id}
    body["action_ts"] = ts
    if kind in {"button", "icon_button"}:
        body["text"] = element["text"]
        for key in ("value", "url", "style"):
            if element.get(key) is not None:
                body[key] = element[key]
    elif kind == "feedback_buttons":
        body["value"] = choice["value"]
        body["text"] = choice["text"]
    elif kind.startswith("multi_") or kind == "checkboxes":
        body["selected_options"] = choice
    else:
        body |= input_state(kind, choice)
    body.pop("type")
    return {"type": kind, **body}


def input_state(kind: str, choice: Any) -> Json:
    """Return the state of one input element of a view."""
    if kind in {"multi_static_select", "checkboxes"}:
        return {"type": kind, "selected_options": choice}
    names = {
        "datepicker": "selected_date",
        "timepicker": "selected_time",
        "datetimepicker": "selected_date_time",
        "users_select": "selected_user",
        "channels_select": "selected_channel",
        "conversations_select": "selected_conversation",
        "multi_users_select": "selected_users",
        "multi_channels_select": "selected_channels",
        "multi_conversations_select": "selected_conversations",
        "static_select": "selected_option",
        "external_select": "selected_option",
        "radio_buttons": "selected_option",
        "overflow": "selected_option",
    }
    return {"type": kind, names.get(kind, "value"): choice}
