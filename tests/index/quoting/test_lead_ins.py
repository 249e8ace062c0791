"""A line that leads into code, a formula, a diagram, a table, a list or an image is quoted together with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.quoting.quotes import QUOTED_CHARACTERS, choose_spans
from index.searching.search import Searcher
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder
from tests.support.helpers import refresh, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ask = Callable[[str, str], list[str]]

FRONT = '---\ntitle: "潮の会"\nemoji: 🌊\ntype: tech\npublished: true\n---\n\n'
OTHERS = "\n\n## 昼食\n\n昼食は港の食堂で、皆で焼き魚を食べました。\n\n## 帰り道\n\n帰り道は夕焼けがきれいでした。\n"
LINES = "\n".join(f"tide{n} --wait {n} && echo 'the water rises'" for n in range(9))
LONG = "\n".join(f"tide{n} --wait {n} && echo 'the water rises and falls'" for n in range(40))

LEAD_INS = [
    "水門を開く手順は以下の通りです。",
    "水門を開く手順：",
    "水門を開く手順を紹介します。",
    "水門を開く手順はこうなります。",
    "準備を終えました。水門を開く手順も決まっていました。",
    "To open the 水門 we ran this 手順.",
]
ANNOUNCED = [
    "```\ntide open\n```",
    "````sh\ntide open\n````",
    "~~~sh\ntide open\n~~~",
    "```sh:gate/open.sh\ntide open\n\ntide watch\n```",
    f"```sh\n{LINES}\n```",
    "```mermaid\ngraph TD\n  A[tide] --> B[gate]\n```",
    "```diff\n- tide shut\n+ tide open\n```",
    "```sh\ntide open\n```\n\n```sh\ntide watch\n```",
    "$$\nh_1 = a * b * c\n$$",
    "$$ h_1 = a * b * c $$",
    "| 段 | 名 |\n| --- | --- |\n| 1 | 栓 |\n| 2 | 扉 |",
    "- 栓を抜く\n- 扉を上げる\n  - 半分まで",
    "1. 栓を抜く\n2. 扉を上げる",
    "![](/images/gate.png)",
    "![扉](/images/gate.png)",
    "    tide open\n    tide watch",
]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Return a function that asks a question of one article and returns what is quoted."""

    def quoted(question: str, body: str) -> list[str]:
        refresh(write(tmp_path / "articles", tide=FRONT + body), tmp_path / "index")
        searcher = Searcher(FolderStore.open(tmp_path / "index"), FakeEncoder())
        spans = choose_spans(searcher.search(question, 10), searcher)
        source = (FRONT + body).encode()
        assert all(source[span.start : span.end].decode() == span.text for span in spans)
        assert sum(len(span.text) for span in spans) <= QUOTED_CHARACTERS
        return [span.text for span in spans]

    return quoted


@pytest.mark.slow
@pytest.mark.parametrize("announced", ANNOUNCED)
@pytest.mark.parametrize("lead_in", LEAD_INS)
def test_what_a_line_leads_into_comes_with_it(ask: Ask, lead_in: str, announced: str) -> None:
    found = ask("水門を開く手順は？", f"## 水門\n\n{lead_in}\n\n{announced}{OTHERS}")
    assert announced.strip() in "\n".join(found)
    assert "手順" in found[0]


@pytest.mark.slow
@pytest.mark.parametrize("announced", [one for one in ANNOUNCED if not one.startswith((" ", "|"))])
def test_no_blank_line_need_stand_between(ask: Ask, announced: str) -> None:
    found = ask("水門を開く手順は？", f"## 水門\n\n水門を開く手順です。\n{announced}{OTHERS}")
    assert f"水門を開く手順です。\n{announced}" in "\n".join(found)


@pytest.mark.parametrize(
    "body",
    [
        ":::message\n水門を開く手順です。\n```sh\ntide open\n```\n:::",
        ":::details 水門を開く手順\n```sh\ntide open\n```\n:::",
        "> 水門を開く手順です。\n>\n> ```sh\n> tide open\n> ```",
        "- 船を出す\n- 水門を開く手順です。\n  ```sh\n  tide open\n  ```\n- 船を戻す",
        "水門を開く手順です。\n\n<!-- あとで直す -->\n\n```sh\ntide open\n```",
        "水門を開く手順です。\r\n\r\n```sh\r\ntide open\r\n```",
    ],
)
def test_marks_between_a_line_and_its_code_part_nothing(ask: Ask, body: str) -> None:
    assert any("tide open" in text for text in ask("水門を開く手順は？", f"## 水門\n\n{body}{OTHERS}"))


def test_a_horizontal_rule_ends_what_a_line_leads_into(ask: Ask) -> None:
    found = ask("水門を開く日は？", f"## 水門\n\n水門を開く日は土曜です。\n\n---\n\n```sh\n{LINES}\n```{OTHERS}")
    assert any("水門を開く日は土曜です。" in text for text in found)
    assert not any("tide1" in text for text in found)


@pytest.mark.parametrize("lead_in", LEAD_INS)
def test_of_what_is_too_long_the_beginning_comes(ask: Ask, lead_in: str) -> None:
    found = ask("水門を開く手順は？", f"## 水門\n\n{lead_in}\n\n```sh\n{LONG}\n```{OTHERS}")
    (code,) = (text for text in found if "tide0" in text)
    assert code.startswith("tide0")
    assert set(code.splitlines()) <= set(LONG.splitlines())


@pytest.mark.parametrize("question", ["水門を開くコマンドは？", "what is the command for the 水門?"])
def test_code_is_found_by_what_its_heading_says(ask: Ask, question: str) -> None:
    found = ask(question, f"## 水門を開く\n\n```sh\ntide open\n```\n\n空は晴れていました。{OTHERS}")
    assert any("tide open" in text for text in found)


def test_code_that_answers_brings_the_line_above_it(ask: Ask) -> None:
    found = ask("tide open", f"## 朝\n\n係の人が声をかけました。\n\n```sh\ntide open\n```{OTHERS}")
    assert any("係の人が声をかけました。\n\n```sh\ntide open\n```" in text for text in found)
