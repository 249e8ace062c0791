"""What people can do in Slack; each of these is on its way at once and written down as a case."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.chaos.cases import Case
from tests.support.slack_server import payloads

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from benchmarks.chaos.hearing import Hearing
    from benchmarks.chaos.questions import Knowledge, Known
    from benchmarks.chaos.town import Workspace
    from benchmarks.chaos.verdict import Wish
    from tests.support.slack_server import Delivery, Message, SlackServer, View

# So long somebody waits for an answer before doing something with it.
PATIENCE = 25.0


@dataclass(frozen=True, slots=True)
class Until:
    """Something to wait for; what comes of it goes to who waits, None when it took too long."""

    found: Callable[[], Any]
    seconds: float = PATIENCE


@dataclass(frozen=True, slots=True)
class Written:
    """A message that Slack has not told the app of yet, and the events that will."""

    message: Message
    events: list[dict[str, Any]]


class People:
    """Acts for everybody in town."""

    def __init__(
        self, slack: SlackServer, town: tuple[Workspace, ...], knowledge: Knowledge, hearing: Hearing, dice: Random
    ) -> None:
        """Begin; the driver gives each story its own ``dice``."""
        self.slack = slack
        self.knowledge = knowledge
        self.dice = dice
        self.cases: list[Case] = []
        self._town = town
        self._hearing = hearing

    # Choices

    def workspace(self) -> Workspace:
        """Choose a workspace."""
        return self.dice.choice(self._town)

    def place(self) -> tuple[Workspace, str, str]:
        """Choose a workspace, a channel and a member."""
        chosen = self.workspace()
        return chosen, self.dice.choice(chosen.channels), self.dice.choice(chosen.members)

    def question(self) -> Known:
        """Choose a question, mostly one that the reports answer."""
        return self.dice.choice(self.knowledge.answerable if self.dice.random() < 0.85 else self.knowledge.declined)

    # Posts

    def write(self, channel: str, user: str, text: str, thread: str | None = None, *, mention: bool = True) -> Written:
        """Post a message of which the app is told later."""
        world = self.slack.world
        post = self.slack.post_user_message(channel, user, text, thread, mention=mention, deliver=False)
        place, message = world.channel(channel), post.message
        events = [payloads.message_event(world, place, message)]
        if place.kind != "im" and f"<@{world.teams[place.team_id].bot_user}>" in message.text:
            events.append(payloads.mention_event(world, place, message))
        return Written(message, events)

    def announce(self, case: Case, written: Written) -> None:
        """Tell the app of a message, in any order."""
        place = self.slack.world.channel(case.channel)
        for event in self.dice.sample(written.events, len(written.events)):
            case.deliveries += filter(None, [self.slack.deliver_event(event, place)])

    def case(
        self, kind: str, wish: Wish, channel: str, user: str, known: Known | None, *, thread: str | None = None
    ) -> Case:
        """Begin a case."""
        team = self.slack.world.channel(channel).team_id
        case = Case(len(self.cases), kind, wish, team, channel, user, time.time(), [known], thread)
        self.cases.append(case)
        return case

    def of_message(self, kind: str, wish: Wish, written: Written, known: Known | None) -> Case:
        """Begin the case of a message; its answer belongs in its thread."""
        message = written.message
        case = self.case(kind, wish, message.channel, str(message.user), known, thread=message.thread)
        case.message = message
        case.marks.add(message.ts)
        return case

    def ask(self, kind: str, known: Known | None = None, *, wish: Wish = "answer", text: str = "") -> Case:
        """Mention the bot in a channel."""
        _, channel, user = self.place()
        known = known or (None if text else self.question())
        written = self.write(channel, user, text or known.text)
        case = self.of_message(kind, wish, written, known)
        self.announce(case, written)
        return case

    def edit(self, case: Case, known: Known | None, text: str) -> None:
        """Edit the message of a case to what asks something known, or nothing."""
        case.changes += self.slack.edit_message(_message(case), text)
        case.texts.append(known)
        case.changed_at = time.time()

    def edit_to(self, case: Case, known: Known) -> None:
        """Edit the message of a case to another question, with the mention."""
        tag = _message(case).text.partition(" ")[0]
        self.edit(case, known, f"{tag} {known.text}" if tag.startswith("<@") else known.text)

    def delete(self, case: Case) -> None:
        """Delete the message of a case."""
        case.changes += self.slack.delete_message(_message(case))
        case.wish = "removal"
        case.changed_at = time.time()

    def again(self, case: Case) -> None:
        """Have Slack bring one of the events of a case once more."""
        case.deliveries.append(self.slack.redeliver(self.dice.choice(case.deliveries)))

    # What only one person sees

    def interact(self, case: Case, delivery: Delivery) -> None:
        """Note a click or a command, and the ids that it has."""
        case.deliveries.append(delivery)
        payload = delivery.payload
        case.marks.add(payload.get("trigger_id", ""))
        link = str(payload.get("response_url") or "").rpartition("/")[2]
        case.links |= {link} - {""}
        case.marks.discard("")

    def click(self, kind: str, wish: Wish, target: Message, action_id: str, user: str, **which: Any) -> Case:
        """Press a button below a message of the bot."""
        case = self.case(kind, wish, target.channel, user, None)
        self.interact(case, self.slack.click(target, action_id, user=user, **which))
        return case

    def search_home(self, kind: str, view: View, known: Known) -> Case:
        """Ask from the Home tab; the answer comes in the direct conversation."""
        with self.slack.world.changed:
            channel = self.slack.world.dm_with(view.user, view.team_id)
        case = self.case(kind, "answer", channel.id, view.user, known)
        self.interact(case, self.slack.click(view, "home_search", value=known.text))
        return case

    # Waiting

    def form_of(self, case: Case) -> Until:
        """Wait for the form that a click opens."""
        return Until(lambda: self._hearing.form_of(case))

    def reply_to(self, case: Case) -> Until:
        """Wait for what the bot says to a case."""
        return Until(lambda: self._hearing.reply_to(case))

    def button(self, case: Case, has: Callable[[Message], bool]) -> Until:
        """Wait for a reply with something to press."""

        def found() -> Message | None:
            reply = self._hearing.reply_to(case)
            return reply if reply is not None and has(reply) else None

        return Until(found)


def _message(case: Case) -> Message:
    if case.message is None:
        raise TypeError(f"case {case.number} has no message")
    return case.message
