"""What is quoted: whole readable parts, the answering line among them, and no more than needed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from index.quoting.line_scores import criteria_of, line_scores
from index.quoting.points import READ_PASSAGES, SUMMARISED_PASSAGES
from index.quoting.quotes import QUOTED_CHARACTERS, QUOTED_SECTIONS, choose, choose_spans
from index.searching.search import Searcher
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder
from tests.support.helpers import opened, refresh, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.quoting.spans import Span

    Ask = Callable[..., list[Span]]

pytestmark = pytest.mark.usefixtures("either_store")

FRONT = '---\ntitle: "Report"\nemoji: 🌊\ntype: tech\npublished: true\n---\n\n'
FILLER = "The evening went on for a long while and everyone was in a good mood until the very end of it. "


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Return a function that asks a question of one article and returns what is quoted."""

    def quoted(question: str, body: str, limit: int = 500) -> list[Span]:
        refresh(write(tmp_path / "articles", whales=FRONT + body), tmp_path / "index", limit=limit)
        searcher = Searcher(opened(tmp_path / "index"), FakeEncoder())
        spans = choose_spans(searcher.search(question, 10), searcher)
        source = (FRONT + body).encode()
        assert all(source[span.start : span.end].decode() == span.text for span in spans)
        assert sum(len(span.text) for span in spans) <= QUOTED_CHARACTERS
        assert all(a.end <= b.start or b.end <= a.start for a, b in pairwise(sorted(spans, key=lambda s: s.start)))
        return spans

    return quoted


def texts(spans: list[Span]) -> list[str]:
    return [span.text for span in spans]


def test_a_definition_is_the_term_with_the_lines_below_it(ask):
    body = "# Words\n\nBuoy: a float with a bell\nIt is tied to the ground\n\nPod: a group of whales\nUp to forty\n"
    assert "Buoy: a float with a bell\nIt is tied to the ground" in ask("what is a buoy?", body)[0].text


@pytest.mark.parametrize("blank", ["", "\n"])
def test_a_short_list_comes_with_its_lead_in(ask, blank):
    body = (
        f"# Plan\n\n{FILLER * 4}\n\nThree rules for counting:\n{blank}- buoys first\n- whales later\n- rest at noon\n"
    )
    (span,) = ask("which rules for counting?", body)
    assert span.text == f"Three rules for counting:\n{blank}- buoys first\n- whales later\n- rest at noon"


def test_of_a_long_list_the_best_item_is_quoted_with_the_lead_in(ask):
    items = [f"- item number {word}: {FILLER}" for word in "one two three four five six seven eight".split()]
    items[5] = f"- the microphone hangs under the buoy. {FILLER}"
    found = texts(ask("where does the microphone hang?", "# Plan\n\nWhat we built:\n" + "\n".join(items)))
    assert found[0] == "What we built:"
    assert any(text.startswith("- the microphone hangs") for text in found)
    assert not any("number two" in text for text in found)


def test_a_row_comes_with_the_header_even_from_another_passage(ask):
    rows = [f"| {10 + n}:00 | talk {n} {FILLER * 2}| speaker {n} |" for n in range(6)]
    body = "# Times\n\n| time | talk | who |\n|---|---|---|\n" + "\n".join(rows) + "\n| 19:30 | dinner | Ishida |\n"
    found = texts(ask("when is the dinner?", body, limit=300))
    assert found[0] == "| time | talk | who |"
    assert found[-1].endswith("| 19:30 | dinner | Ishida |")


@pytest.mark.parametrize("rows", [3, 30])
@pytest.mark.parametrize("rule", ["|---|---|", "| :-- | --: |"])
def test_the_head_of_a_table_comes_with_a_row_that_answers(ask, rows, rule):
    table = "\n".join(
        ["| ticket of the whale night | price of a ticket |", rule, *(f"| kind {n} | {n}00 yen |" for n in range(rows))]
    )
    found = "\n".join(texts(ask("what is the price of a ticket of kind 2?", f"# Night\n\n{FILLER * 3}\n\n{table}\n")))
    assert "| ticket of the whale night |" in found
    assert "| kind 2 | 200 yen |" in found
    assert "| 0 yen" not in found


def test_a_head_is_never_quoted_without_a_row(ask):
    rows = "\n".join(f"| {name} {FILLER * 2}| {n}00 yen |" for n, name in enumerate(("Ishida", "Mori", "Sato")))
    body = f"# Night\n\nThe prices:\n\n| guest | price of the whale ticket |\n|---|---|\n{rows}\n"
    found = texts(ask("price of the whale ticket", body, limit=200))
    assert any("00 yen" in text for text in found)
    assert found[-1].strip().endswith("00 yen |")


def test_of_a_long_paragraph_only_the_answer_is_quoted(ask):
    body = f"# Sound\n\n{FILLER * 2}The microphone cost ninety euros. {FILLER * 2}\n"
    (span,) = ask("how much was the microphone?", body)
    assert span.text == "The microphone cost ninety euros."


def test_a_sentence_that_refers_back_comes_with_the_one_before(ask):
    body = f"# Sound\n\n{FILLER * 2}Ishida built a filter. It removes the noise of ships. {FILLER * 2}\n"
    (span,) = ask("what removes the noise of ships?", body)
    assert span.text == "Ishida built a filter. It removes the noise of ships."


def test_an_address_comes_with_the_line_that_says_what_it_is(ask):
    body = f"# Later\n\n{FILLER * 3}\n\nThe recording of the talk\n\nhttps://example.com/v\n\n{FILLER * 3}\n"
    assert "The recording of the talk\n\nhttps://example.com/v" in texts(ask("is there a link to the recording?", body))


def test_addresses_and_pictures_are_not_quoted_for_themselves(ask):
    body = f"# Whales\n\nhttps://example.com/whales\n\n![whales](/w.png)\n\nNine whales passed. {FILLER}\n"
    assert ask("how many whales passed?", body)[0].text.startswith("Nine whales passed.")


def test_code_comes_whole_with_its_marks_and_the_line_above_it(ask):
    code = "```python\ndef count_whales(sound):\n    return len(sound)\n}\n```"
    found = ask("count_whales sound", f"# Code\n\n{FILLER * 3}\n\n{code}\n\n{FILLER * 3}\n")
    assert [span.is_code for span in found if "count_whales" in span.text] == [False]
    assert any(f"{FILLER}\n\n{code}" in text for text in texts(found))


def test_of_long_code_the_lines_that_answer_stand_alone(ask):
    code = "def count_whales(sound):\n    return len(sound)\n" + "\n".join(
        ["noise = noise * 2  # louder and louder"] * 20
    )
    found = ask("count_whales sound", f"# Code\n\n{FILLER * 3}\n\n```python\n{code}\n```\n")
    assert [span.is_code for span in found if "count_whales" in span.text] == [True]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how many are the whales of the bay?", "The whales of the bay are about forty."),
        ("why the whales of the bay?", "The whales of the bay are quiet because of ships."),
        ("when are the whales of the bay?", "The whales of the bay are there when it is dark."),
        ("入り江に来る大きな鯨は何頭？", "入り江に来る大きな鯨は四十頭。"),
        ("入り江に来る大きな鯨はなぜ？", "入り江に来る大きな鯨は餌のため。"),
    ],
)
def test_the_line_with_the_kind_of_thing_that_is_asked_for_scores_best(tmp_path, question, answer):
    lines = ["The whales of the bay are large.", "The whales of the bay are about forty."]
    lines += ["The whales of the bay are quiet because of ships.", "The whales of the bay are there when it is dark."]
    lines += ["入り江に来る大きな鯨は静か。", "入り江に来る大きな鯨は四十頭。", "入り江に来る大きな鯨は餌のため。"]
    refresh(write(tmp_path / "articles", whales=FRONT + "\n".join(lines)), tmp_path / "index")
    searcher = Searcher(opened(tmp_path / "index"), FakeEncoder())
    result = searcher.search(question, 1)
    criteria = criteria_of(result, searcher.store.tables)
    scores = line_scores(criteria, result, searcher, result.hits[0].stored, behind=0.0)
    assert lines[scores.index(max(scores))] == answer


def test_an_english_question_finds_the_japanese_line(ask):
    body = "# 準備\n\n" + "\n\n".join(f"{line}{'皆で楽しく過ごした一日でした。' * 8}" for line in LINES)
    assert "会場は港の倉庫を借りました。" in ask("what was the venue?", body)[0].text


LINES = ["名札には好きな色を塗りました。", "会場は港の倉庫を借りました。", "昼食は弁当です。"]

SUMMARY = """# Opening

Hello to all whales.

# Panel

## Sound

{filler}Microphones should hang deep.

## Ships

Ships must slow down. {filler}

## Money

It is important to ask for money early. {filler}

# Closing

Goodbye to all whales.
"""


@pytest.mark.parametrize("question", ["what did the panel conclude?", "Panelのまとめ"])
def test_points_come_from_all_that_stands_under_a_heading_without_text(ask, question):
    found = ask(question, SUMMARY.format(filler=FILLER * 3))
    text = "\n".join(texts(found))
    for point in ("Microphones should hang deep.", "Ships must slow down.", "It is important to ask for money early."):
        assert point in text
    assert {span.stored.passage.section.headings[0] for span in found} == {"Panel"}


def test_points_of_a_part_are_not_those_of_the_whole(ask):
    found = ask("what did the panel conclude about money?", SUMMARY.format(filler=FILLER * 3))
    assert {span.stored.passage.section.headings for span in found} == {("Panel", "Money")}


@pytest.mark.parametrize("most", [2, 24])
def test_each_line_to_choose_points_from_is_there_once(tmp_path: Path, most: int) -> None:
    body = "# Panel\n\nA talk by Ann Whale, CEO of Oceans.\n\nShips must slow down.\n\nWhales must rest.\n"
    refresh(write(tmp_path / "articles", whales=FRONT + body), tmp_path / "index")
    searcher = Searcher(opened(tmp_path / "index"), FakeEncoder())
    lines = choose(searcher.search("what did the panel conclude?", 10), searcher, most).lines
    assert lines[0].text.startswith("A talk by Ann Whale")
    assert len({(line.start, line.end) for line in lines}) == len(lines) == min(most, 3)


def test_points_of_a_report_without_headings(ask):
    assert "Whales must rest" in ask("summarise the night", f"Whales must rest. {FILLER}")[0].text


def test_answers_come_from_few_sections_the_best_first_in_reading_order(ask):
    sections = [f"# Part {n}\n\nA whale sang. {FILLER * 2}\n\nA whale slept. {FILLER * 2}\n" for n in range(6)]
    sections[4] += "\nThe grey whale sang at night.\n"
    found = ask("which whale sang at night?", "\n".join(sections))
    order = [span.stored.section_number for span in found]
    assert 1 <= len(set(order)) <= QUOTED_SECTIONS
    assert any("grey whale" in span.text for span in found if span.stored.section_number == order[0])
    assert order == sorted(order, key=order.index)
    assert all(a.start < b.start for a, b in pairwise(found) if a.stored.section_number == b.stored.section_number)


def test_what_is_about_something_else_is_left_out(ask):
    body = (
        f"# Price\n\nThe ticket was nine euros.\n\n# Food\n\nSoup and bread. {FILLER}\n\n# Way\n\nBy boat. {FILLER}\n"
    )
    assert texts(ask("how much was the ticket?", body)) == ["The ticket was nine euros."]


@pytest.mark.parametrize("begins", ["", "- ", "> "])
def test_a_line_that_is_too_long_is_cut(ask, begins):
    (span,) = ask("鯨", f"# 題\n\n{begins}`{'鯨' * 900}`\n", limit=600)
    assert len(span.text) > QUOTED_CHARACTERS - 100


def test_text_without_a_word_is_quoted_where_there_is_nothing_else(ask):
    assert texts(ask("whales?", "# 。\n\n！？ …\n")) == ["！？ …"]


def test_passages_near_and_under(tmp_path):
    text = FRONT + "".join(f"{level} {name}\n\n" + f"{FILLER}\n\n" * 9 for level, name in HEADINGS)
    refresh(write(tmp_path / "articles", whales=text, other=f"{text}One more line.\n"), tmp_path / "index", limit=100)
    tables = FolderStore.open(tmp_path / "index").tables
    sections = {section.headings[-1]: number for number, section in tables.sections(1)}
    by_section = {name: tables.passages_of_section(number) for name, number in sections.items()}
    assert tables.passages_under(1, sections["a"], 99) == by_section["a"] + by_section["b"] + by_section["c"]
    assert tables.passages_under(1, sections["c"], 99) == by_section["c"]
    assert tables.passages_under(1, sections["e"], 99) == by_section["e"]
    assert tables.passages_under(1, sections["a"], 3) == by_section["a"][:3]
    assert tables.passages_near(by_section["b"][4], 2) == by_section["b"][2:7]
    assert tables.passages_near(by_section["b"][0], 1) == by_section["b"][:2]
    assert tables.passages_near(by_section["b"][-1], 1) == by_section["b"][-2:]


HEADINGS = [("#", "a"), ("##", "b"), ("###", "c"), ("#", "d"), ("##", "e")]


def test_a_question_that_finds_nothing_quotes_nothing(tmp_path):
    refresh(write(tmp_path / "articles"), tmp_path / "index")
    searcher = Searcher(opened(tmp_path / "index"), FakeEncoder())
    assert choose_spans(searcher.search("whales?"), searcher) == []


class CountingSearcher(Searcher):
    """Count the passages that quotes are looked for in."""

    read = 0

    def sentence_scores(self, *arguments):
        self.read += 1
        return super().sentence_scores(*arguments)


@pytest.mark.parametrize("question", ["what did the night conclude?", "when did the whale sing?"])
@pytest.mark.slow
def test_a_long_report_without_headings_takes_no_longer(tmp_path, question):
    refresh(write(tmp_path / "articles", whales=FRONT + f"A whale sang. {FILLER}\n\n" * 900), tmp_path / "index")
    searcher = CountingSearcher(opened(tmp_path / "index"), FakeEncoder())
    result = searcher.search(question, 10)
    assert choose_spans(result, searcher)
    assert 0 < searcher.read <= READ_PASSAGES + SUMMARISED_PASSAGES < len(searcher.store)
