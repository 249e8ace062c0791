"""Questions in channels, threads and direct messages, over both transports: answered once, in the right place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.texts import texts
from tests.support.slack_bot import (
    ENGLISH,
    JAPANESE,
    JAPANESE_ANSWER,
    NOT_FOUND,
    NOT_FOUND_JA,
    UNKNOWN,
    UNKNOWN_JA,
    running,
)
from tests.support.slack_server import CHANNEL, USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.types import SmallTalk
    from index.types import Language
    from tests.support.slack_bot import Running


@pytest.fixture(scope="module", params=["socket", "http"])
def both(
    request: pytest.FixtureRequest, real_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    with running(real_index, tmp_path_factory.mktemp("bot"), request.param) as bot:
        yield bot


def test_a_mention_is_answered_once_in_its_thread(both: Running) -> None:
    post = both.ask(JAPANESE).wait()
    assert JAPANESE_ANSWER in both.answer(post)
    assert both.is_quiet()
    assert len(both.slack.replies(CHANNEL, post.ts)) == 1
    assert all(delivery.time_to_ack < 3 for delivery in post.deliveries)
    assert all(len(delivery.attempts) == 1 for delivery in post.deliveries)


def test_the_answer_has_its_source_and_no_preview(both: Running) -> None:
    post = both.ask(JAPANESE)
    answer = both.answer(post)
    assert "AWS" in answer
    [call] = [c for c in both.slack.calls_to("chat.postMessage") if c.args.get("thread_ts") == post.ts]
    assert str(call.args["unfurl_links"]).lower() in {"false", "0"}
    assert str(call.args["unfurl_media"]).lower() in {"false", "0"}
    assert call.args["text"]


def test_a_status_shows_while_it_works_and_is_gone_afterwards(both: Running) -> None:
    post = both.ask(ENGLISH)
    both.answer(post)
    assert both.is_quiet()
    shown = [c for c in both.slack.calls_to("assistant.threads.setStatus") if c.args["thread_ts"] == post.ts]
    assert shown == [] or shown[0].args["status"]
    assert both.slack.status_of(CHANNEL, post.ts) == ""


def test_the_language_of_the_question_is_that_of_the_answer(both: Running) -> None:
    assert NOT_FOUND in both.answer(both.ask(UNKNOWN))
    assert NOT_FOUND_JA in both.answer(both.ask(UNKNOWN_JA))


@pytest.mark.parametrize("pair", [("app_mention", "message"), ("message", "app_mention")])
def test_redeliveries_and_the_twin_give_one_answer(both: Running, pair: tuple[str, str]) -> None:
    both.slack.world.settings.pair_order = pair
    post = both.ask(JAPANESE).wait()
    for delivery in post.deliveries:
        both.slack.redeliver(delivery, 1).wait()
        both.slack.redeliver(delivery, 2, "http_timeout").wait()
    both.answer(post)
    for delivery in post.deliveries:
        assert both.slack.redeliver(delivery, 3).wait().acked
    assert both.is_quiet()
    assert len(both.slack.replies(CHANNEL, post.ts)) == 1


def test_a_mention_inside_a_thread_is_answered_there(both: Running) -> None:
    root = both.slack.post_user_message(text="Shall we all go next year?", mention=False)
    both.ask(JAPANESE, thread_ts=root.ts)
    assert JAPANESE_ANSWER in both.answer(root)


def test_a_mention_without_a_question_gets_a_private_hint(both: Running) -> None:
    before = len(both.slack.replies(ephemeral=True))
    post = both.ask(f"<@{both.slack.team.bot_user}>")
    hint = both.notice(count=before + 1)
    assert hint.ephemeral_to == USER
    assert both.is_quiet()
    assert both.slack.replies(CHANNEL, post.ts) == []


def test_a_direct_message_is_answered_in_its_thread(both: Running) -> None:
    post = both.slack.direct_message(JAPANESE)
    assert JAPANESE_ANSWER in both.answer(post)
    follow_up = both.slack.direct_message("And track3?", thread_ts=post.ts)
    assert both.answer(follow_up, 2)
    assert both.is_quiet()
    assert len(both.slack.replies(post.channel)) == 2


def test_thanks_and_help_are_no_questions_for_the_index(both: Running) -> None:
    assert NOT_FOUND not in both.answer(both.slack.direct_message("Thanks!"))
    helped = both.reply(both.slack.direct_message("ヘルプ"))
    both.slack.click(helped, "ask_example", index=0)
    assert both.reply(both.slack.direct_message("ヘルプ"))
    both.slack.wait_for_reply(helped.channel, helped.thread, count=2)


@pytest.mark.parametrize(
    ("said", "kind", "lang"),
    [("asdfjkl qwer", "gibberish", "en"), ("ああああああ", "gibberish", "ja"), ("あなたは誰？", "about", "ja")],
)
def test_what_is_no_question_gets_a_fitting_reply_without_feedback_buttons(
    both: Running, said: str, kind: SmallTalk, lang: Language
) -> None:
    reply = both.reply(both.slack.direct_message(said))
    assert reply.text == texts(lang).small_talk[kind]
    assert "feedback_buttons" not in str(reply.blocks)


def test_another_language_is_told_which_ones_are_understood(both: Running) -> None:
    said = both.answer(both.slack.direct_message("이 행사의 티켓은 얼마였습니까?"))
    assert texts("en").languages in said
    assert texts("ja").languages in said


def test_no_secret_is_in_the_log(both: Running) -> None:
    assert both.is_quiet(0.1)
    for secret in (both.slack.team.bot_token, both.slack.world.app_token, both.slack.world.signing_secret):
        assert secret not in both.bot.output()


def test_nothing_pings_and_no_link_is_foreign(both: Running) -> None:
    both.slack.assert_no_ping()
    assert [link for link in both.slack.links() if not link.startswith("https://zenn.dev/reporter/")] == []


@pytest.mark.parametrize(
    ("locale", "default", "answer"),
    [("ja-JP", "en", NOT_FOUND_JA), ("en-GB", "ja", NOT_FOUND), ("", "ja", NOT_FOUND_JA)],
)
def test_a_name_is_answered_in_the_language_of_the_askers_slack(
    real_index: Path, tmp_path: Path, locale: str, default: str, answer: str
) -> None:
    with running(real_index, tmp_path, default_language=default) as bot:
        bot.slack.add_user("U0NAMES", "names", locale=locale)
        for text in ("Kafka", "Kafka :eyes:"):
            assert answer in bot.answer(bot.ask(text, user="U0NAMES"))


@pytest.mark.parametrize("text", ["{} :point_up:", "{} :is_it_there: ❓", "👆 {}"])
def test_emoji_are_no_words(both: Running, text: str) -> None:
    plain, decorated = (both.ask(one) for one in ("会場", text.format("会場")))
    assert both.answer(decorated) == both.answer(plain)
