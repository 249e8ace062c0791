"""The index with the real model, built once by the real command; and databases, of every kind there is here."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine
from threadpoolctl import threadpool_limits

from bot.answers.answerer import Answerer, open_answerer
from bot.records.database import METADATA
from bot.settings import BotSettings
from index.storage.milvus.publishing import publish
from tests.support import postgres
from tests.support.databases import opened
from tests.support.helpers import CARNIVAL, OpenedIn, milvus_settings, python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.records.records import Records


def pytest_configure() -> None:
    """Let matrices be multiplied in one thread, as the bundled model has it in the bot; several wait for each other.

    Nor does a bot read passages here, unless a test says so: that takes ten times as long as all else of an answer.
    tests/bot/answers/test_read_answers.py has what is different then.
    """
    threadpool_limits(1, user_api="blas")
    os.environ["READER"] = "off"
    # How long an example takes is up to whoever else uses the machine.
    settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("busy machine")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they need and one cannot forget to say; what is only slow says so itself."""
    for item in items:
        if "e2e" in item.path.parts or "slack" in item.path.name:
            item.add_marker("e2e")
        if "milvus" in item.nodeid:
            item.add_marker("milvus")
        if "real_index" in getattr(item, "fixturenames", ()):
            item.add_marker("model")
        if "postgresql" in item.nodeid:
            item.add_marker("slow")


@pytest.fixture(scope="session")
def real_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the Japanese one of the project's articles with the bundled model in a process of its own.

    Workers that run side by side build it once, and have a copy each.
    """
    own = tmp_path_factory.mktemp("real")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return _built(own)
    shared = tmp_path_factory.getbasetemp().parent / "real"
    with FileLock(shared.with_suffix(".lock")):
        if not (shared / "report.json").exists():
            shared.mkdir(exist_ok=True)
            _built(shared)
    shutil.copytree(shared, own, dirs_exist_ok=True)
    return own / "index"


def _built(folder: Path) -> Path:
    (folder / "articles").mkdir(exist_ok=True)
    shutil.copy(CARNIVAL, folder / "articles")
    ran = python("-m", "index", "build", "--articles", "articles", "--index", "index", "--json", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    (folder / "report.json").write_text(json.dumps(json.loads(ran.stdout)))
    return folder / "index"


@pytest.fixture
def own_index(real_index: Path, tmp_path: Path) -> Path:
    """Return a copy of the real index that a test may damage or rebuild."""
    return shutil.copytree(real_index, tmp_path / "own-index")


@pytest.fixture(scope="session", params=["folder", "milvus"])
def answerer(request: pytest.FixtureRequest, real_index: Path) -> Answerer:
    """Answer from the real index, in its folder and in Milvus, with the settings that everybody starts with."""
    if request.param == "folder":
        return open_answerer(BotSettings(index=real_index, _env_file=None))
    publish(milvus_settings(real_index))
    return open_answerer(milvus_settings(real_index, BotSettings))


@pytest.fixture(scope="module", params=["folder", "milvus"])
def either_store(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have `helpers.opened` open indexes in their folders, and then all again in Milvus."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OpenedIn, "kind", request.param)
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server and return its URL."""
    with postgres.server() as url:
        yield url


# SQLite everywhere, PostgreSQL where it is installed.
@pytest.fixture(params=["sqlite", *(["postgresql"] if postgres.PROGRAMS else [])])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    url: str = request.getfixturevalue("postgresql")
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    METADATA.drop_all(engine)
    engine.dispose()
    return url


@pytest.fixture
def records(url: str) -> Iterator[Records]:
    """Open the records of one process."""
    with opened(url) as records:
        yield records


@pytest.fixture
def other(url: str, records: Records) -> Iterator[Records]:
    """Open another process' records on the same database."""
    with opened(url) as other:
        yield other
