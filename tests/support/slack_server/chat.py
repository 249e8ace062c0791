"""The chat.* methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .blocks import MARKDOWN_LIMIT, check_message
from .payloads import changed_event, deleted_event, message_event, message_json
from .registry import Method, Request, SlackError
from .state import TS_FORMAT, Message, Stream

if TYPE_CHECKING:
    from .state import Channel, Json

TEXT_LIMIT = 40_000
UPDATE_TEXT_LIMIT = 4_000


def read_content(args: Json) -> Json:
    """Check the text, blocks and attachments of a message and return them."""
    content: Json = {"text": str(args.get("text") or "")[:TEXT_LIMIT]}
    blocks = args.get("blocks")
    if args.get("markdown_text"):
        if content["text"] or blocks:
            raise SlackError("markdown_text_conflict")
        if len(args["markdown_text"]) > MARKDOWN_LIMIT:
            raise SlackError("msg_too_long")
        blocks = [{"type": "markdown", "text": args["markdown_text"]}]
    if blocks is not None:
        check_message(blocks)
        content["blocks"] = blocks
    if args.get("attachments") is not None:
        content["attachments"] = args["attachments"]
        for index, attachment in enumerate(args["attachments"]):
            if attachment.get("blocks") is not None:
                check_message(attachment["blocks"], f"/attachments/{index}/blocks")
    if not content["text"].strip() and not blocks and not content.get("attachments"):
        raise SlackError("no_text")
    return content


def new_message(request: Request, channel: Channel, content: Json, thread_ts: str) -> Message:
    """Make a message of the bot, in the thread Slack would put it."""
    world, team = request.world, request.team
    message = Message(channel.id, world.next_ts(), team.id, user=team.bot_user, bot_id=team.bot_id)
    message.text = content["text"]
    message.blocks = world.with_block_ids(content.get("blocks") or [])
    message.attachments = content.get("attachments") or []
    message.metadata = request.args.get("metadata")
    if thread_ts:
        message.thread_ts = _thread(request, channel, thread_ts)
    return message


def _thread(request: Request, channel: Channel, thread_ts: str) -> str | None:
    if not TS_FORMAT.fullmatch(thread_ts):
        raise SlackError("invalid_thread_ts")
    parent = request.world.parent(channel, thread_ts)
    if parent is not None:
        return parent.ts
    if request.world.settings.missing_parent == "thread_not_found":
        raise SlackError("thread_not_found")
    return None


def publish(request: Request, channel: Channel, message: Message) -> None:
    """Put a message of the bot where people see it."""
    world = request.world
    channel.messages[message.ts] = message
    for place in ((channel.id, message.thread), (channel.id, message.ts)):
        if world.statuses.get(place):
            # Slack takes the status away as soon as the app posts.
            world.statuses[place].append({"status": "", "time": world.now(), "by": "post"})
    world.emit(message_event(world, channel, message), channel)


def post_message(request: Request) -> Json:
    """chat.postMessage."""
    channel = request.channel()
    message = new_message(request, channel, read_content(request.args), request.text("thread_ts"))
    if request.flag("reply_broadcast") and message.thread_ts:
        message.subtype = "thread_broadcast"
    publish(request, channel, message)
    shown = message_json(request.world, message)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": shown}


def post_ephemeral(request: Request) -> Json:
    """chat.postEphemeral."""
    channel = request.channel()
    user = request.world.users.get(request.need("user"))
    if user is None or (channel.kind == "im" and channel.user != user.id):
        raise SlackError("user_not_in_channel")
    message = new_message(request, channel, read_content(request.args), request.text("thread_ts"))
    message.ephemeral_to = user.id
    channel.messages[message.ts] = message
    return {"ok": True, "message_ts": message.ts}


def own_message(request: Request, channel: Channel, refusal: str) -> Message:
    """Return the message of the bot that `ts` names; ephemeral ones cannot be named."""
    message = channel.messages.get(request.need("ts"))
    if message is None or message.deleted or message.ephemeral_to:
        raise SlackError("message_not_found")
    if message.bot_id != request.team.bot_id:
        raise SlackError(refusal)
    return message


def update(request: Request) -> Json:
    """chat.update; blocks that are not given stay."""
    world, channel = request.world, request.channel()
    message = own_message(request, channel, "cant_update_message")
    if message.stream is not None and streaming(request, message):
        raise SlackError("streaming_state_conflict")
    if len(request.text("text")) > UPDATE_TEXT_LIMIT:
        raise SlackError("msg_too_long")
    content = read_content(request.args)
    previous = message_json(world, message)
    message.revisions.append(previous)
    message.text = content["text"]
    if "blocks" in content:
        message.blocks = world.with_block_ids(content["blocks"])
    if "attachments" in content:
        message.attachments = content["attachments"]
    ts = world.next_ts()
    message.edited = {"user": request.team.bot_user, "ts": ts}
    shown = message_json(world, message)
    world.emit(changed_event(channel, shown, previous, ts), channel)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(request: Request) -> Json:
    """chat.delete."""
    world, channel = request.world, request.channel()
    message = own_message(request, channel, "cant_delete_message")
    if message.stream is not None and streaming(request, message):
        raise SlackError("cant_delete_message")
    message.deleted = True
    world.emit(deleted_event(channel, message_json(world, message), world.next_ts()), channel)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def permalink(request: Request) -> Json:
    """chat.getPermalink."""
    channel = request.channel(member=False)
    message = channel.messages.get(request.need("message_ts"))
    if message is None or message.deleted:
        raise SlackError("message_not_found")
    domain = request.world.teams[channel.team_id].domain
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": link}


def streaming(request: Request, message: Message) -> bool:
    """Return whether a stream is still open; Slack ends those that are old or idle."""
    stream, settings, now = message.stream, request.world.settings, request.world.now()
    if stream is None or stream.stopped:
        return False
    expired = now - stream.started > settings.stream_lifetime or now - stream.touched > settings.stream_idle
    stream.stopped = expired
    return not expired


def _chunks(request: Request) -> list[Json]:
    """Check what is added to a stream and return it as chunks."""
    chunks: Any = request.args.get("chunks") or []
    text = request.text("markdown_text")
    if chunks and text:
        raise SlackError("invalid_arguments", ["`markdown_text` and `chunks` cannot be used together"])
    if text:
        chunks = [{"type": "markdown_text", "text": text}]
    for index, chunk in enumerate(chunks):
        kind = chunk.get("type") if isinstance(chunk, dict) else None
        if kind not in {"markdown_text", "task_update", "plan_update", "blocks"}:
            raise SlackError("invalid_chunks", [f"unsupported type: {kind} [json-pointer:/chunks/{index}/type]"])
        if kind == "blocks":
            check_message(chunk.get("blocks"), f"/chunks/{index}/blocks")
    if sum(len(c["text"]) for c in chunks if c["type"] == "markdown_text") > MARKDOWN_LIMIT:
        raise SlackError("msg_too_long")
    return list(chunks)


def _grow(request: Request, message: Message, chunks: list[Json]) -> None:
    stream = message.stream
    if stream is None:
        raise SlackError("message_not_in_streaming_state")
    stream.chunks.extend(chunks)
    stream.touched = request.world.now()
    message.text += "".join(chunk["text"] for chunk in chunks if chunk["type"] == "markdown_text")
    for chunk in chunks:
        if chunk["type"] == "blocks":
            message.blocks.extend(request.world.with_block_ids(chunk["blocks"]))


def start_stream(request: Request) -> Json:
    """chat.startStream; a stream is always a reply."""
    channel, thread_ts = request.channel(), request.need("thread_ts")
    if channel.kind != "im":
        for name in ("recipient_team_id", "recipient_user_id"):
            if not request.text(name):
                raise SlackError(f"missing_{name}")
    chunks = _chunks(request)
    message = new_message(request, channel, {"text": ""}, thread_ts)
    now = request.world.now()
    message.stream = Stream(now, now)
    _grow(request, message, chunks)
    publish(request, channel, message)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def _open_stream(request: Request) -> tuple[Channel, Message]:
    channel = request.channel()
    message = own_message(request, channel, "message_not_owned_by_app")
    if not streaming(request, message):
        raise SlackError("message_not_in_streaming_state")
    return channel, message


def append_stream(request: Request) -> Json:
    """chat.appendStream."""
    channel, message = _open_stream(request)
    _grow(request, message, _chunks(request))
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def stop_stream(request: Request) -> Json:
    """chat.stopStream."""
    world = request.world
    channel, message = _open_stream(request)
    chunks = _chunks(request)
    blocks = request.args.get("blocks")
    if blocks is not None:
        check_message(blocks)
    previous = message_json(world, message)
    _grow(request, message, chunks)
    message.blocks.extend(world.with_block_ids(blocks or []))
    message.metadata = request.args.get("metadata")
    if message.stream is not None:
        message.stream.stopped = True
    shown = message_json(world, message)
    world.emit(changed_event(channel, shown, previous, world.next_ts()), channel)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": shown}


METHODS = {
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write"),
    "chat.update": Method(update, "chat:write"),
    "chat.delete": Method(delete, "chat:write"),
    "chat.getPermalink": Method(permalink),
    "chat.startStream": Method(start_stream, "chat:write"),
    "chat.appendStream": Method(append_stream, "chat:write"),
    "chat.stopStream": Method(stop_stream, "chat:write"),
}
