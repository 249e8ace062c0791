"""Written answers that somebody asks for, and what the buttons below written answers do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.texts import texts
from tests.support.llm_server import LlmServer, citing, error, reply
from tests.support.slack_bot import UNKNOWN, Running, running
from tests.support.slack_server import CHANNEL, USER
from tests.support.writing import SAID, TOLD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_server import Message, View

ASKED = "what is OLAP?"
ANOTHER = "U0BOB"
OTHER = "Large amounts of data are analysed together with OLAP."
WORDS = texts("en")
WRITING = {"llm_model": "keeper-1", "llm_seconds": 30}


@pytest.fixture(scope="module")
def shared(real_index: Path, tmp_path_factory: pytest.TempPathFactory, server: LlmServer) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("asked")
    with running(real_index, folder, llm_url=server.url, write="asked", **WRITING) as started:
        yield started


@pytest.fixture(scope="module")
def always(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("always")
    # Of two sentences, one is not borne out.
    both = reply(f"{SAID} [7]\nOLAP was first sold for 1,731 euros. [7]\n")
    with LlmServer(both) as server, running(real_index, folder, llm_url=server.url, **WRITING) as started:
        yield started


def says(bot: Running, message: Message, said: str) -> bool:
    """Wait until a message says something."""
    return bool(bot.slack.wait_for(lambda: said in message.text, 30, said))


def buttons(message: Message) -> list[str]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [button["action_id"] for row in rows for button in row]


def private_answer(bot: Running, question: str = ASKED) -> Message:
    before = len(bot.slack.replies(CHANNEL, ephemeral=True))
    bot.slack.slash_command("/ask", question)
    return bot.slack.wait_for(lambda: bot.slack.replies(CHANNEL, ephemeral=True)[before:])[0]


def modal(bot: Running, user: str = USER) -> View:
    return bot.slack.wait_for(lambda: bot.slack.open_views(user))[-1]


def notices(bot: Running) -> list[str]:
    return [message.text for message in bot.slack.replies(CHANNEL, ephemeral=True)]


def told(bot: Running, notice: str, count: int = 1) -> bool:
    return bool(bot.slack.wait_for(lambda: notices(bot).count(notice) == count, 30, notice))


def test_nothing_is_written_before_somebody_asks_for_it_and_then_once(bot: Running, server: LlmServer) -> None:
    server.then(citing(SAID, TOLD))
    message = bot.reply(bot.ask(ASKED))
    assert bot.is_quiet()
    assert (server.requests, message.revisions) == ([], [])
    assert "write" in buttons(message)
    assert "write" not in buttons(bot.reply(bot.ask(UNKNOWN)))
    # In a hurry.
    bot.slack.click(message, "write")
    bot.slack.click(message, "write")
    assert says(bot, message, SAID)
    assert told(bot, WORDS.notices["written_once"])
    assert bot.is_quiet()
    assert len(message.revisions) == 1
    assert "write" not in buttons(message)


def test_who_asked_hears_why_nothing_was_written(bot: Running, server: LlmServer) -> None:
    server.then(reply("NONE"))
    message = bot.reply(bot.ask("What is OLAP used for?"))
    bot.slack.click(message, "write")
    assert told(bot, WORDS.not_written["none"])
    asked = len(server.requests)
    bot.slack.click(message, "write").wait()
    assert bot.is_quiet()
    assert (message.revisions, len(server.requests)) == ([], asked)


def test_a_wish_that_comes_at_a_bad_time_does_not_count(real_index: Path, tmp_path: Path) -> None:
    with (
        LlmServer(error(401)) as server,
        running(real_index, tmp_path, llm_url=server.url, write="asked", **WRITING) as bot,
    ):
        message = bot.reply(bot.ask(ASKED))
        bot.slack.click(message, "write", user=ANOTHER)
        # A server that refuses the key is left alone for a while.
        bot.slack.wait_for(lambda: len(notices(bot)) == 1)
        for count in (1, 2):
            bot.slack.click(message, "write")
            assert told(bot, WORDS.not_written["breaker"], count)
        assert WORDS.notices["written_once"] not in notices(bot)


def test_a_guest_may_not_have_anything_written(bot: Running, server: LlmServer) -> None:
    bot.slack.add_user("U0GUEST", "guest", is_restricted=True, locale="en-GB")
    message, asked = bot.reply(bot.ask("For what is OLAP used?")), len(server.requests)
    bot.slack.click(message, "write", user="U0GUEST")
    assert told(bot, WORDS.notices["guest"])
    assert (message.revisions, len(server.requests)) == ([], asked)


def test_a_private_answer_is_replaced(bot: Running, server: LlmServer) -> None:
    server.then(citing(SAID, TOLD))
    public, message = len(bot.slack.replies()), private_answer(bot)
    bot.slack.click(message, "write")
    assert says(bot, message, SAID)
    assert message.ephemeral_to == USER
    assert bot.is_quiet()
    asked = len(server.requests)
    bot.slack.click(message, "share")
    shared = bot.slack.wait_for_reply(count=public + 1)
    assert SAID in shared.text
    assert len(server.requests) == asked


def test_what_somebody_dislikes_is_written_again_once(bot: Running, server: LlmServer) -> None:
    server.then(citing(SAID, TOLD), citing(OTHER, TOLD))
    message = bot.reply(bot.ask("Once more: what is OLAP?"))
    bot.slack.click(message, "write")
    assert says(bot, message, SAID)
    bot.slack.click(message, "feedback", index=1)
    view = modal(bot)
    bot.slack.submit_view(view, {"reason": "unfaithful"}).wait()
    bot.slack.wait_for(lambda: "write" in buttons(message))
    assert SAID in message.text
    bot.slack.click(message, "write")
    assert says(bot, message, OTHER)
    rows = [json.loads(line) for line in bot.command("feedback").splitlines()]
    assert (rows[0]["reason"], rows[0]["written"]) == ("unfaithful", OTHER)


# Always


def test_a_private_answer_is_followed_by_the_written_one(always: Running) -> None:
    message = private_answer(always)
    written = always.slack.wait_for(lambda: [m for m in notices(always) if m.startswith(SAID)])
    assert always.is_quiet()
    assert len(written) == 1
    # What a command is answered through cannot replace what it brought.
    assert message.revisions == []
    assert TOLD in message.text
    assert all(reply.ephemeral_to == USER for reply in always.slack.replies(CHANNEL, ephemeral=True))


def test_why_says_who_wrote_and_what_is_not_shown(always: Running) -> None:
    message = always.reply(always.ask(ASKED))
    assert says(always, message, SAID)
    assert "1,731" not in message.text
    # What is written down comes after the edit.
    assert always.is_quiet(0.5)
    always.slack.click(message, "why")
    shown = json.dumps(modal(always).data, ensure_ascii=False)
    assert "keeper-1 wrote it in " in shown
    assert WORDS.why_withheld.format(reason=WORDS.withheld["quantity"], count=1) in shown


def test_another_workspace_gets_quotes_only(real_index: Path, tmp_path: Path) -> None:
    with (
        LlmServer(citing(SAID, TOLD)) as server,
        running(real_index, tmp_path, llm_url=server.url, write_teams="T0ELSEWHERE", **WRITING) as bot,
    ):
        message = bot.reply(bot.ask(ASKED))
        assert bot.is_quiet()
        assert (message.revisions, server.requests) == ([], [])
