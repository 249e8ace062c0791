"""More of the same: what was not quoted yet, with code as code."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from bot.slack.views.blocks import answer_message
from tests.support.helpers import fake_answerer, refresh, write

if TYPE_CHECKING:
    from pathlib import Path

    from bot.types import Answer

FRONT = '---\ntitle: "Nets"\nemoji: 🌊\ntype: tech\npublished: true\n---\n\n'
BODY = "# Mending nets\n\nThe nets of the harbour are mended by hand.\n\n## Knots\n\n{code}\n\nThey stay tight.\n"


def more(folder: Path, code: str) -> Answer:
    """Ask about a section, then for more of it, and return the second answer."""
    refresh(write(folder / "articles", nets=FRONT + BODY.format(code=code)), folder / "index")
    answerer = fake_answerer(folder / "index", threshold=0.0)
    first = answerer.answer("how are the nets of the harbour mended by hand?")
    seen = "\n".join(quote.text for quote in first.quotes)
    assert "mended by hand" in seen
    return answerer.answer("tell me more", [first])


def preformatted(answer: Answer) -> list[str]:
    """Return the code of an answer as Slack shows it."""
    return [
        "".join(piece["text"] for piece in element["elements"])
        for block in answer_message(answer, key="1").blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        if element["type"] == "rich_text_preformatted"
    ]


LONG = "\n".join(f"pull knot{number} --tight  # {'steady ' * 6}" for number in range(9))


@pytest.mark.parametrize(
    "fence",
    ["```sh\n{}\n```", "~~~~\n{}\n~~~~", "```sh:knots.sh\n{}\n```"],
)
@pytest.mark.parametrize("code", ["# set up\npull --all", f"# set up\n{LONG}"], ids=["short", "long"])
def test_code_stays_code(tmp_path: Path, fence: str, code: str) -> None:
    answer = more(tmp_path, fence.format(code))
    assert answer.status == "answered"
    assert any("# set up" in shown for shown in preformatted(answer))


def halves(separator: str, phrase: str, count: int, fact: str) -> str:
    """Return one sentence with a fact in the middle."""
    phrases = [phrase.format(number) for number in range(count)]
    return separator.join([*phrases[: count // 2], fact, *phrases[count // 2 :]])


NETS = "the {}th net was dried on the quay"
ONE_SENTENCE = f"{halves(', ', NETS, 60, 'the torn net was mended by Ishida')}."
JAPANESE = f"{halves('、', '{}番の網は岸で静かに干され', 90, '破れた網は石田が繕い')}ました。"
LONG_ROW = f"| day | {halves('. ', NETS, 60, 'The torn net was mended by Ishida')}. |"
LONG_CODE = f"dry({halves(', ', 'net{}=quay', 150, 'torn=mended_by_ishida')})"


@pytest.mark.parametrize(
    ("body", "question", "fact", "words"),
    [
        (ONE_SENTENCE, "who mended the torn net?", "mended by Ishida", "tell me more"),
        (f"- {ONE_SENTENCE}", "who mended the torn net?", "mended by Ishida", "tell me more"),
        (f"> {ONE_SENTENCE}", "who mended the torn net?", "mended by Ishida", "tell me more"),
        (JAPANESE, "破れた網は誰が繕った？", "石田が繕い", "もっと詳しく"),
        (f"| a | b |\n|---|---|\n{LONG_ROW}", "who mended the torn net?", "mended by Ishida", "tell me more"),
        (f"```python\n{LONG_CODE}\n```", "what is the code of the torn net?", "mended_by_ishida", "tell me more"),
    ],
    ids=["text", "item", "quotation", "Japanese", "row", "code"],
)
def test_more_goes_on_where_a_quote_ended_until_all_was_seen_once(tmp_path, body, question, fact, words) -> None:
    source = FRONT + f"# Nets\n\n{body}\n"
    refresh(write(tmp_path / "articles", nets=source), tmp_path / "index", limit=600)
    answerer = fake_answerer(tmp_path / "index", threshold=0.0)
    answers = [answerer.answer(question)]
    assert fact in answers[0].quotes[0].text or fact in answers[0].quotes[-1].text
    while answers[-1].status == "answered" and len(answers) < 9:
        answers.append(answerer.answer(words, answers))
    quotes = [quote for answer in answers for quote in answer.quotes]
    assert answers[1].quotes[0].start >= max(quote.end for quote in answers[0].quotes)
    assert answers[1].quotes[0].shown.startswith("…")
    covered = sorted((quote.start, quote.end) for quote in quotes)
    assert all(end <= start for (_, end), (start, _) in pairwise(covered))
    begin, end = len(source[: source.index(body)].encode()), len(source.encode())
    left = [source.encode()[a:b].decode() for (_, a), (b, _) in pairwise([(0, begin), *covered, (end, 0)])]
    assert not re.search(r"\w", "".join(left).replace("python", ""))
