"""Written answers in Slack: the quotes at once and as ever, then at most one edit, and never a wrong one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.texts import texts
from tests.support.helpers import CARNIVAL, python
from tests.support.llm_server import Held, LlmServer, citing, error, reply
from tests.support.slack_bot import UNKNOWN, Running, process, running
from tests.support.slack_server import CHANNEL, USER, SlackServer
from tests.support.writing import SAID, TOLD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.slack_server import Message, Post

POST, UPDATE, LINK = "chat.postMessage", "chat.update", "response_url"
ASKED, ASKED_JA = "what is OLAP?", "OLAPとは？"
SAID_JA = "OLAPは、大量のデータをまとめて分析する用途の処理です。"
MODEL = "keeper-1"
WHO, WHO_JA = (texts(language).written_below.format(model=MODEL) for language in ("en", "ja"))
REPOSITORY = "https://github.com/owner/reports/blob/main/articles"
WRITING = {"llm_model": MODEL, "llm_seconds": 30, "repository_url": REPOSITORY}


@pytest.fixture(scope="module")
def shared(real_index: Path, tmp_path_factory: pytest.TempPathFactory, server: LlmServer) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("bot")
    with running(real_index, folder, llm_url=server.url, **WRITING) as started:
        yield started


def written(bot: Running, message: Message, said: str = SAID) -> bool:
    """Wait until what was written is in a message."""
    return bool(bot.slack.wait_for(lambda: said in message.text, 30, said))


def edit(bot: Running, post: Post, text: str) -> None:
    bot.slack.edit_message(post.message, f"<@{bot.slack.team.bot_user}> {text}")


def bare(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks without the ids that Slack gives, and without the keys behind buttons."""
    unwanted = {"block_id", "value"}

    def without(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: without(value) for name, value in part.items() if name not in unwanted}
        return [without(one) for one in part] if isinstance(part, list) else part

    return [without(block) for block in blocks]


def test_quotes_are_posted_at_once_and_as_without_a_model(
    bot: Running, server: LlmServer, real_index: Path, tmp_path: Path
) -> None:
    held = Held(citing(SAID, TOLD))
    server.then(held)
    asked = "What is OLAP used for?"
    message = bot.reply(bot.ask(asked))
    assert held.is_asked()
    with running(real_index, tmp_path, repository_url=REPOSITORY) as off:
        without = off.reply(off.ask(asked))
        assert (message.text, bare(message.blocks)) == (without.text, bare(without.blocks))
    held.let_go()
    assert written(bot, message)
    assert bot.is_quiet()
    assert len(message.revisions) == 1


@pytest.mark.parametrize(("asked", "said", "who"), [(ASKED, SAID, WHO), (ASKED_JA, SAID_JA, WHO_JA)], ids=["en", "ja"])
def test_sentences_stand_above_the_quotes_with_links_of_ours(
    bot: Running, server: LlmServer, asked: str, said: str, who: str
) -> None:
    server.then(citing(said, TOLD))
    message = bot.reply(bot.ask(asked))
    assert written(bot, message, said)
    first, small, *rest = bare(message.blocks)
    [line] = first["elements"]
    [words, link] = line["elements"]
    assert words == {"type": "text", "text": f"{said} "}
    assert (link["type"], link["text"]) == ("link", "[1]")
    assert link["url"].startswith(REPOSITORY)
    assert small["elements"] == [{"type": "plain_text", "text": who, "emoji": False}]
    # What was there before is still there.
    assert rest == bare(message.revisions[0]["blocks"])
    assert message.text.startswith(f"{said} [1]\n{who}\n\n")
    assert TOLD in message.text
    bot.slack.assert_no_ping()


@pytest.mark.parametrize(
    "script",
    [
        reply(f"{SAID} See https://evil.example/x [1]\n<!channel> look [1]\n"),
        reply("OLAP was invented in 1731 by Miyahara. [1]\n"),
        reply("NONE"),
        error(400, "bad", "no"),
    ],
    ids=["links and pings", "invented", "none", "refused"],
)
def test_a_hostile_reply_changes_nothing_and_says_nothing(bot: Running, server: LlmServer, script: Any) -> None:
    server.then(script)
    asked = len(server.requests)
    # Nothing is remembered of what came to nothing.
    message = bot.reply(bot.ask(f"what is OLTP and OLAP, {asked}?"))
    bot.slack.wait_for(lambda: len(server.requests) > asked)
    told = len(bot.slack.replies(ephemeral=True))
    assert bot.is_quiet()
    assert message.revisions == []
    assert len(bot.slack.replies(CHANNEL, message.thread_ts)) == 1
    assert len(bot.slack.replies(ephemeral=True)) == told


def test_no_model_is_asked_what_the_reports_do_not_say(bot: Running, server: LlmServer) -> None:
    asked = len(server.requests)
    bot.reply(bot.ask(UNKNOWN))
    assert bot.is_quiet()
    assert len(server.requests) == asked


def test_the_bot_says_that_a_model_writes_and_where(bot: Running, server: LlmServer) -> None:
    said = bot.answer(bot.slack.direct_message("who are you?"))
    assert texts("en").about_writing in said
    bot.slack.open_app_home("home")
    home = json.dumps(bot.slack.wait_for(bot.slack.home).data, ensure_ascii=False)
    host = server.url.removeprefix("http://").removesuffix("/v1")
    assert texts("ja").home_writing.format(model=MODEL, host=host) in home


# What changes while a model writes


def test_an_edited_question_gets_the_writing_of_its_edit_only(bot: Running, server: LlmServer) -> None:
    held = Held(citing(SAID, TOLD))
    server.then(held, citing(SAID_JA, TOLD))
    post = bot.ask("Once more: what is OLAP?")
    message = bot.reply(post)
    assert held.is_asked()
    edit(bot, post, "OLAPとは何ですか？")
    assert written(bot, message, SAID_JA)
    held.let_go()
    assert bot.is_quiet(1.5)
    assert SAID_JA in message.text
    assert [SAID in before["text"] for before in message.revisions] == [False, False]


def test_an_edit_in_the_moment_of_the_writing_wins(bot: Running, server: LlmServer) -> None:
    server.then(citing(SAID, TOLD))
    # The first update of the message is that of the writing.
    bot.slack.faults.slow(UPDATE, 3.0)
    post = bot.ask("Tell me again, what is OLAP?")
    message = bot.reply(post)
    bot.slack.wait_for(lambda: bot.slack.faults.left(UPDATE) == 0)
    edit(bot, post, UNKNOWN)
    assert written(bot, message, SAID)
    assert written(bot, message, texts("en").not_found)
    assert bot.is_quiet(1.5)
    assert message.text.startswith(texts("en").not_found)
    assert len(bot.slack.replies(CHANNEL, post.ts)) == 1


@pytest.mark.parametrize("late", [False, True], ids=["while it is written", "in the moment of the edit"])
def test_a_deleted_question_keeps_no_answer(bot: Running, server: LlmServer, late: bool) -> None:
    held = Held(citing(SAID, TOLD))
    server.then(held)
    post = bot.ask(f"And again{' and again' * late}, what is OLAP?")
    bot.reply(post)
    assert held.is_asked()
    if late:
        bot.slack.faults.slow(UPDATE, 2.0)
        held.let_go()
        bot.slack.wait_for(lambda: bot.slack.faults.left(UPDATE) == 0)
    bot.slack.delete_message(post.message)
    bot.slack.wait_for(lambda: not bot.slack.replies(CHANNEL, post.ts))
    held.let_go()
    assert bot.is_quiet(2.5)
    assert bot.slack.replies(CHANNEL, post.ts) == []


def test_an_edit_that_slack_refuses_leaves_the_quotes(bot: Running, server: LlmServer) -> None:
    server.then(citing(SAID, TOLD))
    # Both forms of the message.
    bot.slack.faults.error(UPDATE, "cant_update_message", times=2)
    post = bot.ask("One more time, what is OLAP?")
    message = bot.reply(post)
    bot.slack.wait_for(lambda: bot.slack.faults.left(UPDATE) < 2)
    assert bot.is_quiet(1.5)
    assert message.revisions == []
    assert bot.slack.replies(CHANNEL, post.ts) == [message]


def test_an_edit_whose_outcome_slack_never_tells_is_not_made_for_ever(bot: Running, server: LlmServer) -> None:
    server.then(citing(SAID, TOLD))
    bot.slack.faults.error(UPDATE, "internal_error", times=30)
    post = bot.ask("Once and for all, what is OLAP?")
    message = bot.reply(post)
    bot.slack.wait_for(lambda: bot.slack.faults.left(UPDATE) < 30)
    assert bot.is_quiet(1.0)
    tried = bot.slack.faults.left(UPDATE)
    # What is left over is looked for twice meanwhile.
    assert bot.is_quiet(6.0)
    assert bot.slack.faults.left(UPDATE) == tried
    assert bot.slack.replies(CHANNEL, post.ts) == [message]
    bot.slack.faults.clear()


def test_a_swapped_index_gets_no_writing_from_the_old_one(own_index: Path, tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    held = Held(citing(SAID, TOLD))
    with LlmServer(held) as server, running(own_index, tmp_path, llm_url=server.url, **WRITING) as bot:
        message = bot.reply(bot.ask(ASKED))
        assert held.is_asked()
        text = CARNIVAL.read_text() + "\n## 後日談\n\n来年は函館で開かれるそうです。\n"
        (articles / CARNIVAL.name).write_text(text)
        built = python("-m", "index", "build", "--articles", "articles", "--index", own_index, cwd=tmp_path)
        assert built.returncode == 0
        bot.slack.wait_for(lambda: "now" in bot.bot.output() and "answering from index" in bot.bot.output())
        held.let_go()
        assert bot.is_quiet(1.5)
        assert message.revisions == []


def test_a_restart_loses_the_writing_and_nothing_else(real_index: Path, tmp_path: Path) -> None:
    held = Held(citing(SAID, TOLD))
    with LlmServer(held) as server, SlackServer() as slack:
        options = {"llm_url": server.url, **WRITING}
        with process(slack, real_index, tmp_path, **options) as bot:
            message = Running(slack, bot).reply(Running(slack, bot).ask(ASKED))
            assert held.is_asked()
            bot.stop()
            assert "Traceback" not in bot.output()
        held.let_go()
        with process(slack, real_index, tmp_path, **options) as bot:
            assert TOLD in Running(slack, bot).answer(Running(slack, bot).ask("OLAPはどんな用途？"))
        assert message.revisions == []
        assert len(slack.replies(CHANNEL, message.thread_ts)) == 1


def test_a_server_that_holds_all_writers_holds_no_answer(real_index: Path, tmp_path: Path) -> None:
    held = Held(citing(SAID, TOLD))
    with (
        LlmServer(held) as server,
        running(real_index, tmp_path, "http", llm_url=server.url, write_workers=2, **WRITING) as bot,
    ):
        # More than may be written at a time and wait.
        posts = [bot.ask(ASKED) for _ in range(30)]
        messages = [bot.reply(post) for post in posts]
        # All are answered before the first is written.
        assert all(TOLD in message.text and not message.revisions for message in messages)
        assert len(server.requests) == 1
        held.let_go()
        bot.slack.wait_for(lambda: sum(SAID in message.text for message in messages) == 22)
        assert bot.is_quiet()
        assert sum(len(message.revisions) for message in messages) == 22
        # Of the others it is said why.
        assert 'written_total{outcome="busy"} 8.0' in bot.get("/metrics").text
        bot.slack.click(next(message for message in messages if not message.revisions), "why")
        (view,) = bot.slack.wait_for(lambda: bot.slack.open_views(USER))
        assert texts("en").not_written["busy"] in json.dumps(view.data, ensure_ascii=False)
