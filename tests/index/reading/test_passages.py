"""Where articles are cut."""

import pytest

from index.reading.passages import sections_of, split_article
from index.types import Article, Passage, SplitSettings


def article(text: str, body_start: int = 0) -> Article:
    return Article("night-of-caches.md", text.encode(), body_start, "t")


def split(text: str, limit: int = 500) -> list[Passage]:
    return split_article(article(text), SplitSettings(limit))


def texts(text: str, limit: int = 500) -> list[str]:
    source = text.encode()
    return [source[one.start : one.end].decode() for one in split(text, limit)]


def words(count: int, letter: str = "字") -> str:
    """One line of text without a place to pause."""
    return letter * count


def test_sections_with_and_without_text():
    text = "前書き\n\n# 一\n\n### 三\n文\n##### 五\n文\n## 二\n# 一\n"
    sections = sections_of(article(text))
    assert [(one.headings, one.level, one.anchor) for one in sections] == [
        ((), 0, None),
        (("一",), 1, "%E4%B8%80"),
        (("一", "三"), 3, "%E4%B8%89"),
        (("一", "三", "五"), 5, "%E4%B8%89"),
        (("一", "二"), 2, "%E4%BA%8C"),
        (("一",), 1, "%E4%B8%80-1"),
    ]
    source = text.encode()
    assert [source[one.start : one.end].decode() for one in sections] == [
        "前書き",
        "# 一",
        "### 三\n文",
        "##### 五\n文",
        "## 二",
        "# 一",
    ]
    passages = split(text)
    assert [one.section for one in passages] == [sections[0], sections[2], sections[3]]


def test_lead_without_text_is_no_section():
    assert [one.level for one in sections_of(article("\n<!-- x -->\n\n# 一\n"))] == [1]
    assert sections_of(article("")) == []
    assert [one.headings for one in sections_of(article("文だけ"))] == [()]


def test_fifth_level_without_an_ancestor_has_no_anchor():
    assert [one.anchor for one in sections_of(article("##### 五\n文"))] == [None]


@pytest.mark.parametrize(
    ("opening", "below", "anchors"), [("# ", "## ", [None, "b"]), ("#### ", "##### ", [None, None])]
)
def test_a_heading_that_never_ends_is_cut_and_its_id_is_no_anchor(opening, below, anchors):
    sections = sections_of(article(f"{opening}{'a' * 3_000}\n{below}b\n文"))
    assert [one.anchor for one in sections] == anchors
    assert [[len(heading) for heading in one.headings] for one in sections] == [[1_000], [1_000, 1]]


def test_front_matter_is_in_no_section():
    text = "---\ntitle: a\n---\n本文\n"
    source = article(text, text.index("本文"))
    (section,) = sections_of(source)
    (passage,) = split_article(source, SplitSettings())
    assert source.source[section.start : section.end].decode() == "本文"
    assert passage.plain == "本文"


@pytest.mark.parametrize("mark", ["-", "- ", "="])
@pytest.mark.parametrize("list_mark", ["-", "*", "1."])
def test_an_empty_item_below_a_line_makes_no_heading_of_it(list_mark, mark):
    indent = " " * (len(list_mark) + 1)
    text = f"# 一\n\n- 会員\n  {list_mark} 年会費は4千円\n  {indent}{mark}\n- 会場\n"
    (section,) = sections_of(article(text))
    (passage,) = split(text)
    assert section.headings == ("一",)
    assert [(one.kind, one.plain) for one in passage.sentences] == [
        ("item", "会員"),
        ("item", "年会費は4千円"),
        ("item", "会場"),
    ]


@pytest.mark.parametrize("opening", ["> ", "- ", ":::details 題\n", "1. "])
def test_no_passage_crosses_a_heading_inside_something(opening):
    found = texts(f"前\n\n{opening}## 中の見出し\n\n後\n")
    assert [one for one in found if "##" in one] == []
    assert found[0].startswith("前")
    assert found[-1] == "後"


def test_what_fits_stays_together():
    text = "一段落目。\n\n---\n\n二段落目。\n\n- 項目\n"
    assert texts(text) == [text.strip()]


def test_a_rule_is_where_a_long_section_is_cut():
    parts = ["\n\n".join(words(60, letter) for letter in part) for part in ("あいう", "かき", "さしす")]
    assert texts("\n\n---\n\n".join(parts), 250) == parts


def test_a_small_part_between_rules_stays_with_a_neighbour():
    text = f"{words(150)}\n\n---\n\n短い\n\n---\n\n{words(220)}"
    assert texts(text, 250) == [f"{words(150)}\n\n---\n\n短い", words(220)]


def test_paragraphs_are_cut_at_blank_lines_and_balanced():
    paragraphs = [f"{words(50)}\n{words(50)}" for _ in range(6)]
    found = texts("\n\n".join(paragraphs), 500)
    assert found == ["\n\n".join(paragraphs[:3]), "\n\n".join(paragraphs[3:])]


def test_no_tiny_tail():
    paragraphs = [words(160), words(160), words(160), words(20)]
    assert [len(one) for one in texts("\n\n".join(paragraphs), 485)] == [322, 182]


def test_lines_and_sentences_of_one_paragraph():
    lines = [f"{words(89)}。" for _ in range(6)]
    assert texts("\n".join(lines), 300) == ["\n".join(lines[:3]), "\n".join(lines[3:])]
    assert texts("".join(lines), 300) == ["".join(lines[:3]), "".join(lines[3:])]


def test_a_list_stays_with_the_line_that_introduces_it():
    items = [f"- {words(60)}" for _ in range(4)]
    text = "\n".join([words(100), "", "以下の四点です：", *items])
    found = texts(text, 200)
    assert "\n".join(found[1:]).count("- ") == 3
    assert f"以下の四点です：\n- {words(60)}" in found[0]


def test_an_item_with_its_subitems_is_cut_only_when_it_alone_is_too_long():
    item = f"- {words(80)}\n  - {words(80)}\n"
    assert texts(item * 3, 250) == [item.strip()] * 3
    long_item = f"- {words(80)}\n  - {words(80, '子')}\n  - {words(80, '孫')}\n"
    assert "\n  ".join(texts(long_item, 180)) == long_item.strip()


def test_a_fence_is_cut_only_when_it_alone_is_too_long_and_then_between_lines():
    fence = "```\n" + "\n".join(words(40, "x") for _ in range(5)) + "\n```"
    assert texts(f"{words(80)}\n\n{fence}\n\n{words(80)}", 250) == [words(80), fence, words(80)]
    found = texts(fence, 120)
    assert len(found) == 3
    assert "\n".join(found) == fence


def test_a_table_is_cut_between_rows_and_not_after_its_head():
    rows = [f"| {words(30)} | {number} |" for number in range(8)]
    table = "\n".join(["| 品 | 値 |", "|---|---|", *rows])
    found = texts(table, 150)
    assert "\n".join(found) == table
    assert all(len(one) <= 150 for one in found)
    assert rows[0] in found[0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (words(120), [words(40)] * 3),
        (f"{words(38)}、{words(38)}、{words(38)}", [f"{words(38)}、", f"{words(38)}、", words(38)]),
        (f"- {words(98)}", [f"- {words(49)}", words(49)]),
        ("| a |\n|---|\n| " + words(80) + " |", ["| a |", "| " + words(80) + " |"]),
        ("https://example.com/" + words(80, "x"), ["https://example.com/" + words(80, "x")]),
        ("```\n" + words(80, "x") + "\n```", ["```\n" + words(80, "x") + "\n```"]),
        ("👩‍👩‍👧" * 14, ["👩‍👩‍👧" * 7] * 2),
    ],
)
def test_what_alone_is_over_the_limit(text, found):
    assert texts(text, 55) == found


def test_sentences_of_cut_items_keep_their_marker_and_plain_text():
    passages = split(f"- **{words(40)}。** {words(40)}。", 50)
    assert [one.plain for one in passages] == [f"{words(40)}。", f"{words(40)}。"]


@pytest.mark.parametrize("hidden", ["<!-- x -->", "[r]: https://example.com", "---", ":::message\n:::"])
def test_hidden_lines_are_at_no_end_of_a_passage(hidden):
    text = f"{hidden}\n\n一\n\n{hidden}\n\n二\n\n{hidden}\n"
    assert texts(text) == [f"一\n\n{hidden}\n\n二"]


def test_images_without_a_description_stay_with_text():
    image = f"![](/{words(120, 'x')}.png)"
    assert texts(image) == []
    assert texts(f"一\n\n{image}\n\n二") == [f"一\n\n{image}\n\n二"]
    assert texts(f"{words(100)}\n\n{image}\n\n{words(100)}", 240) in (
        [f"{words(100)}\n\n{image}", words(100)],
        [words(100), f"{image}\n\n{words(100)}"],
    )


def test_a_caption_stays_with_its_image():
    text = f"{words(200)}\n\n![図](/a.png)\n*図の題*\n\n{words(200)}"
    assert any("![図](/a.png)\n*図の題*" in one for one in texts(text, 230))
