"""The database's file is for its owner alone, and taking it away while it is in use loses nothing silently."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.records.database import open_engine
from bot.slack.api.installations import Installations
from tests.support.databases import TEAM, opened, question
from tests.support.patience import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COMPANIONS = ("", "-wal", "-shm")


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes(path: Path) -> list[int]:
    """Return the modes of a database and of what is beside it."""
    return [mode(path.with_name(path.name + companion)) for companion in COMPANIONS]


# Whose it is


@pytest.mark.usefixtures("open_umask")
def test_a_new_database_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    with opened(f"sqlite:///{path}") as records:
        records.receive(question())
        assert modes(path) == [0o600] * 3
    assert mode(path) == 0o600


@pytest.mark.usefixtures("open_umask")
def test_a_link_to_nowhere_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "records.sqlite")
    with opened(f"sqlite:///{tmp_path / 'link'}") as records:
        records.receive(question())
        assert modes(tmp_path / "records.sqlite") == [0o600] * 3


@pytest.mark.parametrize("before", [0o644, 0o666, 0o640, 0o606])
def test_a_database_that_others_could_read_is_closed_to_them(tmp_path: Path, before: int) -> None:
    path = tmp_path / "records.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE other (x)")
    for companion in COMPANIONS:
        path.with_name(path.name + companion).chmod(before)
    with opened(f"sqlite:///{path}"):
        assert modes(path) == [0o600] * 3
    connection.close()


WATCHED = """
import os, stat, sys
os.umask(0)
seen = []
def hook(event, args):
    if event == "sqlite3.connect":
        seen.append(oct(stat.S_IMODE(os.stat(args[0]).st_mode)))
sys.addaudithook(hook)
from bot.records.records import Records
Records.open(f"sqlite:///{sys.argv[1]}", 90).close()
print(*sorted(set(seen)))
"""


def test_it_is_so_before_sqlite_touches_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WATCHED, str(tmp_path / "records.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0o600"]


# Taken away while in use


def remove(path: Path) -> None:
    for companion in COMPANIONS:
        path.with_name(path.name + companion).unlink()


def remove_the_file_alone(path: Path) -> None:
    path.unlink()


def put_an_empty_one(path: Path) -> None:
    remove(path)
    path.touch()


def put_another_one(path: Path) -> None:
    other = path.with_name("other.sqlite")
    with opened(f"sqlite:///{other}") as records:
        records.receive(question(9))
    remove(path)
    other.rename(path)


AWAY = [remove, remove_the_file_alone, put_an_empty_one, put_another_one]


@pytest.mark.parametrize("take_away", AWAY)
def test_a_file_that_is_taken_away_is_noticed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, take_away: Callable[[Path], None]
) -> None:
    path = tmp_path / "records.sqlite"
    with opened(f"sqlite:///{path}") as records:
        records.receive(question(1))
        records.answered(question(1).key, "answered", 0.9, "yes", "en", "1.0")
        records.receive(question(2))
        take_away(path)
        assert records.receive(question(3))
        assert [one.levelno for one in caplog.records] == [logging.ERROR]
        assert str(path) in caplog.text
        # What was open goes on, what was answered is gone.
        assert records.claim(question(2).key)
        assert records.received(question(1).key) is None
        assert mode(path) == 0o600
    with sqlite3.connect(path) as connection:
        kept = {key for (key,) in connection.execute("SELECT key FROM questions")}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert {question(2).key, question(3).key} <= kept
    assert (question(9).key in kept) == (take_away is put_another_one)


@pytest.mark.slow
def test_it_may_happen_again_and_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "records.sqlite"
    with opened(f"sqlite:///{path}") as records:
        for number in range(1, 21):
            records.receive(question(number))
            remove(path)
        keys = [question(number).key for number in range(1, 21)]
        assert [key for key in keys if not records.claim(key)] == []
    assert len(caplog.records) == 20


def test_while_there_is_no_place_for_it_nothing_is_taken_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with opened(f"sqlite:///{folder}/records.sqlite") as records:
        records.receive(question(1))
        shutil.rmtree(folder)
        for _ in range(3):
            with pytest.raises(SQLAlchemyError):
                records.receive(question(2))
        folder.mkdir()
        assert records.receive(question(2))
        assert records.received(question(2).key) is not None
    assert len([one for one in caplog.records if "removed or replaced" in one.message]) == 1


def test_the_keeper_notices_by_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.records.records.RENEW_SECONDS", 0.05)
    path = tmp_path / "records.sqlite"
    with opened(f"sqlite:///{path}"):
        remove(path)
        wait_until(path.exists)
        assert "removed or replaced" in caplog.text


def test_a_file_that_stays_is_no_news(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    url = f"sqlite:///{tmp_path}/records.sqlite"
    with opened(url) as records, opened(url) as other:
        for number in range(20):
            records.receive(question(number))
            assert not other.claim(question(number).key)
        open_engine(url).dispose()
        assert records.received(question(7).key) is not None
    assert caplog.records == []


def test_installations_can_be_made_again(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    with opened(f"sqlite:///{path}") as records:
        installations = Installations("1.2", records.engine)
        remove(path)
        assert installations.bot(TEAM) is None
        assert installations.states.consume(installations.states.issue())
