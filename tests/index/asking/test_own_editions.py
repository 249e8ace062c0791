"""The event that an article is a report of, as it says in its title, front matter, path and text."""

from __future__ import annotations

import pytest

from index.asking.own_editions import event_of
from index.reading.articles import to_article
from index.sites.facts import Event


def event(title: str, text: str = "Text.", path: str = "a.md", front: str = "") -> Event:
    return event_of(to_article(path, f"---\ntitle: '{title}'\n{front}---\n\n{text}\n".encode()).article)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("FernConf2019に行ってきました", Event("FernConf", "", ("2019",))),
        ("YouGoto #FernConf 2019 Day3", Event("FernConf", "", ("2019",))),
        ("【Quay】Open Quay Harbour 2018参加報告", Event("Open Quay Harbour", "", ("2018",))),
        ("My thoughts after attending Moss::Harbour 2024", Event("Moss::Harbour", "", ("2024",))),
        ("【参加】Kaigi on Ferns 2023", Event("Kaigi on Ferns", "", ("2023",))),
        ("苔技術典5にサークル参加した", Event("苔技術典", "5", ())),
        ("なぎさ開発祭 2021 の記録", Event("なぎさ開発祭", "", ("2021",))),
        ("灯台Webの集い vol.14", Event("Webの集い", "14", ())),
        ("Mossy Night Notes", Event("Mossy Night", "", ())),
        ("第26回シダ勉強会に参加", Event("シダ勉強会", "26", ())),
        ("「苔の話」Talk #11 レポート", Event("", "11", ())),
        ("How I grow ferns", Event("", "", ())),
        ("GitHub Actions Node 24", Event("", "", ())),
    ],
)
def test_a_title_names_the_event(title: str, expected: Event) -> None:
    assert event(title) == expected


def test_front_matter_names_the_event_before_the_title() -> None:
    front = "event: Fern Circle 7\nevent_date: 2022-03-04\n"
    assert event("Notes from the dark", front=front) == Event("Fern Circle", "", ("2022",))


def test_the_day_of_what_announces_an_event_is_that_of_the_event() -> None:
    assert event("Growing ferns", front="date: 20 June 2023 18:00\nlocation: Krakow\n").years == ("2023",)
    assert event("Growing ferns", front="date: 20 June 2023\nlocation: Krakow\n").years == ()
    assert event("Growing ferns", front="date: 20 June 2023 18:00\n").years == ()


@pytest.mark.parametrize(
    ("path", "years"),
    [
        ("moss2019/README.md", ("2019",)),
        ("moss-night-2019.md", ("2019",)),
        ("_posts/2019-06-12-moss-night.md", ()),
        ("2019/moss-night.md", ()),
    ],
)
def test_the_name_of_a_file_may_have_the_year(path: str, years: tuple[str, ...]) -> None:
    assert event("Moss night", path=path).years == years


def test_sentences_that_date_an_event_give_its_year() -> None:
    assert event("Moss night", "It was held on May 3, 2019. The next one will be in 2020.").years == ("2019",)
