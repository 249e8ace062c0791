"""What the bot has said so far, found without looking through everything again."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.chaos.cases import Case
    from tests.support.slack_server import Call, Message, SlackServer, View


class Hearing:
    """Follows the requests of the bot; for one thread."""

    def __init__(self, slack: SlackServer) -> None:
        self._world = slack.world
        self._next = 0
        self._open: list[Call] = []
        self._threads: dict[tuple[str, str], list[Message]] = defaultdict(list)
        self._links: dict[str, list[Message]] = defaultdict(list)
        self._forms: dict[str, View] = {}

    def listen(self) -> None:
        """Take in what came since the last time."""
        calls = self._world.calls[self._next :]
        self._next += len(calls)
        waiting, self._open = [*self._open, *calls], []
        for call in waiting:
            if call.status is None and not call.fault:
                self._open.append(call)
            elif call.made:
                self._note(call)
            elif call.method == "views.open" and call.done and call.response is not None:
                self._forms[call.args["trigger_id"]] = self._world.views[call.response["view"]["id"]]

    def _note(self, call: Call) -> None:
        link = self._world.response_urls.get(call.link)
        channel = (
            link.channel if link is not None else str((call.response or {}).get("channel") or call.args.get("channel"))
        )
        place = self._world.channels.get(channel)
        message = place.messages.get(call.made) if place is not None else None
        if message is None:
            return
        if call.link:
            self._links[call.link].append(message)
        if message.thread_ts is not None:
            self._threads[channel, message.thread_ts].append(message)

    def form_of(self, case: Case) -> View | None:
        """Return the form that a click opened."""
        return next((self._forms[mark] for mark in case.marks if mark in self._forms), None)

    def reply_to(self, case: Case) -> Message | None:
        """Return the first message of the bot for a case that still stands."""
        said = [message for link in case.links for message in self._links[link]]
        if case.thread is not None and not case.links:
            said += self._threads[case.channel, case.thread]
        after = [message for message in said if float(message.ts) >= case.at and not message.deleted]
        return after[0] if after else None
