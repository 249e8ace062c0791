"""Methods about conversations, users, reactions, statuses and suggested prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .payloads import PLURAL, full_channel_json, message_json, user_json
from .registry import Method, Request, SlackError

if TYPE_CHECKING:
    from .state import Channel, Json, Message


def _history_scope(request: Request, channel: Channel) -> None:
    scopes = request.world.settings.scopes
    needed = f"{PLURAL[channel.kind]}:history"
    if scopes is not None and needed not in scopes:
        raise SlackError("missing_scope", needed=needed, provided=",".join(sorted(scopes)))


def _page(request: Request, messages: list[Message], default: int) -> Json:
    oldest, latest = request.text("oldest") or "0", request.text("latest") or "9"
    if request.flag("inclusive"):
        messages = [m for m in messages if oldest <= m.ts <= latest]
    else:
        messages = [m for m in messages if oldest < m.ts < latest]
    start = int(request.text("cursor") or 0)
    end = start + int(request.text("limit") or default)
    shown = [_in_history(request, message) for message in messages[start:end]]
    more = end < len(messages)
    cursor = {"response_metadata": {"next_cursor": str(end)}} if more else {}
    return {"ok": True, "messages": shown, "has_more": more, **cursor}


def _in_history(request: Request, message: Message) -> Json:
    channel = request.world.channels[message.channel]
    body = message_json(request.world, message)
    replies = request.world.replies(channel, message.ts)
    if replies:
        people = sorted({reply.user or reply.bot_id or "" for reply in replies})
        body |= {"thread_ts": message.ts, "reply_count": len(replies), "reply_users": people}
        body["latest_reply"] = replies[-1].ts
    return body


def replies(request: Request) -> Json:
    """conversations.replies."""
    channel = request.channel()
    _history_scope(request, channel)
    parent = request.world.parent(channel, request.need("ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    return _page(request, [parent, *request.world.replies(channel, parent.ts)], 1000)


def history(request: Request) -> Json:
    """conversations.history."""
    channel = request.channel()
    _history_scope(request, channel)
    top = [
        message
        for message in reversed(channel.messages.values())
        if not message.deleted
        and not message.ephemeral_to
        and (message.thread_ts in {None, message.ts} or message.subtype == "thread_broadcast")
    ]
    return _page(request, top, 100)


def info(request: Request) -> Json:
    """conversations.info; a public channel is visible from outside."""
    return {"ok": True, "channel": full_channel_json(request.channel(member=False))}


def users_info(request: Request) -> Json:
    """users.info."""
    user = request.world.users.get(request.need("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"ok": True, "user": user_json(request.world, user, request.team)}


def set_status(request: Request) -> Json:
    """assistant.threads.setStatus."""
    channel, thread_ts = request.channel("channel_id"), request.need("thread_ts")
    if "status" not in request.args:
        raise SlackError("invalid_arguments", ["missing required field: status [json-pointer:/status]"])
    messages = request.args.get("loading_messages") or []
    if len(messages) > 10:
        raise SlackError("invalid_arguments", ["no more than 10 items allowed [json-pointer:/loading_messages]"])
    entry = {"status": request.text("status"), "loading_messages": messages, "time": request.world.now()}
    request.world.statuses.setdefault((channel.id, thread_ts), []).append(entry)
    return {"ok": True}


def set_prompts(request: Request) -> Json:
    """assistant.threads.setSuggestedPrompts."""
    channel = request.channel("channel_id")
    prompts = request.args.get("prompts")
    if not isinstance(prompts, list) or not 0 < len(prompts) <= 4:
        raise SlackError("invalid_arguments", ["no more than 4 items allowed [json-pointer:/prompts]"])
    if not all(isinstance(p, dict) and p.get("title") and p.get("message") for p in prompts):
        raise SlackError("invalid_arguments", ["missing required field: message [json-pointer:/prompts/0]"])
    if request.text("thread_ts") and request.world.settings.agent_view:
        # An agent_view app that names a thread gets ok and nothing happens.
        return {"ok": True}
    request.world.prompts[channel.id] = {"title": request.text("title"), "prompts": prompts}
    return {"ok": True}


def set_title(request: Request) -> Json:
    """assistant.threads.setTitle."""
    channel = request.channel("channel_id")
    request.world.titles[channel.id, request.need("thread_ts")] = request.need("title")
    return {"ok": True}


def _reacted(request: Request) -> tuple[Message, str]:
    message = request.channel().messages.get(request.need("timestamp"))
    if message is None or message.deleted:
        raise SlackError("message_not_found")
    return message, request.need("name").strip(":")


def add_reaction(request: Request) -> Json:
    """reactions.add."""
    message, name = _reacted(request)
    users = message.reactions.setdefault(name, [])
    if request.team.bot_user in users:
        raise SlackError("already_reacted")
    users.append(request.team.bot_user)
    return {"ok": True}


def remove_reaction(request: Request) -> Json:
    """reactions.remove."""
    message, name = _reacted(request)
    if request.team.bot_user not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    message.reactions[name].remove(request.team.bot_user)
    if not message.reactions[name]:
        del message.reactions[name]
    return {"ok": True}


METHODS = {
    "conversations.replies": Method(replies),
    "conversations.history": Method(history),
    "conversations.info": Method(info, "channels:read"),
    "users.info": Method(users_info, "users:read"),
    "assistant.threads.setStatus": Method(set_status, "chat:write"),
    "assistant.threads.setSuggestedPrompts": Method(set_prompts, "assistant:write"),
    "assistant.threads.setTitle": Method(set_title, "assistant:write"),
    "reactions.add": Method(add_reaction, "reactions:write"),
    "reactions.remove": Method(remove_reaction, "reactions:write"),
}
