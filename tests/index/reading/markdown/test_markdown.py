"""What becomes a sentence: the constructs of Zenn Markdown one by one."""

import pytest

from index.reading.markdown.document import parse
from index.reading.passages import split_article
from index.types import Article, Sentence, SplitSettings


def article(text: str) -> Article:
    return Article("night-of-caches.md", text.encode(), 0, "t")


def sentences(text: str) -> list[Sentence]:
    passages = split_article(article(text), SplitSettings(100_000))
    return [sentence for passage in passages for sentence in passage.sentences]


def seen(text: str) -> list[tuple[str, str, str]]:
    """Kind, source and plain text of each sentence."""
    source = text.encode()
    return [(one.kind, source[one.start : one.end].decode(), one.plain) for one in sentences(text)]


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("**太い**字と*斜め*と~~消した~~字", "太い字と斜めと消した字"),
        ("`code` と ``a`b``", "code と a`b"),
        ('[表示](https://example.com/a_b_c "題")を見る', "表示を見る"),
        ("[**太い** `c`](/x)", "太い c"),
        ("前 https://example.com/a_b?c=*d 後", "前 https://example.com/a_b?c=*d 後"),
        ("x <https://example.com/%E3%81%82> y", "x https://example.com/%E3%81%82 y"),
        ("![絵の説明](/a.png) の絵", "絵の説明 の絵"),
        ("a<br>b<br />c", "a b c"),
        ("A &amp; B &lt;C&gt; &#12354;", "A & B <C> あ"),
        (r"1 \* 2 \_ 3", "1 * 2 _ 3"),
        ("値は $x^2$ です", "値は x^2 です"),
        ("$5 と $6 の差", "$5 と $6 の差"),
        ("[$a](https://example.com/$b) です", "$a です"),
        ("脚注[^1]のある文\n\n[^1]: 注", "脚注のある文"),
        ("その場の脚注^[ここに**書く**]です", "その場の脚注 (ここに書く)です"),
        ("前<!-- 見えない -->後", "前後"),
        ('<div class="x">生の HTML</div>', '<div class="x">生の HTML</div>'),
        ("[参照][r]です\n\n[r]: https://example.com", "参照です"),
        ("a  b\tc", "a b c"),
        ("*閉じない 2 * 3", "*閉じない 2 * 3"),
        ("@[card] は文", "@[card] は文"),
        ("***a** b*", "a b"),
        ("~~消した[^1]~~\n\n[^1]: 注", "消した"),
        ("nul\0です", "nul\ufffdです"),
    ],
)
def test_plain_text_of_a_line(source, plain):
    first = source.split("\n")[0]
    assert seen(source)[0] == ("text", first, plain)


def test_lines_are_sentences_and_soft_breaks_are_breaks():
    assert [source for _, source, _ in seen("一行目\n二行目  \n三行目\\\n四行目")] == [
        "一行目",
        "二行目",
        "三行目\\",
        "四行目",
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("odd", ["\f", "\u2028", "\x85", "\x0b", "\0", "\u3000", "🐧"])
def test_offsets_beside_odd_characters(newline, odd):
    lines = [f"前{odd}", f"{odd}中", "", f"- 項{odd}目", f"{odd}", "```", f"c{odd}d", "```", f"終{odd}わり"]
    found = [source for _, source, _ in seen(newline.join(lines))]
    expected = [f"前{odd}", f"{odd}中", f"- 項{odd}目", odd, f"c{odd}d", f"終{odd}わり"]
    assert found == [text.strip() for text in expected if text.strip()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- 一\n- 二", [("item", "- 一", "一"), ("item", "- 二", "二")]),
        ("1. 一\n   続き", [("item", "1. 一", "一"), ("item", "続き", "続き")]),
        ("- 親\n\t- 子\n\t  - 孫", [("item", "- 親", "親"), ("item", "- 子", "子"), ("item", "- 孫", "孫")]),
        ("- [ ] まだ\n- [x] 済み", [("item", "- [ ] まだ", "まだ"), ("item", "- [x] 済み", "済み")]),
        ("- - 二重", [("item", "- - 二重", "二重")]),
        ("> - 引用の項目", [("item", "- 引用の項目", "引用の項目")]),
        ("- > 項目の引用", [("item", "- > 項目の引用", "項目の引用")]),
        (
            "> 引用\n続き\n>\n> > 二重",
            [("text", "引用", "引用"), ("text", "続き", "続き"), ("text", "二重", "二重")],
        ),
        ("-\n  空の印の次", [("item", "空の印の次", "空の印の次")]),
        ("- https://example.com", [("item", "- https://example.com", "https://example.com")]),
        ("- 一。二。", [("item", "- 一。二。", "一。二。")]),
    ],
)
def test_lists_and_quotes(text, expected):
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.com/a_b", [("link", "https://example.com/a_b", "https://example.com/a_b")]),
        ("<https://example.com>", [("link", "<https://example.com>", "https://example.com")]),
        ("@[card](https://example.com)", [("link", "@[card](https://example.com)", "https://example.com")]),
        ("文\n@[youtube](abc)", [("text", "文", "文"), ("link", "@[youtube](abc)", "youtube abc")]),
        ("![図](/a.png =300x)", [("image", "![図](/a.png =300x)", "図")]),
        ('[![図](/a.png =x20)](/b "c")', [("image", '[![図](/a.png =x20)](/b "c")', "図")]),
        ("![](/a.png)\n*題*", [("image", "![](/a.png)", ""), ("text", "*題*", "題")]),
        ("![図 =3x](/a.png)", [("image", "![図 =3x](/a.png)", "図 =3x")]),
        ("![](/only.png)", []),
    ],
)
def test_links_and_images(text, expected):
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":::message alert\n注意\n:::", [("text", "注意", "注意")]),
        (":::message nope\n注意", [("text", ":::message nope", ":::message nope"), ("text", "注意", "注意")]),
        (":::details **題**です\n中\n:::", [("text", "**題**です", "**題**です"), ("text", "中", "中")]),
        (":::details\n中", [("text", ":::details", ":::details"), ("text", "中", "中")]),
        (
            "::::details 外\n:::message\n中\n:::\n後\n::::",
            [("text", text, text) for text in ("外", "中", "後")],
        ),
        (
            "- 項目\n  :::details 題\n  中\n  :::",
            [("item", "- 項目", "項目"), ("text", "題", "題"), ("item", "中", "中")],
        ),
        ("> :::message\n>", []),
        ("[^a]: 脚注の文\n    続き", [("text", "脚注の文", "脚注の文"), ("text", "続き", "続き")]),
        ("<!-- 一行 -->", []),
        ("文\n<!-- 一行 -->", [("text", "文", "文")]),
        ("<!-- 二\n行 -->", [("text", "<!-- 二", "<!-- 二"), ("text", "行 -->", "行 -->")]),
        ("***\n文\n\n___", [("text", "文", "文")]),
        ("[a]: https://example.com\n[b]: /b\n文", [("text", "文", "文")]),
        ("    字下げ\n    コード", [("code", "字下げ", "字下げ"), ("code", "コード", "コード")]),
        ("$$\nx = 1\n\ny\n$$\n文", [("code", "x = 1", "x = 1"), ("code", "y", "y"), ("text", "文", "文")]),
        ("$$ a $$", [("code", "$$ a $$", "a")]),
        ("$$ 閉じない", [("text", "$$ 閉じない", "$$ 閉じない")]),
    ],
)
def test_containers_notes_comments_and_blocks(text, expected):
    assert seen(text) == expected


def test_fences():
    named = "```js:src/main.js\nlet a;\n\n  b();\n```\n"
    text = f"{named}\n~~~~mermaid\n```\ngraph\n~~~~\n\n- 項目\n  ```diff ts\n  + c\n"
    assert seen(text) == [
        ("code", "src/main.js", "src/main.js"),
        ("code", "let a;", "let a;"),
        ("code", "b();", "b();"),
        ("code", "```", "```"),
        ("code", "graph", "graph"),
        ("item", "- 項目", "項目"),
        ("code", "+ c", "+ c"),
    ]


def test_table():
    text = "前\n\n| 品 | `値` |\n|:--|--:|\n| 茶 \\| 湯 | **百**<br>円 |\n  水 | 0\n|  |  |\n\n後"
    assert seen(text)[1:-1] == [
        ("row", "| 品 | `値` |", "品 | 値"),
        ("row", "| 茶 \\| 湯 | **百**<br>円 |", "茶 | 湯 | 百 円"),
        ("row", "水 | 0", "水 | 0"),
    ]


def test_code_span_and_link_over_two_lines():
    assert seen("前 `a\nb` 後") == [("text", "前 `a", "前 a"), ("text", "b` 後", "b 後")]
    assert seen("[表\n示](/a) 後") == [("text", "[表", "表"), ("text", "示](/a) 後", "示 後")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("今日は雨。明日は晴れ！本当？はい", ["今日は雨。", "明日は晴れ！", "本当？", "はい"]),
        ("「晴れ。雨。」と言った。（嘘。）終わり", ["「晴れ。雨。」と言った。", "（嘘。）終わり"]),
        ("良い。。。！！次", ["良い。。。！！", "次"]),
        ("嬉しい。🎉👍🏽次", ["嬉しい。🎉👍🏽", "次"]),
        ("**大事。** 次の文。", ["**大事。**", "次の文。"]),
        ("*~~大事。~~* [次](/a)。", ["*~~大事。~~*", "[次](/a)。"]),
        ("**大事。**次の文", ["**大事。**", "次の文"]),
        ("大事。**次**の文", ["大事。", "**次**の文"]),
        ("**大事。とても**次。", ["**大事。とても**次。"]),
        ("注[^1]だ。[^1]次", ["注[^1]だ。[^1]", "次"]),
        ("`a。b`を[c。d](/e。f)で", ["`a。b`を[c。d](/e。f)で"]),
        ("見よ。[次](/a)へ。**終**わり", ["見よ。", "[次](/a)へ。", "**終**わり"]),
        ("It works. Really! Why? Yes.", ["It works.", "Really!", "Why?", "Yes."]),
        ("See e.g. Foo vs. Bar and v1. Next, J. Doe.", ["See e.g. Foo vs. Bar and v1. Next, J. Doe."]),
        ("Next.js and node.js 3.5. works", ["Next.js and node.js 3.5. works"]),
        ('He said "Wait." Then left.', ['He said "Wait."', "Then left."]),
        ("閉じない「括弧。でも切る", ["閉じない「括弧。", "でも切る"]),
        ("前。 <!-- x --> 後", ["前。", "後"]),
        ("https://example.com/a?b=。c の次", ["https://example.com/a?b=。c の次"]),
    ],
)
def test_sentence_ends(line, expected):
    text = f"{line}\n\n[^1]: 注\n"
    assert [source for _, source, _ in seen(text)][: len(expected)] == expected
    assert seen(text)[len(expected)][1] == "注"


def test_blocks_are_what_stays_whole():
    text = "段落\n続き\n\n別の段落\n- 一\n  - 子\n\n  段\n- 二\n\n| a |\n|---|\n| b |\n\n```\nc\nd\n```\n@[card](https://e.com)\n"
    blocks: dict[int, list[str]] = {}
    for one in sentences(text):
        blocks.setdefault(one.block, []).append(one.plain)
    assert list(blocks.values()) == [
        ["段落", "続き"],
        ["別の段落"],
        ["一", "子", "段"],
        ["二"],
        ["a", "b"],
        ["c", "d"],
        ["https://e.com"],
    ]
    assert list(blocks) == sorted(blocks)


def test_rules_and_headings_have_bytes():
    text = "---\n\n> ## 見出し <!-- x -->\n\n***\n"
    document = parse(article(text))
    heading = document.headings[0]
    assert text.encode()[heading.start : heading.end].decode() == "## 見出し <!-- x -->"
    assert (heading.level, heading.text) == (2, "見出し")
    assert [text.encode()[at : at + 3] for at in document.rules] == [b"---", b"***"]
