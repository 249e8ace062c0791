"""Events: mentions, direct messages, follow-ups, edits, deletions, and the tabs of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.slack.incoming import addressed, threads
from bot.slack.incoming.payloads import Change, from_message, message_key
from bot.slack.incoming.pointing import question_in
from bot.slack.views.home import home_view, refused_view, suggested_prompts

if TYPE_CHECKING:
    from slack_bolt import App, BoltContext

    from bot.slack.work.bot import SlackBot

    Json = dict[str, Any]


def register(app: App, bot: SlackBot) -> None:
    """Listen to the events that the manifest subscribes to."""

    @app.event("app_mention")
    def on_mention(body: Json, event: Json, context: BoltContext) -> None:
        _on_post(bot, body, event, context)

    @app.event("message")
    def on_message(body: Json, event: Json, context: BoltContext) -> None:
        subtype = event.get("subtype")
        if subtype == "message_changed":
            _on_change(bot, body, event, context)
        elif subtype == "message_deleted":
            _on_deletion(bot, event, context)
        else:
            _on_post(bot, body, event, context)

    @app.event("app_home_opened")
    def on_opening(body: Json, event: Json, context: BoltContext) -> None:
        if bot.records.seen_event(body["event_id"]):
            _on_tab(bot, event, _team(context))


def _on_post(bot: SlackBot, body: Json, event: Json, context: BoltContext) -> None:
    """Ask what a post asks; a mention comes as two events, whose questions have the same key."""
    surface = _surface(bot, event, context) if threads.from_person(event) else None
    if surface is not None:
        bot.ask(from_message(body, event, surface, _team(context), context.bot_user_id))


def _surface(bot: SlackBot, event: Json, context: BoltContext) -> str | None:
    """Return how a post reached the bot, or None when it is not meant for it."""
    text = event.get("text") or ""
    tagged = threads.tags(text)
    # Of edits, not every event names the type; direct conversations have ids of their own.
    if event.get("channel_type") == "im" or event["channel"].startswith("D"):
        return "dm"
    if event.get("type") == "app_mention" or context.bot_user_id in tagged:
        return "mention"
    thread = event.get("thread_ts")
    if thread is None or tagged or addressed.read(text) is None:
        return None
    return "follow_up" if bot.records.in_thread(_team(context), event["channel"], thread) else None


def _on_change(bot: SlackBot, body: Json, event: Json, context: BoltContext) -> None:
    """Answer an edited question anew; a deleted message with replies also comes as a change."""
    message = {**event["message"], "channel": event["channel"], "channel_type": event.get("channel_type")}
    if message.get("subtype") == "tombstone":
        _on_deletion(bot, event, context)
    elif threads.from_person(message):
        _on_edit(bot, body, event, message, context)


def _on_edit(bot: SlackBot, body: Json, event: Json, message: Json, context: BoltContext) -> None:
    """Ask what is a question since the edit, and take an answer away whose question is none any more.

    What mentions the bot since the edit is a new question, also for Slack, which sends a mention for it; whichever
    comes first asks it. What mentioned the bot and no longer does is left alone, as if it had been deleted.
    """
    before, now = (_mentions_bot(one, context) for one in (event.get("previous_message") or {}, message))
    known = bot.records.received(message_key(_team(context), message["channel"], message["ts"]))
    if known is None and now and not before:
        _on_post(bot, body, message, context)
    else:
        surface = _surface(bot, message, context)
        if surface == "follow_up" and (before or (known is not None and known.surface == "mention")):
            surface = None
        text = question_in(message, context.bot_user_id) if surface is not None else None
        bot.change(_team(context), event["channel"], message["ts"], Change(text, event["event_ts"]))


def _mentions_bot(message: Json, context: BoltContext) -> bool:
    return context.bot_user_id in threads.tags(message.get("text") or "")


def _on_deletion(bot: SlackBot, event: Json, context: BoltContext) -> None:
    ts = event.get("deleted_ts") or event["previous_message"]["ts"]
    bot.change(_team(context), event["channel"], ts, Change(None, event["event_ts"]))


def _on_tab(bot: SlackBot, event: Json, team: str) -> None:
    """Fill the tab that somebody opened, in their language."""
    user, channel = event["user"], event["channel"]

    def fill() -> None:
        lang, refusal = bot.people.language(team, user), bot.people.refusal(team, user, None)
        client = bot.clients.for_team(team)
        if event.get("tab") == "home":
            writer = bot.settings.writer_for(team)
            view = home_view(bot.answerer.overview(), lang, writer) if refusal is None else refused_view(refusal, lang)
            # The conversation, so that a question asked here is answered there.
            client.views_publish(user_id=user, view={**view, "private_metadata": channel})
        elif refusal is None and (prompts := suggested_prompts(bot.answerer.overview(), lang)):
            # Naming a thread would make this fail without a word in an app with agent_view.
            client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=prompts)

    bot.soon(fill)


def _team(context: BoltContext) -> str:
    return context.team_id or ""
