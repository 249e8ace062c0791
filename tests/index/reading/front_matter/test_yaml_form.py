"""Front matter that somebody wrote to do harm, or by mistake: a line that is at fault, or a harmless value."""

import pytest

from index.errors import ArticleError
from index.reading.articles import to_article
from index.reading.front_matter.block import LONGEST_TEXT


def read(yaml: str):
    return to_article("night.md", f"---\n{yaml}\n---\n# From the text\n".encode()).article


def many_times(levels: int) -> str:
    """Return lists of nine of the list before; as text the last one has 9 ** levels parts."""
    lines = ["k0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("yaml", "line", "reason"),
    [
        (f"{many_times(9)}\ntopics: *a8", 3, "alias"),
        (f"{many_times(2)}\ntitle: a", 3, "alias"),
        ("title: &a [*a]", 2, "alias"),
        ("a: &a {title: x}\n<<: *a", 3, "alias"),
        ("title: *undefined", 2, "alias"),
        ("emoji: a\ntitle: " + "[" * 60_000, 3, "nested"),
        ("title: " + "{" * 60_000, 2, "nested"),
        ("- " * 30_000, 2, "nested"),
        ("\n".join(" " * depth + "a:" for depth in range(300)), 22, "nested"),
        ("? " * 30_000, 2, "nested"),
        ("emoji: " + "x" * 70_000, 2, "larger than 64 KiB"),
        ("# " + "x" * 70_000, 2, "larger than 64 KiB"),
        ("emoji: a\ntitle: " + "9" * 5_000, 3, "longer than 500"),
        ("title: " + "59:" * 10_000 + "59", 2, "longer than 500"),
        ("emoji: a\ntitle: " + "苔" * (LONGEST_TEXT + 1), 3, "longer than 500"),
        ("emoji: a\ntopics: [a, " + "苔" * (LONGEST_TEXT + 1) + "]", 3, "longer than 500"),
        (f"emoji: a\ntopics: [{', '.join(f't{n}' for n in range(101))}]", 3, "more than 100 topics"),
        (f"topics: '{', '.join(map(str, range(101)))}'", 2, "more than 100 topics"),
        ("emoji: a\ntitle: {a: b}", 3, "title"),
        ("emoji: a\npublished: [false]", 3, "published"),
        ("emoji: a\npublished_at: [2024-05-06]", 3, "published_at"),
        ("emoji: a\npublication_name: {a: b}", 3, "publication_name"),
        ("emoji: a\npublication_name: ../../elsewhere", 3, "publication_name"),
        ("publication_name: a/b", 2, "publication_name"),
        ("emoji: a\ntopics: [[a]]", 3, "topics"),
        ("topics: {a: b}", 2, "topics"),
        ("topics: !!omap [a: b]", 2, "topics"),
        ("topics: !!set {a, b}", 2, "topics"),
        ("title: !!binary aGVsbG8=", 2, "title"),
        ("emoji: a\ntitle: !!binary x=x", 3, "base64"),
        ("emoji: a\nx: !!python/object/apply:os.system [id]", 3, "python/object/apply"),
        ("emoji: a\nx: !!python/name:os.system", 3, "python/name"),
        ("emoji: !own a", 2, "!own"),
        ("emoji: a\ntitle: a\nemoji: b", 4, "emoji twice"),
        ("emoji: a\npublished_at: 2024-02-30", 3, "date"),
        ("emoji: a\npublished_at: 0000-01-01", 3, "date"),
        ("emoji: a\npublished_at: 2024-05-06 09:30:00 +99:99", 3, "date"),
        ("emoji: a\ntitle: a\0b", 3, "control characters"),
        ('emoji: a\ntitle: "\\ud800"', 3, "Unicode"),
        ("emoji: a\n? [a]\n: b", 3, "unhashable"),
        ("title: a\n...\nb: c", 4, "document"),
    ],
)
def test_what_is_refused_and_where(yaml, line, reason):
    with pytest.raises(ArticleError) as caught:
        read(yaml)
    assert (caught.value.path, caught.value.line) == ("night.md", line)
    assert reason in caught.value.reason
    assert len(caught.value.reason) < 200
    assert caught.value.reason.isprintable()


@pytest.mark.parametrize(
    ("yaml", "title"),
    [
        ("title: 1.10", "1.10"),
        ("title: 007", "007"),
        ("title: 1e999999", "1e999999"),
        ("title: .inf", ".inf"),
        ("title: On", "On"),
        ("title: 2024-05-06", "2024-05-06"),
        ("title: 12:30", "12:30"),
        ("title: !!int one", "one"),
        ("title: !!bool maybe", "maybe"),
        ("title: a\nx: [a, 2024-05-06 25:00:00]", "a"),
        ("title: a\nx: !!timestamp tomorrow", "a"),
        ("title: ~", "From the text"),
        ("title: a\nemoji: " + "9" * 50_000, "a"),
        ("title: a\nemoji: 0x" + "f" * 50_000, "a"),
        ("title: a\nx: &anchor b", "a"),
        ("title: a\nx: !!binary aGVsbG8=", "a"),
        ("title: a\nx: {deep: [{er: [1, 2]}]}", "a"),
        ("{title: a}", "a"),
        ('title: "\\e[2J a \\0\\x85\\r\\n b"', "[2J a b"),
        ("title: |\n  a\n  b", "a b"),
        ("title: " + "a" * LONGEST_TEXT, "a" * LONGEST_TEXT),
        ("", "From the text"),
    ],
)
def test_titles(yaml, title):
    assert read(yaml).title == title


@pytest.mark.parametrize(
    ("value", "expected"), [("no", False), ("off", False), ("FALSE", False), ("0", False), ("yes", True), ("", True)]
)
def test_published(value, expected):
    assert read(f"published: {value}").published is expected


def test_numbers_among_topics():
    assert read("topics: [2024, 1.10, true, ~, 2024]").topics == ("2024", "1.10", "true")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0001-01-01 00:00:00", "0001-01-01 00:00"),
        ("2024-05-06 09:30:00 +09:00", "2024-05-06 09:30"),
        ("2024-05-06T09:30:00Z", "2024-05-06 09:30"),
        ("tomorrow", "tomorrow"),
    ],
)
def test_published_at(value, expected):
    assert read(f"published_at: {value}").published_at == expected


def test_a_long_heading_as_title():
    assert to_article("night.md", b"# " + b"a" * 80_000).article.title == "a" * LONGEST_TEXT


@pytest.mark.slow
def test_a_rule_at_the_start_and_another_far_below():
    with pytest.raises(ArticleError, match="larger than 64 KiB"):
        to_article("night.md", b"---\n" + b"text\n" * 20_000 + b"---\n")
    assert to_article("night.md", b"---\n\n" + b"text\n" * 20_000).article.body_start == 0
