"""One article's fault ends no build: what is wrong with it, or endless in it, is named, and the others are indexed."""

from __future__ import annotations

import re
import signal
import threading
import time

import pytest

import index.building.build
import index.reading.articles
from index.checking.stats import article_drift
from index.errors import ArticleError
from index.reading.time_limit import TimeUp, time_limit
from tests.support.helpers import MOSS, WHALES, one_sentence, one_version, refresh, stored_sources, write

BAD = "# Bad\n\nThe bad one.\n"
SHORT = 0.2


@pytest.fixture
def folders(tmp_path):
    return write(tmp_path / "articles", moss=MOSS, bad=BAD, whales=WHALES), tmp_path / "index"


def spin(*_):
    while True:
        pass


def backtrack(*_):
    re.match(r"(?:a|a)+$", "a" * 60 + "b")


def spin_stubbornly(*_):
    """Take the end of time for an error of one's own, as parsers do that try one way after the other."""
    try:
        spin()
    except Exception:  # noqa: BLE001  that is what is tried
        spin()


def failing(error):
    def fail(*_):
        raise error

    return fail


def recurse(*_):
    return recurse()


def at_the_bad_one(function, instead):
    """Do something else with the bad article, and with the others what is done with them."""
    return lambda article, *rest: (instead if article.path == "bad.md" else function)(article, *rest)


@pytest.mark.slow
@pytest.mark.parametrize("endless", [spin, backtrack, spin_stubbornly])
def test_what_has_no_end_ends(endless):
    before = signal.getsignal(signal.SIGPROF)
    with pytest.raises(TimeUp), time_limit(SHORT):
        endless()
    assert signal.getsignal(signal.SIGPROF) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_waiting_does_not_count():
    with time_limit(SHORT):
        time.sleep(2 * SHORT)


def test_a_timer_of_somebody_else_goes_on():
    handler = signal.signal(signal.SIGPROF, spin)
    signal.setitimer(signal.ITIMER_PROF, 1000, 3)
    try:
        with time_limit(SHORT):
            pass
        left, interval = signal.getitimer(signal.ITIMER_PROF)
        assert (left > 900, interval, signal.getsignal(signal.SIGPROF)) == (True, 3, spin)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler)


def test_other_threads_go_on_without_a_limit():
    done = []

    def work():
        with time_limit(SHORT):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def spend(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_large_article_gets_more_time(monkeypatch):
    monkeypatch.setattr(index.reading.articles, "SECONDS", SHORT)
    monkeypatch.setattr(index.reading.articles, "SECONDS_PER_MEBIBYTE", 1000)
    with index.reading.articles.one_article("large.md", 1 << 20):
        spend(2 * SHORT)
    with pytest.raises(ArticleError, match="computing time"), index.reading.articles.one_article("small.md", 10):
        spend(100 * SHORT)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["look", "split"])
@pytest.mark.parametrize("endless", [spin, backtrack])
def test_an_article_without_an_end(folders, monkeypatch, step, endless):
    articles, index_folder = folders
    module, name = {"look": (index.reading.articles, "parse"), "split": (index.building.build, "split_article")}[step]
    monkeypatch.setattr(index.reading.articles, "SECONDS", SHORT)
    monkeypatch.setattr(module, name, at_the_bad_one(getattr(module, name), endless))
    report = refresh(articles, index_folder)
    (failed,) = report.failed
    assert (failed["path"], failed["line"]) == ("bad.md", 1)
    assert "0.2 seconds" in one_sentence(failed["reason"])
    assert (report.articles, report.added, report.unchanged, report.changed, report.removed) == (2, 2, 0, 0, 0)
    assert set(stored_sources(index_folder)) == {"moss.md", "whales.md"}


@pytest.mark.slow
@pytest.mark.parametrize("step", ["look", "split"])
@pytest.mark.parametrize(
    "fault", [recurse, *map(failing, [ValueError("bad\nvalue"), MemoryError(), KeyError("x"), AssertionError()])]
)
def test_an_article_that_breaks_a_parser(folders, monkeypatch, step, fault):
    articles, index_folder = folders
    module, name = {"look": (index.reading.articles, "parse"), "split": (index.building.build, "split_article")}[step]
    monkeypatch.setattr(module, name, at_the_bad_one(getattr(module, name), fault))
    report = refresh(articles, index_folder)
    assert [failed["path"] for failed in report.failed] == ["bad.md"]
    one_sentence(report.failed[0]["reason"])
    assert (report.articles, report.added) == (2, 2)
    assert set(stored_sources(index_folder)) == {"moss.md", "whales.md"}


def test_an_article_that_breaks_a_parser_after_a_change(folders, monkeypatch):
    articles, index_folder = folders
    refresh(articles, index_folder)
    write(articles, bad=BAD + "\nMore.\n")
    monkeypatch.setattr(index.reading.articles, "parse", at_the_bad_one(index.reading.articles.parse, recurse))
    counted = {"added": 0, "changed": 0, "removed": 1, "unchanged": 2, "unreadable": 1}
    assert article_drift(index_folder, [articles], drafts=True) == counted
    monkeypatch.undo()
    monkeypatch.setattr(
        index.building.build, "split_article", at_the_bad_one(index.building.build.split_article, recurse)
    )
    report = refresh(articles, index_folder)
    assert (report.articles, report.added, report.changed, report.removed, report.unchanged) == (2, 0, 0, 1, 2)
    assert set(stored_sources(index_folder)) == {"moss.md", "whales.md"}


def test_what_is_nobodys_fault_ends_the_build(folders, monkeypatch):
    """Ctrl-C, say: the version in use stays."""
    articles, index_folder = folders
    refresh(articles, index_folder)
    before = one_version(index_folder)
    write(articles, bad=BAD + "\nMore.\n")
    stop = failing(KeyboardInterrupt())
    monkeypatch.setattr(index.building.build, "split_article", at_the_bad_one(index.building.build.split_article, stop))
    with pytest.raises(KeyboardInterrupt):
        refresh(articles, index_folder)
    assert one_version(index_folder) == before
