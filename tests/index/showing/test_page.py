"""Quotes as the page shows them, where the text around them decides: code, formulas, headings, links, footnotes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.answers.rendering import to_markdown
from bot.slack.views.blocks import answer_message
from index.showing.parts import Code, Part, Prose, Run, plain
from index.showing.styled import readable
from index.showing.surroundings import surroundings
from index.types import Section, Surroundings
from tests.support.answers import answered, quote
from tests.support.helpers import ROOT, fake_answerer, refresh, write
from tests.support.terminals import on_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

LAMP = """\
## 点灯の例
コンストラクタはこう書く:

    class Lamp:
        def __init__(self, *watts):
            self.__watts__ = 2 * 3 * 4

以上。
"""
SLIDES = """\
資料は[一覧][deck]と[deck]と[映像][]にあり、[これ][none]はない。部屋は青の[^1]間で、席^[全部で9]は丸い。

[^1]: 正確には*中3階*。

[deck]: https://a.example/deck "一覧"
[映像]: <https://a.example/film>
"""
# How many lamps there are at most.
SUM = "合計は次の式:\n\n$$\nw_1 * w_2 * n\n$$\n\nである。\n"
TITLES = "灯り\n===\n\n本文は\nここ。\n\n部屋と\n廊下\n---\n\n終わり。\n"


def around(article: str, quote: str) -> Surroundings | None:
    """Return what stands around a quote in an article of one section."""
    source, quoted = article.encode(), quote.encode()
    start = source.index(quoted)
    return surroundings(source, Section((), 2, None, 0, len(source)), start, start + len(quoted))


def shown(article: str, quote: str | None = None) -> tuple[Part, ...]:
    """Return what is shown of a quote, by default of all of an article."""
    quoted = article.strip() if quote is None else quote
    return readable(quoted, around=around(article, quoted))


def test_indented_code_beside_prose_keeps_its_indent_and_has_no_emphasis() -> None:
    lead, program, end = shown(LAMP)
    assert plain([lead, end]) == "点灯の例\nコンストラクタはこう書く:\n以上。"
    assert program == Code("class Lamp:\n    def __init__(self, *watts):\n        self.__watts__ = 2 * 3 * 4")


@pytest.mark.parametrize(
    ("article", "quote", "code"),
    [
        # What of a program is quoted keeps the indent of its first line, whatever marks the program.
        (LAMP, "def __init__(self, *watts):\n            self", "    def __init__(self, *watts):\n        self"),
        ("前\n\n\tif x:\n\t\ty *= __z__\n", "y *= __z__", "\ty *= __z__"),
        ("- 一\n\n      a = __b__\n\n- 二\n", "a = __b__", "a = __b__"),
        ("> 前\n>\n>     a\n>       b\n", "b", "  b"),
        ("```py:a.py\nif a:\n    b = [c][d]\n```\n", "b = [c][d]", "    b = [c][d]"),
        ("$$w_1 * w_2$$\n", "$$w_1 * w_2$$", "w_1 * w_2"),
    ],
)
def test_a_part_of_code_is_shown_as_on_the_page(article: str, quote: str, code: str) -> None:
    assert shown(article, quote) == (Code(code),)


def test_indented_text_of_a_list_is_no_code() -> None:
    assert plain(shown("- 一\n\n    続き **太字**\n")) == "• 一\n\n    続き 太字"
    assert plain(shown("段落の\n    続きの行\n")) == "段落の\n続きの行"


def test_formulas_show_without_their_marks() -> None:
    assert shown(SUM) == (Prose((Run("合計は次の式:"),)), Code("w_1 * w_2 * n"), Prose((Run("である。"),)))


def test_underlined_headings_are_headings() -> None:
    (prose,) = shown(TITLES)
    assert isinstance(prose, Prose)
    assert [run.text.strip() for run in prose.runs if run.bold] == ["灯り", "部屋と\n廊下"]
    assert not {"=", "-"} & set(prose.text)


def test_references_are_links_and_footnotes_with_what_they_refer_to() -> None:
    text = "資料は一覧とdeckと映像にあり、[これ][none]はない。部屋は青の (正確には中3階。)間で、席 (全部で9)は丸い。"
    assert plain(shown(SLIDES, SLIDES.splitlines()[0])) == text
    assert plain(shown(SLIDES)) == f"{text}\n\n正確には中3階。"


def test_what_is_read_the_same_alone_needs_nothing_around_it() -> None:
    source = "## 見出し\n**太字**と[リンク](https://a.example)。\n".encode()
    assert surroundings(source, Section((), 2, None, 0, len(source)), 14, len(source) - 1) is None


pieces = st.sampled_from(
    [*LAMP.splitlines(True), *SLIDES.splitlines(True), *SUM.splitlines(True), "- 一\n", "> ", "\t"]
)


@given(st.lists(pieces, min_size=1, max_size=20).map("".join), st.data())
def test_every_part_of_an_article_can_be_quoted(article: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(article) - 1))
    quoted = article[start : data.draw(st.integers(start + 1, len(article)))]
    source, before = article.encode(), len(article[:start].encode())
    place = surroundings(source, Section((), 2, None, 0, len(source)), before, before + len(quoted.encode()))
    parts = readable(quoted, around=place)
    assert bool(parts) == bool(quoted.strip())
    assert all(part.text.strip() for part in parts)


QUOTED_CODE = "> 手順:\n>\n> ```sh\n> run a\n>   > run b\n> ```\n> 以上。\n"


def test_code_in_a_quotation_is_shown_without_the_marks_of_either() -> None:
    assert shown(QUOTED_CODE) == (Prose((Run("手順:"),)), Code("run a\n  > run b"), Prose((Run("以上。"),)))
    inside = "run a\n>   > run b"
    assert readable(inside, code=True, around=around(QUOTED_CODE, inside)) == (Code("run a\n  > run b"),)
    quoted = replace(quote(inside), code=True, around=around(QUOTED_CODE, inside))
    assert "> ```\n> run a\n>   > run b\n> ```" in to_markdown(answered(quoted))


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("[^1]: 中3階で、\n    階段の*横*。", "中3階で、\n階段の横。"),
        ("[^1]: 中3階。\n\n    階段の横。\n\n\tその奥。", "中3階。 階段の横。 その奥。"),
        ("[^1]: 中3階で、\n階段の横。", "中3階で、\n階段の横。"),
        ("[^1]:\n    中3階。", "中3階。"),
        ("[^1]: 中3階。\n[^2]: 別。", "中3階。"),
        ("[^1]: 中3階。\n\n別の段落。", "中3階。"),
        ("[^1]: 中3階。\n## 次", "中3階。"),
        ("[^1]: 中3階。\n- 項目", "中3階。"),
    ],
)
def test_a_footnote_is_shown_with_all_of_its_lines(note: str, text: str) -> None:
    part = "部屋は青の[^1]間。"
    article = f"{part}\n\n{note}\n".encode()
    section = Section((), 2, None, 0, len(part.encode()))
    found = surroundings(article, section, 0, len(part.encode()))
    assert found is not None
    assert plain(readable(part, around=found)) == f"部屋は青の ({text})間。"


def test_what_only_looks_like_a_definition_defines_nothing() -> None:
    line = "資料は[一覧][deck]にある。"
    article = f"{line}\n\n[a[]: x\n\n[deck]: https://a.example/deck\n"
    markdown = to_markdown(answered(quote(line, around=around(article, line))))
    assert "[deck]: https://a.example/deck" in markdown
    assert "[a[]" not in markdown


def test_what_two_reports_mean_otherwise_by_one_label_is_given_to_neither() -> None:
    lines = ("港の家[^1]です。[図][a]も。", "丘の家[^1]です。[図][a]も。")
    articles = (
        f"{line}\n\n[^1]: {note}\n\n[a]: https://a.example/map\n" for line, note in zip(lines, "上下", strict=True)
    )
    quotes = [quote(line, around=around(article, line)) for line, article in zip(lines, articles, strict=True)]
    markdown = to_markdown(answered(*quotes))
    assert "[^1]:" not in markdown
    assert markdown.count("[a]: https://a.example/map") == 1


def test_markdown_links_what_references_refer_to_beside_the_quote() -> None:
    line = SLIDES.splitlines()[0]
    markdown = to_markdown(answered(quote(line, around=around(SLIDES, line))))
    assert f"> {line}\n" in markdown
    page = MarkdownIt().render(markdown)
    assert re.findall('href="(https://a.example/[^"]+)"[^>]*>([^<]+)<', page) == [
        ("https://a.example/deck", "一覧"),
        ("https://a.example/deck", "deck"),
        ("https://a.example/film", "映像"),
    ]


def test_markdown_has_what_is_from_inside_a_program_as_code() -> None:
    line = 'print("__lamp__")  # `a` ```b```'
    text = f"```py\nif lamp:\n    {line}\n```\n"
    markdown = to_markdown(answered(quote(line, code=True, around=around(text, line))))
    assert f"> {line}\n" in markdown
    [code] = [token.content for token in MarkdownIt().parse(markdown) if token.type == "fence"]
    assert code == f"{line}\n"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    refresh(write(tmp_path / "articles", lamps=f"---\ntitle: lamps\n---\n{LAMP}"), tmp_path / "index")
    return tmp_path / "index"


def test_slack_shows_the_code_of_an_answer_as_code(index: Path) -> None:
    answer = fake_answerer(index, threshold=0).answer("コンストラクタはどう書く？")
    blocks = json.dumps(answer_message(answer, key="k").blocks, ensure_ascii=False)
    assert '"type": "rich_text_preformatted"' in blocks
    assert "class Lamp:\\n    def __init__(self, *watts):\\n        self.__watts__ = 2 * 3 * 4" in blocks


@pytest.mark.slow
def test_a_terminal_shows_it_so_too(index: Path) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from tests.support.helpers import fake_answerer
from bot.terminal import Terminal
Terminal(fake_answerer(Path("index"), threshold=0)).ask("コンストラクタはどう書く？")
"""
    lines = on_a_terminal(["-c", script], [], index.parent).splitlines()
    assert any("\x1b[32m    def __init__(self, *watts):" in line for line in lines)
