"""What holds for the passages of every article: generated ones, the project's own and real ones."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reading.article_files import find_files
from index.reading.articles import read_article
from index.reading.markdown.document import parse
from index.reading.passages import sections_of, split_article
from index.types import Article, Passage, SplitSettings
from tests.support.generated_articles import articles, indented, quoted

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
FOLDERS = [ROOT / "articles", ROOT.parent / "shared" / "eval" / "corpus", ROOT.parent / "shared" / "seed"]
REAL_FILES = [(folder, path) for folder in FOLDERS if folder.is_dir() for path in find_files(folder).files]

# What a line-by-line reader, knowing nothing of the parser, takes for not visible.
UNSEEN = re.compile(
    r"""\s*(?:
        :{3,}\s*(?:message(?:\s+alert)?|details\s.*)?   # container marks; a title is checked by its own test
      | (?:[-*_]\s*){3,}                                # rules
      | [|:\s-]*\|[|:\s-]*                              # delimiter rows and empty rows
      | <!--.*-->
      | \[[^\]^]+\]:\s.*                                # link definitions
      | \$\$
    )\s*""",
    re.VERBOSE,
)
MARKS = re.compile(r"(?:\s|>|[-*+](?=\s|$)|\d{1,9}[.)](?=\s|$)|<br\s?/?>)*")
FENCE = re.compile(r"(`{3,}|~{3,})[^`:]*(?::\s*)?$")
NEWLINE = re.compile(rb"\r\n|\r|\n")


def lines_with_bytes(source: bytes, start: int) -> list[tuple[int, int]]:
    ends = [match.start() for match in NEWLINE.finditer(source, start)]
    starts = [start, *(match.end() for match in NEWLINE.finditer(source, start))]
    return list(zip(starts, [*ends, len(source)], strict=True))


def check(article: Article, limit: int) -> list[Passage]:
    """Check everything that always holds."""
    passages = split_article(article, SplitSettings(limit))
    check_ranges(article, passages)
    check_headings(article, passages)
    check_sizes(article, passages, limit)
    check_blocks(passages)
    return passages


def check_ranges(article: Article, passages: list[Passage]) -> None:
    at = article.body_start
    for passage in passages:
        text = article.text[passage.start : passage.end].decode()
        assert text
        assert text == text.strip()
        assert at <= passage.start
        assert passage.section.start <= passage.start < passage.end <= passage.section.end
        at = passage.start
        for sentence in passage.sentences:
            line = article.text[sentence.start : sentence.end].decode()
            assert line == line.strip() != ""
            assert not NEWLINE.search(line.encode())
            assert at <= sentence.start < sentence.end <= passage.end
            assert sentence.plain == sentence.plain.strip()
            assert sentence.kind in ("text", "item", "row", "code", "link", "image")
            at = sentence.end
        assert any(sentence.plain for sentence in passage.sentences)
        at = passage.end


def check_headings(article: Article, passages: list[Passage]) -> None:
    headings = parse(article).headings
    for passage in passages:
        assert not any(one.start < passage.end and passage.start < one.end for one in headings)
    sections = sections_of(article)
    assert {passage.section for passage in passages} <= set(sections)
    assert [one.headings[-1] for one in sections if one.headings] == [one.text for one in headings]
    assert [one.start for one in sections] == sorted(one.start for one in sections)


def check_sizes(article: Article, passages: list[Passage], limit: int) -> None:
    for passage in passages:
        if len(article.text[passage.start : passage.end].decode()) > limit:
            assert len(passage.sentences) == 1
            (sentence,) = passage.sentences
            line = article.text[sentence.start : sentence.end].decode()
            markup = len(line) > len(sentence.plain) + 2 or re.search(r"\w://|\$|&|\^\[", line)
            markup = markup or b"`" in article.text
            assert sentence.kind in ("row", "code", "link", "image") or markup


def check_blocks(passages: list[Passage]) -> None:
    sentences = [sentence for passage in passages for sentence in passage.sentences]
    blocks = [sentence.block for sentence in sentences]
    assert blocks == sorted(blocks)


def check_whole_lines(article: Article, passages: list[Passage], limit: int) -> None:
    """Check that a line of a fence or table is in one sentence of one passage, unless it is longer than the limit."""
    for passage in passages:
        for sentence in passage.sentences:
            if sentence.kind in ("code", "row"):
                end = NEWLINE.search(article.text, sentence.end)
                rest = article.text[sentence.end : end.start() if end else None]
                begin = article.text.rfind(b"\n", 0, sentence.start) + 1
                whole = article.text[begin : end.start() if end else None].decode()
                assert not rest.decode().strip() or len(whole) > limit


def missed_lines(article: Article, passages: list[Passage]) -> list[str]:
    """Return the lines that a reader sees and no sentence has."""
    covered = [(one.start, one.end) for passage in passages for one in passage.sentences]
    skipped = [(one.start, one.end) for one in parse(article).headings]
    missed = []
    for start, end in lines_with_bytes(article.text, article.body_start):
        text = MARKS.sub("", article.text[start:end].decode(), count=1).strip()
        if not text or UNSEEN.fullmatch(text) or FENCE.match(text):
            continue
        if not any(first < end and start < last for first, last in covered + skipped):
            missed.append(text)
    return missed


def shows_only_images(text: str) -> bool:
    return re.fullmatch(r"(?:!\[\]\([^)]*\)\s*)+", text) is not None


def ends_a_link(text: str) -> bool:
    """The address of a link whose text stands on the line before."""
    return re.fullmatch(r"https?://\S+\)", text) is not None


if REAL_FILES:

    @pytest.mark.parametrize(("folder", "path"), REAL_FILES, ids=[path.name for _, path in REAL_FILES])
    def test_real_articles(folder, path):
        article = read_article(folder, path)
        passages = check(article, 500)
        check_whole_lines(article, passages, 500)
        missed = missed_lines(article, passages)
        assert [text for text in missed if not shows_only_images(text) and not ends_a_link(text)] == []


@settings(max_examples=120)
@given(articles(), st.sampled_from([20, 60, 120, 500]))
def test_generated_articles(article, limit):
    assert check(article, limit) == split_article(article, SplitSettings(limit))


@settings(max_examples=120)
@given(
    st.text("ab。字 \n\r\t#-*_>`~|:[]()!$^\\<&1.=@\ufeff\u3000\f\0🐧", max_size=120),
    st.sampled_from([10, 500]),
)
def test_any_text(text, limit):
    check(Article("a.md", text.encode(), 0, "題"), limit)


SAFE = st.lists(
    st.sampled_from(["札幌", "酪農の話。", "速い！", "Lambda", "🐧", "**太字**", "`code`", "[題](/a)", "、"]),
    min_size=1,
    max_size=30,
).map("".join)
SEEN_BLOCK = st.one_of(
    st.tuples(st.integers(1, 6), SAFE).map(lambda pair: f"{'#' * pair[0]} {pair[1]}"),
    st.lists(SAFE, min_size=1, max_size=4).map("\n".join),
    st.lists(st.tuples(st.sampled_from(["- ", "  - ", "1. ", "- [ ] "]), SAFE).map("".join), min_size=1).map("\n".join),
    st.lists(SAFE, min_size=1, max_size=5).map(lambda lines: "\n".join(["```js:a.js", *lines, "```"])),
    st.lists(SAFE, min_size=1, max_size=5).map(
        lambda cells: "\n".join(["| 品 |", "|---|", *(f"| {cell} |" for cell in cells)])
    ),
    SAFE.map(lambda text: f"> {text}\n> > {text}"),
    SAFE.map(lambda text: f"::::details {text}\n:::message\n{text}\n:::\n::::"),
    SAFE.map(lambda text: f"[^1]: {text}"),
    SAFE.map(lambda text: f"![図](/a.png)\n*{text}*"),
    st.sampled_from(["---", "<!-- x -->", "https://example.com", "@[card](https://example.com)", "<p>\n生\n</p>"]),
)


@settings(max_examples=120)
@given(
    st.lists(SEEN_BLOCK, max_size=8).map("\n\n".join),
    st.sampled_from([quoted, indented, str]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([60, 500]),
)
def test_every_visible_line_is_in_a_sentence(text, nest, newline, limit):
    article = Article("a.md", nest(text).replace("\n", newline).encode(), 0, "題")
    passages = check(article, limit)
    check_whole_lines(article, passages, limit)
    assert missed_lines(article, passages) == []
