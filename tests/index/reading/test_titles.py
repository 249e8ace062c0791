"""Titles of articles whose front matter has none, and the days by which files are named."""

import pytest

from index.reading.articles import to_article
from index.reading.titles import title_of_path


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("2019-06-12-rubykaigi-day-1.md", "rubykaigi day 1"),
        ("_posts/2019-06-12_moss_night.markdown", "moss night"),
        ("public/20210111-苔の会 #14.md", "苔の会 #14"),
        ("2019/0503-Moss-Night-01/README.md", "Moss Night 01"),
        ("posts/2024/02-10-moss-night.md", "moss night"),
        ("blog/moss-night/index.mdx", "moss night"),
        ("blog/2023-01-28/index.md", "2023-01-28".replace("-", " ")),
        ("posts/2017-06-06-moss.html.md", "moss"),
        ("moss-night-2017.md", "moss night 2017"),
        ("2017-review.md", "2017 review"),
        ("index.md", "index"),
        ("--.md", "--"),
    ],
)
def test_the_name_of_a_file_made_readable(path: str, title: str) -> None:
    assert title_of_path(path) == title


@pytest.mark.parametrize(
    ("path", "text", "title"),
    [
        ("moss-2019.md", "intro\n\n# The moss night\n\ntext\n", "The moss night"),
        ("moss-2019.md", "# The moss night\n\n# Day 1\n\ntext\n\n# Day 2\n", "The moss night"),
        ("moss-2019.md", "# Moss night report\n\nIt was dark.\n\n# Talks\n\ntext\n", "Moss night report"),
        ("moss-2019.md", "# はじめに\n\n苔の会に行った。\n\n# 発表\n\n苔の話。\n", "moss 2019"),
        ("moss-2019.md", "# Keynote:\n\n*Speaker: Ann*\n\n# Growing ferns:\n\ntext\n", "moss 2019"),
        ("moss-2019.md", "text\n\n# One\n\n# Two\n", "moss 2019"),
        ("moss-2019.md", "## Venue\n\ntext\n", "moss 2019"),
        ("moss-2019.md", "Moss night\n===\n\ntext\n", "Moss night"),
    ],
)
def test_a_heading_is_the_title_where_it_stands_for_the_whole(path: str, text: str, title: str) -> None:
    assert to_article(path, text.encode()).article.title == title


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("_posts/2019-12-07-moss.md", "2019-12-07"),
        ("blog/2020/05/03/moss.mdx", "2020-05-03"),
        ("public/20210111-moss.md", "2021-01-11"),
        ("2019/0503-moss/README.md", "2019-05-03"),
        ("posts/2024/02-10-moss.md", "2024-02-10"),
        ("2023-01-28/index.md", "2023-01-28"),
        ("2016-07-13_moss.md", "2016-07-13"),
        ("events/2014/2014-12-moss.md", "2014-12"),
        ("posts/2019/moss/index.md", "2019"),
        ("moss-2019.md", None),
        ("OPS-20191301.md", None),
        ("v12020-01-02x.md", None),
    ],
)
def test_the_day_by_which_a_file_is_named(path: str, day: str | None) -> None:
    assert to_article(path, b"# A title\n").article.date == day


def test_front_matter_dates_a_report_before_its_file_does() -> None:
    assert to_article("_posts/2019-12-07-a.md", b"---\ndate: 2019-12-24\n---\n").article.date == "2019-12-24"


def test_a_title_that_begins_with_a_day_dates_a_report() -> None:
    assert to_article("a.md", b"# 2021-11-15 Moss night retrospective\n").article.date == "2021-11-15"
