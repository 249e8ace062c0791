"""Answers and notices as Block Kit; pure functions.

What comes from articles and questions stands in rich text and plain text, where Slack interprets nothing, and
links are elements with addresses that the citations have. So text cannot ping, and no link is but ours.
All limits hold by construction: an answer shows at most `excerpts.SHOWN` characters of quotes under at most
`sources.MOST_SOURCES` labels, far below Slack's 50 blocks and its about 13,200 characters in a message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ContextActionsBlock,
    FeedbackButtonObject,
    FeedbackButtonsElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from bot.answers.overview import section_name, section_question
from bot.slack.views import actions
from bot.slack.views import elements as el
from bot.slack.views.excerpts import excerpts_of, label_of, question_line
from bot.slack.views.fallback import short, spoken, spoken_not_found
from bot.slack.views.markup import clip, escape, one_line
from bot.slack.views.message import Message
from bot.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slack_sdk.models.blocks import ActionsBlock, Block, InputInteractiveElement, RichTextBlock, RichTextElement

    from bot.answers.overview import Overview
    from bot.slack.views.excerpts import Excerpt
    from bot.texts import NoticeKind
    from bot.types import Answer, SmallTalk
    from index.types import Citation, Language

    Json = dict[str, Any]

SUGGESTIONS = 5
NOTICE = 1_500
# Whoever says this looks for a way to begin.
WITH_EXAMPLES = frozenset({"greeting", "help", "about"})


def answer_message(
    answer: Answer, *, key: str, question_shown: bool = False, share_button: bool = False, write_button: bool = False
) -> Message:
    """Return an answer as a message.

    ``key`` comes back from the buttons. ``question_shown`` puts the question above the answer, for commands,
    whose question nobody sees; ``share_button`` offers to post the answer where others see it, ``write_button`` to
    write one from the quotes.
    """
    blocks: list[Block] = [el.context(question_line(answer))] if question_shown else []
    if answer.quotes:
        excerpts = excerpts_of(answer.quotes)
        blocks += [el.context(answer.notice)] if answer.notice is not None else []
        blocks += [excerpt_block(one, answer.lang) for one in excerpts]
        text = spoken(excerpts, answer.lang, answer.notice)
        plain = short(excerpts, answer.lang, answer.notice)
    else:
        blocks += _not_found(answer)
        text = plain = spoken_not_found(answer, SUGGESTIONS)
    if answer.quotes or answer.notice is None:
        write_button = write_button and bool(answer.quotes)
        blocks += buttons(answer.lang, key, share_button=share_button, write_button=write_button)
    return Message(text=text, blocks=[block.to_dict() for block in blocks], plain=plain)


def notice_message(lang: Language, kind: NoticeKind, **values: object) -> Message:
    """Return a notice; ``failed`` needs the value ``reference``."""
    # Values never make a notice long.
    filled = {name: clip(one_line(str(value)), 100) for name, value in values.items()}
    return told(texts(lang).notices[kind].format_map(filled))


def small_talk_message(kind: SmallTalk, overview: Overview, lang: Language, *, writes: bool = False) -> Message:
    """Return the reply to what is no question; to "help" and "hello" with example questions as buttons.

    ``writes`` says that answers are also written by a model.
    """
    words = texts(lang)
    if kind not in WITH_EXAMPLES:
        return told(words.small_talk[kind])
    if not overview.reports:
        return notice_message(lang, "no_reports")
    counts = words.home_counts.format(reports=len(overview.reports), sections=overview.section_count)
    # Slack has more ways to ask than the terminal.
    said = words.notices["help"] if kind == "help" else words.small_talk_where(kind, writes=writes)
    return told(said, *el.examples(overview, lang), el.context(counts))


def reason_view(lang: Language, key: str, *, written: bool = False) -> Json:
    """Return the modal that asks why an answer was not helpful, ``written`` by a model or not."""
    words = texts(lang)
    reasons = [*([actions.UNFAITHFUL] if written else []), *actions.REASONS]
    choice = RadioButtonsElement(
        action_id=actions.REASON_BLOCK,
        options=[Option(text=el.plain_text(words.reasons[reason], 75), value=reason) for reason in reasons],
    )
    comment = PlainTextInputElement(
        action_id=actions.COMMENT_BLOCK,
        multiline=True,
        max_length=1_000,
        placeholder=el.plain_text(words.comment_placeholder, el.LABEL),
    )
    view = View(
        type="modal",
        title=el.plain_text(words.reason_title, el.TITLE),
        close=el.plain_text(words.reason_cancel, el.TITLE),
        submit=el.plain_text(words.reason_send, el.TITLE),
        callback_id=actions.FEEDBACK_REASON,
        private_metadata=key,
        blocks=[
            _optional_input(actions.REASON_BLOCK, words.reason_label, choice),
            _optional_input(actions.COMMENT_BLOCK, words.comment_label, comment),
        ],
    )
    return view.to_dict()


def excerpt_block(excerpt: Excerpt, lang: Language) -> RichTextBlock:
    """Return what is shown of a source, with its link."""
    rest = [el.paragraph(_rest(excerpt.source.citation, lang))] if excerpt.shortened else []
    label = el.source(excerpt.source.number, excerpt.source.citation.url, label_of(excerpt.source.citation, lang))
    return el.rich(*el.quoted(excerpt.parts), *rest, label)


def _rest(citation: Citation, lang: Language) -> RichTextElement:
    """Return what stands where a quote was cut: a link to the rest where there is a page."""
    words = texts(lang)
    return el.words(words.shortened) if citation.url is None else el.link(citation.url, f"… {words.read_on}")


def _not_found(answer: Answer) -> Iterator[Block]:
    """Yield that the reports don't say, and the nearest sections as buttons that ask about them."""
    words = texts(answer.lang)
    suggestions = answer.suggestions[:SUGGESTIONS]
    lead = [el.words(f"\n{words.nearest}")] if suggestions else []
    yield el.rich(el.paragraph(el.words(clip(answer.notice or words.not_found, NOTICE), bold=True), *lead))
    for citation, label in zip(suggestions, _short_labels(suggestions), strict=True):
        question = section_question(citation.headings, citation.title, answer.lang)
        # One row each: long labels side by side are cut on a phone.
        yield el.actions(el.button(actions.ASK_SUGGESTION, label, one_line(question), spoken=question))


def _short_labels(citations: Sequence[Citation]) -> list[str]:
    """Return the name of each section, with what is above it where two have the same."""
    names = [section_name(one.headings, one.title) for one in citations]
    paths = [" › ".join((one.title, *one.headings)[-2:]) for one in citations]
    return [name if names.count(name) == 1 else path for name, path in zip(names, paths, strict=True)]


def buttons(lang: Language, key: str, *, share_button: bool, write_button: bool) -> list[Block]:
    """Return what stands below an answer."""
    return [_feedback(lang, key), _choices(lang, key, share_button=share_button, write_button=write_button)]


def _feedback(lang: Language, key: str) -> ContextActionsBlock:
    words = texts(lang)

    def choice(label: str, said: str, verdict: actions.Verdict) -> FeedbackButtonObject:
        value = actions.feedback_value(verdict, key)
        return FeedbackButtonObject(text=el.plain_text(label, el.BUTTON_LABEL), value=value, accessibility_label=said)

    buttons = FeedbackButtonsElement(
        action_id=actions.FEEDBACK,
        positive_button=choice(words.helpful, words.helpful_label, "helpful"),
        negative_button=choice(words.not_helpful, words.not_helpful_label, "not_helpful"),
    )
    return ContextActionsBlock(elements=[buttons])


def _choices(lang: Language, key: str, *, share_button: bool, write_button: bool) -> ActionsBlock:
    words = texts(lang)
    share = [el.button(actions.SHARE, words.share, key)] if share_button else []
    write = [el.button(actions.WRITE, words.write, key)] if write_button else []
    return el.actions(*share, *write, el.button(actions.WHY, words.why, key))


def told(notice: str, *more: Block) -> Message:
    """Return a sentence of the bot as a message."""
    shown = clip(notice, NOTICE)
    blocks = [el.rich(el.paragraph(el.words(shown))), *more]
    return Message(text=escape(shown), blocks=[block.to_dict() for block in blocks], plain=escape(shown))


def _optional_input(block_id: str, label: str, element: InputInteractiveElement) -> InputBlock:
    return InputBlock(block_id=block_id, optional=True, label=el.plain_text(label, el.LABEL), element=element)
