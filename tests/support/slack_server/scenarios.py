"""What people do in Slack, as calls from a test."""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.patience import PATIENCE

from . import payloads
from .choices import filled, pick
from .delivery import Delivery, Kind, Tamper, Transport
from .state import CHANNEL, USER, Channel, Message, View, World

if TYPE_CHECKING:
    from .delivery import Courier
    from .state import Json


@dataclass(frozen=True, slots=True)
class Post:
    """A message somebody posted, and the events Slack made of it."""

    message: Message
    deliveries: list[Delivery]

    @property
    def channel(self) -> str:
        """Return the channel's id."""
        return self.message.channel

    @property
    def ts(self) -> str:
        """Return the message's ts."""
        return self.message.ts

    @property
    def thread(self) -> str:
        """Return the ts of the thread that answers belong in."""
        return self.message.thread

    def wait(self, timeout: float = PATIENCE) -> Post:
        """Wait until all its events are acknowledged or given up."""
        for delivery in self.deliveries:
            delivery.wait(timeout)
        return self


class Scenarios:
    """The actions of people; each returns at once, what it delivers is on its way."""

    world: World
    transport: Transport
    _courier: Courier
    _tamper: list[Tamper]

    def post_user_message(
        self,
        channel: str = CHANNEL,
        user: str = USER,
        text: str = "",
        thread_ts: str | None = None,
        *,
        team: str | None = None,
        mention: bool = True,
        subtype: str | None = None,
        forwarded: Message | None = None,
        extra: Json | None = None,
        deliver: bool | None = None,
    ) -> Post:
        """Post as a person; with `mention` the text begins with the bot's name, unless it is in it.

        With `forwarded` the post is what somebody writes when they forward that message.

        The text is as events carry it: `&lt;` for `<`, `<https://…>` for links. A user or `team` from
        elsewhere makes it a post over Slack Connect. `deliver=True` brings the events even to a bot
        that is no member.
        """
        world = self.world
        with world.changed:
            place, person = world.channel(channel), world.users[user]
            tag = f"<@{world.teams[place.team_id].bot_user}>"
            if mention and place.kind != "im" and tag not in text:
                text = f"{tag} {text}"
            message = Message(channel, world.next_ts(), team or person.team_id, text, user=user)
            message.thread_ts = thread_ts
            message.subtype = subtype
            message.blocks = [payloads.rich_text(text, world.new_id("b"))]
            message.attachments = [payloads.shared_message(world, forwarded)] if forwarded is not None else []
            message.extra = {"client_msg_id": str(uuid.uuid4()), **(extra or {})}
            place.messages[message.ts] = message
            return Post(message, self._announce(place, message, mentioned=tag in text, deliver=deliver))

    def direct_message(self, text: str, user: str = USER, thread_ts: str | None = None, **more: Any) -> Post:
        """Write to the bot in its direct conversation; opened in the user's workspace when new."""
        with self.world.changed:
            channel = self.world.dm_with(user, self.world.users[user].team_id)
        return self.post_user_message(channel.id, user, text, thread_ts, mention=False, **more)

    def bot_message(
        self,
        channel: str = CHANNEL,
        text: str = "",
        thread_ts: str | None = None,
        *,
        bot_id: str = "B0OTHER",
        user: str | None = "U0OTHERBOT",
        mention: bool = False,
    ) -> Post:
        """Post as another bot; without a user it is the classic `bot_message` subtype."""
        world = self.world
        with world.changed:
            place = world.channel(channel)
            tag = f"<@{world.teams[place.team_id].bot_user}>"
            if mention and tag not in text:
                text = f"{tag} {text}"
            message = Message(channel, world.next_ts(), place.team_id, text, user=user, bot_id=bot_id)
            message.thread_ts = thread_ts
            message.subtype = None if user else "bot_message"
            place.messages[message.ts] = message
            return Post(message, self._announce(place, message, mentioned=tag in text))

    def edit_message(self, message: Message, text: str) -> list[Delivery]:
        """Edit a person's message: message_changed, and app_mention if the edit added the mention."""
        world = self.world
        with world.changed:
            place = world.channel(message.channel)
            previous = payloads.message_json(world, message)
            message.revisions.append(previous)
            message.text = text
            message.blocks = [payloads.rich_text(text, world.new_id("b"))]
            ts = world.next_ts()
            message.edited = {"user": message.user, "ts": ts}
            shown = payloads.message_json(world, message)
            sent = [self.deliver_event(payloads.changed_event(place, shown, previous, ts), place)]
            tag = f"<@{world.teams[place.team_id].bot_user}>"
            if tag in text and tag not in previous["text"] and place.kind != "im":
                sent.append(self.deliver_event(payloads.mention_event(world, place, message, ts), place))
            return [delivery for delivery in sent if delivery is not None]

    def delete_message(self, message: Message) -> list[Delivery]:
        """Delete a message: message_deleted, or a tombstone when it has replies."""
        world = self.world
        with world.changed:
            place = world.channel(message.channel)
            previous = copy.deepcopy(payloads.message_json(world, message))
            ts = world.next_ts()
            if world.replies(place, message.ts):
                message.subtype, message.text, message.blocks = "tombstone", "This message was deleted.", []
                message.user = "USLACKBOT"
                shown = payloads.message_json(world, message)
                event = payloads.changed_event(place, shown, previous, ts)
            else:
                message.deleted = True
                event = payloads.deleted_event(place, previous, ts)
            delivery = self.deliver_event(event, place)
            return [delivery] if delivery else []

    def open_app_home(self, tab: str = "home", user: str = USER) -> Delivery | None:
        """Open the app's Home or Messages tab."""
        world = self.world
        with world.changed:
            team_id = world.users[user].team_id
            place = world.dm_with(user, team_id)
            event: Json = {"type": "app_home_opened", "user": user, "channel": place.id, "tab": tab}
            event["event_ts"] = world.next_ts()
            home = world.homes.get((team_id, user))
            if home is not None and tab == "home":
                event["view"] = payloads.view_json(world, home)
            return self.deliver_event(event, place)

    def slash_command(self, command: str, text: str = "", channel: str = CHANNEL, user: str = USER) -> Delivery:
        """Use a slash command; the channel need not have the bot in it."""
        world = self.world
        with world.changed:
            place, person = world.channel(channel), world.users[user]
            team = world.teams[place.team_id]
            fields = payloads.command(world, team, person, place, (command, text))
        return self.deliver("slash_commands", fields)

    def message_shortcut(self, message: Message, callback_id: str, user: str = USER) -> Delivery:
        """Use a shortcut from a message's menu."""
        world = self.world
        with world.changed:
            place = world.channel(message.channel)
            body = payloads.interaction(world, world.teams[place.team_id], world.users[user], "message_action")
            link = world.new_response_url(place.team_id, place.id, user, message.ts, message.thread_ts)
            body |= {
                "callback_id": callback_id,
                "action_ts": world.next_ts(),
                "message_ts": message.ts,
                "message": payloads.message_json(world, message),
                "channel": payloads.channel_json(place),
                "response_url": payloads.response_link(world, link),
            }
        return self.deliver("interactive", body)

    def global_shortcut(self, callback_id: str, user: str = USER) -> Delivery:
        """Use a shortcut from the search or the lightning menu."""
        world = self.world
        with world.changed:
            person = world.users[user]
            body = payloads.interaction(world, world.teams[person.team_id], person, "shortcut")
            body |= {"callback_id": callback_id, "action_ts": world.next_ts()}
        return self.deliver("interactive", body)

    def click(
        self,
        target: Message | View,
        action_id: str | None = None,
        *,
        text: str | None = None,
        value: str | None = None,
        index: int | None = None,
        user: str | None = None,
    ) -> Delivery:
        """Press or pick the one element that fits the action id, the label, or the value."""
        world = self.world
        with world.changed:
            is_view = isinstance(target, View)
            blocks = target.data["blocks"] if isinstance(target, View) else target.blocks
            chosen = pick(blocks, action_id, text, value, index)
            owner = target.user if isinstance(target, View) else target.ephemeral_to
            person = world.users[user or owner or USER]
            team_id = target.team_id if isinstance(target, View) else world.channel(target.channel).team_id
            body = payloads.interaction(world, world.teams[team_id], person, "block_actions")
            if isinstance(target, View):
                body["container"] = {"type": "view", "view_id": target.id}
                body["view"] = payloads.view_json(world, target)
            else:
                link = world.new_response_url(team_id, target.channel, person.id, target.ts, target.thread_ts)
                body |= payloads.on_message(world, target, link)
            sends = value if chosen.sends is None else chosen.sends
            ts = world.next_ts()
            body["actions"] = [payloads.action_json(chosen.element, chosen.block_id, sends, ts)]
            if is_view:
                body.pop("response_url", None)
        return self.deliver("interactive", body)

    def submit_view(self, view: View, values: Json | None = None) -> Delivery:
        """Fill in a modal (`values` by action_id) and submit it."""
        return self._leave_view(view, "view_submission", values or {})

    def close_view(self, view: View) -> Delivery | None:
        """Close a modal; the app hears of it only if it asked to."""
        if view.data.get("notify_on_close"):
            return self._leave_view(view, "view_closed", None)
        with self.world.changed:
            view.is_open = False
        return None

    def _leave_view(self, view: View, kind: str, values: Json | None) -> Delivery:
        world = self.world
        with world.changed:
            body = payloads.interaction(world, world.teams[view.team_id], world.users[view.user], kind)
            state = filled(view.data["blocks"], values) if values is not None else {}
            body["view"] = payloads.view_json(world, view, state)
            if kind == "view_closed":
                body["is_cleared"] = False
                del body["trigger_id"]
            else:
                body["response_urls"] = []
        return self.deliver("interactive", body)

    def _announce(
        self, place: Channel, message: Message, *, mentioned: bool, deliver: bool | None = None
    ) -> list[Delivery]:
        """Deliver the events of a post: for a mention in a channel both app_mention and message."""
        events = {"message": payloads.message_event(self.world, place, message)}
        if mentioned and place.kind != "im":
            events["app_mention"] = payloads.mention_event(self.world, place, message)
        order = [events[name] for name in self.world.settings.pair_order if name in events]
        sent = [self.deliver_event(event, place, deliver=deliver) for event in order]
        return [delivery for delivery in sent if delivery is not None]

    def echo(self, event: Json, place: Channel) -> None:
        """Deliver an event about the app's own doing."""
        self.deliver_event(event, place, tamper=None)

    def deliver_event(
        self, event: Json, place: Channel, *, deliver: bool | None = None, **more: Any
    ) -> Delivery | None:
        """Deliver an event of a channel, if the app is subscribed to it and in the channel."""
        world = self.world
        name = event["type"]
        if name == "message":
            name = f"message.{payloads.PLURAL[place.kind]}"
        teams = [world.teams[t] for t in (place.team_id, *sorted(place.shared_with)) if t in world.teams]
        team = next((team for team in teams if team.installed), None)
        wanted = place.is_member if deliver is None else deliver
        if team is None or not wanted or name not in world.settings.subscriptions:
            return None
        with world.changed:
            message = event.get("message", event)
            abroad = message.get("user_team") or message.get("team") or team.id
            external = bool(place.shared_with) or abroad != team.id
            body = payloads.callback(world, team, copy.deepcopy(event), is_ext_shared=external)
        return self.deliver("events_api", body, **more)

    def uninstall(
        self, team_id: str, *, told: tuple[str, ...] = ("app_uninstalled", "tokens_revoked")
    ) -> list[Delivery]:
        """Take the app off a workspace, or off its whole organisation; the app is told by events without a place."""
        world = self.world
        with world.changed:
            team = world.teams[team_id]
            for one in world.teams.values():
                one.installed = one.installed and one.bot_token != team.bot_token
            tokens: Json = {"tokens_revoked": {"tokens": {"oauth": [], "bot": [team.bot_user]}}}
            events = [{"type": name, **tokens.get(name, {}), "event_ts": world.next_ts()} for name in told]
            bodies = [payloads.callback(world, team, event) for event in events]
        return [self.deliver("events_api", body) for body in bodies]

    def redeliver(self, delivery: Delivery, retry_num: int = 1, reason: str = "timeout") -> Delivery:
        """Bring the same payload once more, with the same event_id."""
        return self.deliver(delivery.kind, delivery.payload, retry_num=retry_num, retry_reason=reason)

    def deliver(self, kind: Kind, payload: Json, **more: Any) -> Delivery:
        """Bring any payload to the app over the transport in use."""
        transport: Transport = "http" if kind == "url_verification" else self.transport
        if self._tamper and transport == "http" and "tamper" not in more:
            more["tamper"] = self._tamper.pop(0)
        return self._courier.submit(Delivery(self.world, kind, payload, transport, **more))
