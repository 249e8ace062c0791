"""The bot's Home tab and the prompts it suggests; pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import DividerBlock, InputBlock, PlainTextInputElement
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.views import View

from bot.slack.views import actions
from bot.slack.views import elements as el
from bot.slack.views.markup import clip, inert, one_line
from bot.texts import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.models.blocks import Block, RichTextBlock

    from bot.answers.overview import Overview, Report
    from bot.slack.api.people import Refusal
    from bot.texts import Texts
    from index.types import Language

    Json = dict[str, Any]

# Slack takes 100 blocks; nobody scrolls through more reports than this, and a search finds the others.
REPORTS = 40
PROMPTS = 4
TITLE = 200
SECTIONS = 300
PROMPT_TITLE = 60


def home_view(overview: Overview, lang: Language, writer: tuple[str, str] | None = None) -> Json:
    """Return the Home tab: a field to ask in, examples, and what there is to ask about.

    ``writer`` is the model that writes answers, and the host that it is at, where there is one.
    """
    words = texts(lang)
    blocks: list[Block] = [el.header(words.home_title), _lines(words.home_intro)]
    if not overview.reports:
        return _home([*blocks, _lines(words.home_empty)])
    blocks += [_search(words), *el.examples(overview, lang), el.context(words.home_how)]
    blocks += [el.context(_writing(words, *writer)), DividerBlock()] if writer is not None else [DividerBlock()]
    blocks += [el.header(words.home_reports), el.context(_counts(overview, words))]
    blocks += [_report(report, words) for report in overview.reports[:REPORTS]]
    if len(overview.reports) > REPORTS:
        blocks.append(el.context(words.home_more.format(count=len(overview.reports) - REPORTS)))
    return _home(blocks)


def refused_view(refusal: Refusal, lang: Language) -> Json:
    """Return the Home tab of somebody who may not ask: why, and nothing of what the reports have."""
    words = texts(lang)
    return _home([el.header(words.home_title), _lines(words.notices[refusal])])


def suggested_prompts(overview: Overview, lang: Language) -> list[Json]:
    """Return at most four example questions as Slack's prompts."""
    # Whoever presses one posts it: also the message must not ping.
    questions = [inert(question) for question in overview.examples(lang)[:PROMPTS]]
    return [{"title": clip(question, PROMPT_TITLE), "message": question} for question in questions]


def _home(blocks: Sequence[Block]) -> Json:
    return View(type="home", blocks=blocks).to_dict()


def _lines(text: str) -> RichTextBlock:
    return el.rich(el.paragraph(el.words(text)))


def _search(words: Texts) -> InputBlock:
    field = PlainTextInputElement(
        action_id=actions.HOME_SEARCH,
        max_length=1_000,
        placeholder=el.plain_text(words.home_placeholder, el.LABEL),
        dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]),
    )
    return InputBlock(dispatch_action=True, label=el.plain_text(words.home_search, el.LABEL), element=field)


def _writing(words: Texts, model: str, host: str) -> str:
    return words.home_writing.format(model=clip(one_line(model), TITLE), host=clip(one_line(host), TITLE))


def _counts(overview: Overview, words: Texts) -> str:
    counts = words.home_counts.format(reports=len(overview.reports), sections=overview.section_count)
    if overview.indexed_at is None:
        return counts
    return f"{counts}\n{words.home_indexed.format(date=overview.indexed_at.strftime('%Y-%m-%d %H:%M'))}"


def _report(report: Report, words: Texts) -> RichTextBlock:
    title = clip(one_line(report.title), TITLE)
    draft = [el.words(f" ({words.draft})")] if report.draft else []
    # Headings that every report has, such as "感想", say more once than five times.
    headings = " · ".join(dict.fromkeys(one_line(heading) for heading in report.sections))
    sections = [el.words(f"\n{clip(headings, SECTIONS)}")] if headings else []
    head = el.link(report.url, title) if report.url else el.words(title, bold=True)
    return el.rich(el.paragraph(head, *draft, *sections))
