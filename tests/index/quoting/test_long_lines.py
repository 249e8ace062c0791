"""Of a table row or a line of code that is too long to be quoted, the part that answers is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers.rendering import to_markdown
from index.quoting.quotes import QUOTED_CHARACTERS
from index.quoting.spans import cut, span_of, united
from index.storage.store import FolderStore
from tests.support.helpers import fake_answerer, refresh, write

if TYPE_CHECKING:
    from pathlib import Path

    from bot.types import Answer

pytestmark = pytest.mark.slow

SENTENCES = "".join(f"係の{n}番は静かに網を運び、みんなで昼まで働きました。" for n in range(60))
HELPERS = "".join(f"係の{n}番は働きました。" for n in range(30))
WORDS = " ".join(f"item{n}_beta" for n in range(200))
LISTED = ", ".join(f'"item{n}_beta"' for n in range(200))


def ask(folder: Path, question: str, body: str, limit: int = 600) -> Answer:
    text = f'---\ntitle: "網の会"\n---\n\n## 記録\n\n{body}\n\n## 昼食\n\n昼食は港の食堂で食べました。\n'
    refresh(write(folder / "articles", nets=text), folder / "index", limit=limit)
    answer = fake_answerer(folder / "index", threshold=0.0).answer(question)
    assert all(text.encode()[quote.start : quote.end].decode() == quote.text for quote in answer.quotes)
    assert sum(len(quote.text) for quote in answer.quotes) <= QUOTED_CHARACTERS
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("size", [700, 1000, 1500])
@pytest.mark.parametrize("row", ["| 当日 | {before}{fact}{after} |", "| {before} | {fact} | {after} |"])
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_the_part_of_a_row_that_answers_is_quoted(tmp_path: Path, size: int, row: str, place: str) -> None:
    before = "" if place == "first" else SENTENCES[: size if place == "last" else size // 2]
    after = SENTENCES[: size - len(before)]
    told = row.format(before=before, fact="忘れ物の水筒は十一本でした。", after=after)
    head = "| 項目 | 内容 |\n| --- | --- |" if row.startswith("| 当日") else "| 甲 | 乙 | 丙 |\n|---|---|---|"
    answer = ask(tmp_path, "忘れ物の水筒は何本？", f"{head}\n{told}")
    assert any("忘れ物の水筒は十一本でした。" in quote.text for quote in answer.quotes)
    assert "…" in to_markdown(answer)


@pytest.mark.parametrize(
    "line", [f"v = [{LISTED}, {{fact}}]", f"run {WORDS} {{fact}}", f"x({LISTED}, {{fact}}, {LISTED})"]
)
def test_the_part_of_a_line_of_code_that_answers_is_quoted(tmp_path: Path, line: str) -> None:
    answer = ask(tmp_path, "gannet_limitのコードは？", f"```python\n{line.format(fact='gannet_limit=7721')}\n```")
    (quote,) = (quote for quote in answer.quotes if "gannet_limit=7721" in quote.text)
    assert quote.code
    assert quote.cut[0]
    assert f"…{quote.text}" in to_markdown(answer)


def test_a_line_that_fits_is_quoted_whole(tmp_path: Path) -> None:
    row = f"| 当日 | {SENTENCES[:300]} |"
    answer = ask(tmp_path, "係の3番は何を運んだ？", f"| 項目 | 内容 |\n| --- | --- |\n{row}")
    assert any(row in quote.text and quote.cut == (False, False) for quote in answer.quotes)


def test_over_two_passages_a_quote_is_marked_where_its_line_goes_on(tmp_path: Path) -> None:
    ask(tmp_path, "run", f"```sh\nrun {WORDS}\n```")
    tables = FolderStore.open(tmp_path / "index").tables
    passages = tables.passages_of_article(0)
    first, second, *_ = (one for one in passages if one.passage.sentences[0].kind == "code")
    spans = [span_of(first, first.passage.sentences[1:]), span_of(second, second.passage.sentences[:1])]
    (span,) = united(spans)
    assert cut(span, tables) == (True, True)
    assert cut(united([span_of(first, first.passage.sentences), *spans])[0], tables) == (False, True)


FACTS = {
    "、": ("係の{}番は静かに網を運び", "忘れ物の水筒は十一本で", "忘れ物の水筒は何本？"),
    "": ("係の{}番は静かに網を運び", "忘れ物の水筒は十一本で", "忘れ物の水筒は何本？"),
    ", ": ("helper {} carried the nets quietly", "the lost bottles were eleven", "how many lost bottles were there?"),
    " ": ("helper {} carried the nets quietly", "the lost bottles were eleven", "how many lost bottles were there?"),
}


@pytest.mark.parametrize(("limit", "mark"), [(600, ""), (600, "- "), (2000, "> ")])
@pytest.mark.parametrize("separator", FACTS)
@pytest.mark.parametrize("place", [0.0, 0.63, 1.0])
def test_the_part_of_a_sentence_without_an_end_that_answers_is_quoted(
    tmp_path: Path, limit: int, separator: str, mark: str, place: float
) -> None:
    phrase, fact, question = FACTS[separator]
    phrases = [phrase.format(number) for number in range(1300 // len(phrase))]
    phrases.insert(int(place * len(phrases)), fact)
    answer = ask(tmp_path, question, f"{mark}{separator.join(phrases)}", limit)
    (quote,) = (quote for quote in answer.quotes if fact in quote.text)
    assert quote.cut == (place > 0, place < 1)
    assert quote.shown in to_markdown(answer)


def test_a_sentence_beside_others_is_not_marked(tmp_path: Path) -> None:
    told = f"{HELPERS}忘れ物の水筒は**十一本。**[^1] {SENTENCES}"
    answer = ask(tmp_path, "忘れ物の水筒は何本？", f"{told}\n\n[^1]: 届け済み。")
    assert answer.quotes[0].text.startswith("忘れ物の水筒は**十一本。**[^1]")
    assert {quote.cut for quote in answer.quotes} == {(False, False)}


def test_of_an_address_the_beginning_is_quoted(tmp_path: Path) -> None:
    (quote,) = ask(tmp_path, "網の記録のリンク先は？", f"https://example.com/{'net-' * 400}").quotes
    assert quote.text.startswith("https://example.com/net-")
    assert quote.cut == (False, True)
