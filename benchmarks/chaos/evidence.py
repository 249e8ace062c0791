"""What the bot said to whom: every message of it that stands in the end, put to the case that it belongs to."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from benchmarks.chaos.reading import REFERENCE, read
from benchmarks.chaos.verdict import Said, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.chaos.cases import Case
    from benchmarks.chaos.journal import Journal
    from tests.support.slack_server import Call, Message, SlackServer

# The ts of a message, or the trigger of a click.
MARK = re.compile(r"[0-9A-F]{10,}\.[0-9A-F]{6,}")
POSTING = frozenset({"chat.postMessage", "chat.postEphemeral", "response_url"})


class Evidence:
    """The messages of the bot by case; ``strays`` are those that belong to none.

    A message belongs to the case whose mark it carries in its metadata or its buttons, or whose link it came through;
    an apology to the question that the log names under its number; any other to the case in its thread, or of the
    person who sees it, that it fits best.
    """

    def __init__(
        self, slack: SlackServer, cases: Iterable[Case], plain: frozenset[str], references: dict[str, str]
    ) -> None:
        self.strays: list[tuple[Message, Said]] = []
        self._slack = slack
        self._plain = plain
        self._references = references
        self._said: dict[int, list[Said]] = defaultdict(list)
        self._marked: dict[str, Case] = {}
        self._linked: dict[str, Case] = {}
        self._in_thread: dict[tuple[str, str | None], list[Case]] = defaultdict(list)
        self._of_user: dict[tuple[str, str], list[Case]] = defaultdict(list)
        for case in cases:
            self._marked.update(dict.fromkeys(case.marks, case))
            self._linked.update(dict.fromkeys(case.links, case))
            self._in_thread[case.channel, case.thread].append(case)
            self._of_user[case.team, case.user].append(case)
        self._read_all()

    def said(self, case: Case) -> tuple[Said, ...]:
        """Return what the bot said to a case, oldest first."""
        return tuple(sorted(self._said[case.number], key=lambda said: said.at))

    def _read_all(self) -> None:
        made: dict[str, Call] = {}
        for call in self._slack.calls:
            if call.made and call.method in POSTING:
                made.setdefault(call.made, call)
        links = {call.made: call.link for call in made.values() if call.link}
        open_ones = []
        for message in self._messages():
            case = self._by_mark(message) or self._linked.get(links.get(message.ts, ""))
            said = self._as_said(message, made.get(message.ts))
            if case is None:
                open_ones.append((message, said))
            else:
                self._said[case.number].append(said)
        # Those that say less of themselves belong where something is missing.
        for message, said in open_ones:
            case = self._by_place(message, said)
            if case is None:
                self.strays.append((message, said))
            else:
                self._said[case.number].append(said)
        self._views()

    def _messages(self) -> Iterator[Message]:
        bots = {team.bot_id for team in self._slack.world.teams.values()}
        with self._slack.world.changed:
            channels = list(self._slack.world.channels.values())
            found = [message for channel in channels for message in channel.messages.values()]
        return (message for message in found if message.bot_id in bots and not message.deleted)

    def _as_said(self, message: Message, call: Call | None) -> Said:
        reading = read(message.text, message.blocks, self._plain)
        public = message.ephemeral_to is None
        heard = call is None or call.heard
        return Said(message.ts, float(message.ts), reading.kind, reading.shown, reading.lang, public, heard)

    def _by_mark(self, message: Message) -> Case | None:
        carried = json.dumps([message.metadata, message.blocks], ensure_ascii=False)
        reference = REFERENCE.search(message.text)
        if reference is not None:
            carried += self._references.get(reference[0], "")
        return next((self._marked[mark] for mark in MARK.findall(carried) if mark in self._marked), None)

    def _by_place(self, message: Message, said: Said) -> Case | None:
        place = self._slack.world.channels[message.channel]
        person = message.ephemeral_to or (place.user if place.kind == "im" else None)
        near = self._in_thread[place.id, message.thread_ts] if message.thread_ts is not None else []
        if person is not None:
            near = [case for case in near if case.user == person] or self._of_user[place.team_id, person]
        elif message.thread_ts is None:
            near = [case for case in self._in_thread[place.id, None] if case.wish == "share"]
        before = [case for case in near if case.at <= said.at]
        return max(before, key=lambda case: self._fit(case, said), default=None)

    def _fit(self, case: Case, said: Said) -> tuple[bool, bool, bool, float]:
        """Say how well a message fits a case: by what it shows, by who waits for something, by time."""
        shown = any(text is not None and said.shown in text.right for text in case.texts)
        return shown, case.wish != "silence", not self._said[case.number], case.at

    def _views(self) -> None:
        """Take in the forms that opened and the Home tabs that were filled."""
        pages = defaultdict(list)
        for call in self._slack.calls:
            if call.method == "views.open" and call.done:
                self._note_view(self._marked.get(call.args["trigger_id"]), Said("", call.time, "form", public=False))
            elif call.method == "views.publish" and call.done:
                pages[call.args["user_id"]].append(call.time)
        for case in self._marked_pages():
            if any(time >= case.at for time in pages[case.user]):
                self._note_view(case, Said("", case.at, "page", public=False))

    def _marked_pages(self) -> Iterator[Case]:
        return (case for cases in self._of_user.values() for case in cases if case.wish == "page")

    def _note_view(self, case: Case | None, said: Said) -> None:
        if case is not None:
            self._said[case.number].append(said)


def transcript_of(case: Case, said: tuple[Said, ...], journal: Journal) -> Transcript:
    """Return everything that a case is judged by."""
    asked = [text for text in case.texts if text is not None]
    last = asked[-1] if asked and case.wish != "reply" else None
    ends = max((one.at for one in said), default=case.at)
    return Transcript(
        wish=case.wish,
        said=said,
        acknowledged=case.acknowledged,
        change_acknowledged=case.change_acknowledged,
        right=last.right if last is not None else frozenset(),
        earlier=frozenset().union(*(text.right for text in asked[:-1])),
        lang=last.lang if last is not None else None,
        changed_at=case.changed_at,
        unwritable=any(trouble.unwritable for trouble in journal.between(case.at, ends)),
    )
