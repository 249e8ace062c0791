"""Two processes that share a database write above answers: never a wrong message, and one budget for both."""

from __future__ import annotations

import json
import os
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from bot.texts import texts
from tests.support.databases import rows
from tests.support.llm_server import Held, LlmServer, citing
from tests.support.slack_bot import UNKNOWN, Running, process
from tests.support.slack_server import CHANNEL, SlackServer
from tests.support.writing import SAID, TOLD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_server import BotProcess, Message, Post

UPDATE = "chat.update"
OTHER = "Large amounts of data are analysed together with OLAP."
PER_DAY = 1_000
# What a process waits for before it takes over from another one is shorter here.
SOONER = """
import bot.slack.work.left_over as left_over, bot.records.leases as leases, bot.records.records as records
left_over.RESUME_SECONDS, leases.LEASE_SECONDS, records.RENEW_SECONDS = 0.5, 3.0, 0.5
"""


class Pair:
    """Two bots for one Slack, which sends what happens to the one that is chosen."""

    def __init__(self, slack: SlackServer, bots: list[tuple[str, BotProcess]], database: str) -> None:
        self.slack = slack
        self.database = database
        self._bots = bots

    def choose(self, number: int) -> Running:
        """Have one of the two get what happens from now on."""
        self.slack.bot_url, bot = self._bots[number]
        return Running(self.slack, bot)

    def kill(self, number: int) -> None:
        os.kill(self._bots[number][1].pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def pair(real_index: Path, tmp_path_factory: pytest.TempPathFactory, server: LlmServer) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    options = {"llm_url": server.url, "llm_model": "keeper-1", "llm_seconds": 30, "writes_per_day": PER_DAY}
    with SlackServer("http") as slack, ExitStack() as running:
        bots = []
        for _ in range(2):
            started = running.enter_context(process(slack, real_index, folder, SOONER, **options))
            bots.append((slack.bot_url, started))
        yield Pair(slack, bots, f"sqlite:///{folder / 'records.sqlite'}")
        slack.faults.clear()


def edit(pair: Pair, post: Post, text: str) -> None:
    pair.slack.edit_message(post.message, f"<@{pair.slack.team.bot_user}> {text}")


def before(message: Message) -> list[str]:
    """Return what a message said before it was edited."""
    return [before["text"] for before in message.revisions]


def wait_until_kept(pair: Pair) -> None:
    """Wait until what was written last is in the database, and no edit is under way."""
    pair.slack.wait_for(lambda: not rows(pair.database, "SELECT * FROM edits"))
    pair.slack.wait_until_quiet(0.5)


def taken(pair: Pair) -> int:
    return int(rows(pair.database, "SELECT COALESCE(SUM(count), 0) FROM writes")[0][0])


def test_a_question_edited_through_another_process_gets_one_right_message(pair: Pair, server: LlmServer) -> None:
    held = Held(citing(SAID, TOLD))
    server.then(held, citing(OTHER, TOLD))
    asked, counted = len(server.requests), taken(pair)
    first = pair.choose(0)
    post = first.ask("what is OLAP?")
    message = first.reply(post)
    assert held.is_asked()
    pair.choose(1)
    edit(pair, post, "For what is OLAP used?")
    assert pair.slack.wait_for(lambda: OTHER in message.text)
    held.let_go()
    assert first.is_quiet(1.5)
    assert OTHER in message.text
    assert [SAID in said for said in before(message)] == [False, False]
    assert pair.slack.replies(CHANNEL, post.ts) == [message]
    assert len(server.requests) - asked == taken(pair) - counted <= 2


def test_what_one_process_wrote_another_one_shares(pair: Pair, server: LlmServer) -> None:
    """As the same one does after a restart."""
    server.then(citing(SAID, TOLD))
    pair.choose(0)
    public = len(pair.slack.replies())
    pair.slack.slash_command("/ask", "what is OLAP?")
    told = pair.slack.wait_for_reply(count=1, ephemeral=True)
    assert SAID in pair.slack.wait_for_reply(count=2, ephemeral=True).text
    wait_until_kept(pair)
    asked = len(server.requests)
    pair.choose(1)
    pair.slack.click(told, "share")
    assert SAID in pair.slack.wait_for_reply(count=public + 1).text
    assert len(server.requests) == asked


def test_what_one_process_wrote_another_one_writes_again(pair: Pair, server: LlmServer) -> None:
    server.then(citing(SAID, TOLD), citing(OTHER, TOLD))
    message = pair.choose(0).reply(pair.choose(0).ask("Say it again, what is OLAP?"))
    pair.slack.wait_for(lambda: SAID in message.text)
    wait_until_kept(pair)
    pair.choose(1)
    pair.slack.click(message, "feedback", index=1)
    pair.slack.wait_for(lambda: '"write"' in json.dumps(message.blocks))
    assert SAID in message.text
    wait_until_kept(pair)
    pair.slack.click(message, "write")
    assert pair.slack.wait_for(lambda: OTHER in message.text)


def test_both_together_ask_no_more_than_may_be_in_a_day(pair: Pair, server: LlmServer) -> None:
    server.then(citing(SAID, TOLD))
    left = 3
    rows(pair.database, f"UPDATE writes SET count = {PER_DAY - left}")
    asked = len(server.requests)
    messages = []
    for number in range(4 * left):
        bot = pair.choose(number % 2)
        messages.append(bot.ask(f"what is OLAP, said {'again ' * number}?"))
    replies = [Running(pair.slack, bot.bot).reply(post) for post in messages]
    pair.slack.wait_for(lambda: sum(SAID in reply.text for reply in replies) == left)
    assert bot.is_quiet()
    assert sum(SAID in reply.text for reply in replies) == len(server.requests) - asked == left
    assert taken(pair) == PER_DAY


def test_a_wrong_edit_of_a_process_that_died_is_mended_by_the_other(pair: Pair, server: LlmServer) -> None:
    """It dies after it has sent the edit, and the question was edited in between: it can look at nothing any more."""
    rows(pair.database, "DELETE FROM writes")
    server.then(citing(SAID, TOLD))
    first = pair.choose(0)
    pair.slack.faults.slow(UPDATE, 2.0)
    post = first.ask("Tell me once more, what is OLAP?")
    message = first.reply(post)
    pair.slack.wait_for(lambda: pair.slack.faults.left(UPDATE) == 0)
    pair.choose(1)
    edit(pair, post, UNKNOWN)
    assert pair.slack.wait_for(lambda: texts("en").not_found in message.text)
    pair.kill(0)
    assert pair.slack.wait_for(lambda: any(SAID in said for said in (message.text, *before(message))))
    # The first message, the edit of the dead process, the answer to the edited question, and what mends it.
    assert pair.slack.wait_for(lambda: len(message.revisions) == 3)
    assert pair.choose(1).is_quiet(1.0)
    assert message.text.startswith(texts("en").not_found)
    assert pair.slack.replies(CHANNEL, post.ts) == [message]
    assert rows(pair.database, "SELECT * FROM edits") == []
