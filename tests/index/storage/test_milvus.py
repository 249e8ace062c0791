"""The index in Milvus: swapped in whole, the same as in the folder, and one sentence for whatever goes wrong.

Milvus is Milvus Lite here, which keeps its data in a file and speaks the protocol of a cluster. What is true of every
store is in test_contract.py.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bot.answers.reload import ReloadingAnswerer
from bot.settings import BotSettings
from index.errors import IndexDamaged, IndexFolderError, IndexMissing, IndexUnwritable, SettingsError
from index.searching.results import Filters
from index.searching.search import Searcher
from index.storage.milvus import files, publishing
from index.storage.milvus.connection import ALIAS, Milvus, collection_of
from index.storage.milvus.publishing import publish
from index.storage.milvus.store import MilvusStore
from index.storage.opening import look, open_store
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder
from tests.support.helpers import (
    MOSS,
    QUESTIONS,
    ROOT,
    WHALES,
    answerer_over,
    environment,
    milvus_settings,
    one_sentence,
    python,
    refresh,
    release,
    released,
    write,
)
from tests.support.patience import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Iterator[Path]:
    """An index in its folder and in Milvus."""
    root = tmp_path_factory.mktemp("made")
    articles = {f"night_{n}": MOSS.replace("nine", f"{n}") for n in range(10, 40)}
    write(root / "articles", whales=WHALES, moss=MOSS, **articles)
    refresh(root / "articles", root / "index")
    with released(root):
        assert publish(milvus_settings(root / "index"))
        yield root


@pytest.fixture
def root(tmp_path) -> Iterator[Path]:
    """Articles and their index, not yet published."""
    write(tmp_path / "articles", whales=WHALES)
    refresh(tmp_path / "articles", tmp_path / "index")
    with released(tmp_path):
        yield tmp_path


@pytest.fixture
def both(made) -> Iterator[tuple[MilvusStore, FolderStore]]:
    settings = milvus_settings(made / "index")
    with closing(MilvusStore.open(settings)) as milvus, closing(FolderStore.open(settings.index)) as folder:
        yield milvus, folder


def collections(index: Path) -> set[str]:
    milvus = Milvus(milvus_settings(index))
    return set(milvus.client.list_collections())


def test_it_finds_and_answers_what_the_folder_does(both):
    milvus, folder = both
    assert (milvus.name, milvus.manifest, len(milvus)) == (folder.name, folder.manifest, len(folder))
    spreads = [[store.dense_spread(FakeEncoder().encode_question(q).dense) for q in QUESTIONS] for store in both]
    assert spreads[0] == spreads[1]
    for filters in (None, Filters(articles=["moss.md"]), Filters(topics=["Moss"]), Filters(articles=["none.md"])):
        found = [Searcher(store, FakeEncoder()).search("lamp watts", 50, filters).hits for store in both]
        assert [hit.stored.number for hit in found[0]] == [hit.stored.number for hit in found[1]]
    answers = [
        [replace(answerer_over(store, threshold=0).answer(q), milliseconds=0, considered=()) for q in QUESTIONS]
        for store in both
    ]
    assert answers[0] == answers[1]
    assert any(answer.quotes for answer in answers[0])


def test_the_nearest_among_more_ranges_than_a_filter_names(both, monkeypatch):
    milvus, folder = both
    monkeypatch.setattr("index.storage.milvus.store.MOST_RANGES", 0)
    question = FakeEncoder().encode_question("lamp watts").dense
    for allowed in (np.arange(10, 30), np.arange(0, len(folder), 2), np.array([3, 4, 9]), np.zeros(0, np.int64)):
        _, wanted = folder.dense_top(question, 5, allowed)
        numbers, cosines = milvus.dense_top(question, 5, allowed)
        assert set(numbers) <= set(allowed)
        assert cosines == pytest.approx(wanted, abs=1e-5)


def test_many_passages(both, monkeypatch):
    """A graph instead of an exact search, vectors fetched by number, and filters where one search gives too little."""
    milvus, folder = both
    question = FakeEncoder().encode_question("lamp watts").dense
    everything = np.arange(len(folder))
    wanted = folder.dense_scores(question, everything)
    monkeypatch.setattr("index.storage.milvus.store.MOST_FOUND", 7)
    assert milvus.dense_scores(question, everything) == pytest.approx(wanted, abs=1e-5)
    monkeypatch.setattr("index.storage.milvus.store.EXACT_PASSAGES", 10)
    monkeypatch.setattr("index.storage.milvus.store.VECTORS_AT_A_TIME", 6)
    assert milvus.dense_scores(question, everything[::-1]) == pytest.approx(wanted[::-1], abs=1e-5)


def test_a_graph_is_searched(root, monkeypatch):
    monkeypatch.setattr("index.storage.milvus.publishing.EXACT_PASSAGES", 0)
    monkeypatch.setattr("index.storage.milvus.store.EXACT_PASSAGES", 0)
    publish(milvus_settings(root / "index"))
    store, folder = MilvusStore.open(milvus_settings(root / "index")), FolderStore.open(root / "index")
    question = FakeEncoder().encode_question("鯨の声").dense
    assert store.dense_top(question, 2)[1] == pytest.approx(folder.dense_top(question, 2)[1], abs=1e-5)


def test_portions(root, monkeypatch):
    """What is published and copied in several portions is the same as in one."""
    monkeypatch.setattr(publishing, "WORDS_AT_A_TIME", 3)
    monkeypatch.setattr(publishing, "PASSAGES_AT_A_TIME", 2)
    monkeypatch.setattr(files, "BLOCK_BYTES", 5_000)
    monkeypatch.setattr(files, "BLOCKS_AT_A_TIME", 2)
    monkeypatch.setattr("index.storage.milvus.connection.BYTES_IN_STRING", 300)
    write(root / "articles", moss=MOSS)
    refresh(root / "articles", root / "index")
    publish(milvus_settings(root / "index"))
    store, folder = MilvusStore.open(milvus_settings(root / "index")), FolderStore.open(root / "index")
    assert len(store) > 3
    for word in range(len(folder.lexical.offsets) - 1):
        for ours, theirs in zip(*(one.lexical.best_of_each([{word: 1.0}])[0] for one in (store, folder)), strict=True):
            assert ours.tolist() == theirs.tolist()
    for ours, theirs in zip(store.vectors(range(len(store))), folder.vectors(range(len(store))), strict=True):
        assert ours.tokens.tobytes() == theirs.tokens.tobytes()
    assert store.tables.articles() == folder.tables.articles()


def test_the_words_of_a_question_are_asked_for_together(made, monkeypatch):
    asked: list[str] = []
    search = MilvusStore.search

    def counted(self: MilvusStore, field: str, *given: Any, **named: Any) -> Any:
        asked.append(field)
        return search(self, field, *given, **named)

    monkeypatch.setattr(MilvusStore, "search", counted)
    with closing(MilvusStore.open(milvus_settings(made / "index"))) as store:
        searcher = Searcher(store, FakeEncoder())
        for question in (
            "How long do whales and moss sleep at night?",
            "According to the report on whales, who sleeps?",
        ):
            asked.clear()
            assert searcher.search(question).hits
            assert sorted(asked) in (["dense", "lexical", "sparse"], ["dense", "sparse"])


def test_a_published_version_is_not_published_again(root):
    settings = milvus_settings(root / "index")
    assert publish(settings)
    assert not publish(settings)
    assert look(settings) == collection_of(FolderStore.open(root / "index").name)


def test_a_reader_keeps_its_version_until_the_one_after_the_next(root):
    settings = milvus_settings(root / "index")
    publish(settings)
    reader = Searcher(open_store(settings), FakeEncoder())
    for number in (1, 2):
        write(root / "articles", moss=MOSS + f"\nIssue {number}.\n")
        refresh(root / "articles", root / "index")
        publish(settings)
        assert open_store(settings).name == FolderStore.open(root / "index").name != reader.store.name
        assert len(collections(root / "index")) == 4
        if number == 1:
            assert reader.search("受付").hits
    with pytest.raises(IndexDamaged) as caught:
        reader.search("something else")
    assert "MILVUS_URI" in one_sentence(caught.value)
    # The copies that bots keep are those of the version in use.
    assert [path.name for path in (root / "index" / files.CACHE).iterdir()] == [open_store(settings).name]


def test_a_bot_takes_up_what_is_published(root):
    settings = milvus_settings(root / "index", BotSettings)
    publish(settings)
    opened = []
    answerer = ReloadingAnswerer(settings, 0.02, opened.append, FakeEncoder())
    try:
        write(root / "articles", moss=MOSS)
        version = refresh(root / "articles", root / "index").version
        time.sleep(0.1)
        assert len(opened) == 1
        publish(settings)
        wait_until(lambda: answerer.version == version)
        assert answerer.article_count == 2
        assert answerer.answer("how many watts has the lamp?").index_version == version
    finally:
        answerer.close()


class Server:
    """Milvus Lite as a server, for several processes."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        program = Path(sys.executable).with_name("milvus-lite")
        self._command = [program, "server", "--data-dir", data, "--port", str(self.port)]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._listens, 60)

    def _listens(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def test_a_bot_outlives_its_milvus(root, caplog):
    server = Server(root / "served")
    settings = milvus_settings(root / "index", BotSettings, milvus_uri=f"http://127.0.0.1:{server.port}", threshold=0)
    publish(settings)
    opened = []
    answerer = ReloadingAnswerer(settings, 0.05, opened.append, FakeEncoder())
    try:
        before = answerer.answer("受付は何時？")
        assert before.quotes
        server.kill()
        with pytest.raises(IndexFolderError) as caught:
            answerer.answer("名札には何を書いた？")
        assert "MILVUS_URI" in one_sentence(caught.value)
        wait_until(lambda: any("still answering" in record.message for record in caplog.records))
        server.start()
        wait_until(lambda: len(opened) == 2)
        assert answerer.answer("受付は何時？").quotes == before.quotes
        assert not [record for record in caplog.records if record.exc_info]
    finally:
        answerer.close()
        server.kill()


KILLED = """
import os, signal, sys
from pathlib import Path
from pymilvus import MilvusClient
from index.storage.milvus.publishing import publish
from tests.support.helpers import milvus_settings
made = MilvusClient.create_collection
def die(client, name, **options):
    if name.endswith("_files"):
        os.kill(os.getpid(), signal.SIGKILL)
    made(client, name, **options)
MilvusClient.create_collection = die
publish(milvus_settings(Path(sys.argv[1])))
"""


def test_a_killed_publication_changes_nothing_and_the_next_one_repairs(root):
    settings = milvus_settings(root / "index")
    publish(settings)
    first = look(settings)
    for issue in (1, 2):
        release(root)
        write(root / "articles", moss=f"{MOSS}\nIssue {issue}.\n")
        version = refresh(root / "articles", root / "index").version
        ran = python("-c", KILLED, root / "index", cwd=root)
        assert ran.returncode == -signal.SIGKILL, ran.stderr
        assert look(settings) == first
        assert collection_of(version) in collections(root / "index")
        assert open_store(settings, FakeEncoder().fingerprint()).tables.article_number("moss.md") is None
    # Nothing has changed since, but for Milvus.
    assert refresh(root / "articles", root / "index").version == version
    assert publish(settings)
    store = open_store(settings, FakeEncoder().fingerprint())
    assert (store.name, store.tables.article_number("moss.md") is None) == (version, False)
    names = {first, collection_of(version)}
    assert collections(root / "index") == names | {f"{name}_files" for name in names}


def test_what_is_not_ours_stays(root):
    settings = milvus_settings(root / "index")
    client = Milvus(settings).client
    for name in ("reports_of_others", "notes"):
        client.create_collection(name, dimension=4)
    publish(settings)
    assert {"reports_of_others", "notes"} < collections(root / "index")


def test_what_is_in_the_folder_alone_is_not_found(root):
    with pytest.raises(IndexMissing) as caught:
        open_store(milvus_settings(root / "index"))
    assert "MILVUS_URI" in one_sentence(caught.value)
    assert look(milvus_settings(root / "index")) is None


def test_copies_are_checked_and_mended(made):
    settings = milvus_settings(made / "index")
    name = open_store(settings).name
    copy = made / "index" / files.CACHE / name / "tables.sqlite"
    whole = copy.read_bytes()
    for damaged in (b"", whole[:-1], bytes([whole[0] ^ 1]) + whole[1:]):
        copy.write_bytes(damaged)
        open_store(settings).close()
        assert copy.read_bytes() == whole
    assert [path.name for path in copy.parent.iterdir() if path.suffix == ".part"] == []


@pytest.mark.parametrize("command", ["build", "search"])
def test_unreachable(root, command):
    with socket.socket() as taken:
        # Nobody listens there.
        taken.bind(("127.0.0.1", 0))
        uri = f"http://127.0.0.1:{taken.getsockname()[1]}"
        settings = milvus_settings(root / "index", milvus_uri=uri, milvus_token="root:hush-hush")
        with pytest.raises(IndexMissing) as caught:
            publish(settings) if command == "build" else open_store(settings)
    assert "MILVUS_URI" in one_sentence(caught.value)
    assert "hush" not in str(caught.value)
    assert "hush" not in repr(settings)


def test_a_server_that_does_not_answer_is_given_up(root, monkeypatch):
    monkeypatch.setattr("index.storage.milvus.connection.ANSWER_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(IndexMissing) as caught:
            open_store(milvus_settings(root / "index", milvus_uri=uri))
    assert "MILVUS_URI" in one_sentence(caught.value)


def test_a_file_that_another_process_has_open(root):
    (root / "index.db").mkdir()
    script = "import sys, milvus_lite; db = milvus_lite.MilvusLite(sys.argv[1]); print('open', flush=True); input()"
    command = [sys.executable, "-c", script, str(root / "index.db")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    ) as other:
        assert other.stdout.readline() == "open\n"
        with pytest.raises(IndexMissing) as caught:
            publish(milvus_settings(root / "index"))
        other.communicate("\n")
    assert "MILVUS_URI" in one_sentence(caught.value)


def test_a_publication_that_milvus_refuses(root, monkeypatch):
    settings = milvus_settings(root / "index")
    # More strings than Milvus takes for one passage.
    monkeypatch.setattr("index.storage.milvus.connection.BYTES_IN_STRING", 3)
    with pytest.raises(IndexUnwritable) as caught:
        publish(settings)
    assert "MILVUS_URI" in one_sentence(caught.value)
    assert look(settings) is None
    monkeypatch.undo()
    assert publish(settings)


def test_secrets_are_left_out_of_messages(root):
    settings = milvus_settings(root / "index", milvus_token="root:hush-hush")
    milvus = Milvus(settings)
    # Imported by now without reading the settings of whoever runs the tests.
    from pymilvus.exceptions import MilvusException

    with pytest.raises(IndexDamaged) as caught, milvus.asking(IndexDamaged, "failed"):
        raise MilvusException(message="no such user root:hush-hush\nTraceback")
    assert "hush" not in one_sentence(caught.value)


def test_commands(root):
    """The commands read the settings, also where pymilvus would take them for its own."""
    write(root / "own", moss=MOSS)
    (root / ".env").write_text("MILVUS_URI=own.db\nINDEX=own-index\nARTICLES=own\nSOMETHING_ELSE=1\n")
    built = python("-m", "index", "build", cwd=root)
    assert (built.returncode, built.stderr) == (0, "")
    assert built.stdout.splitlines()[0].endswith("published in Milvus")
    asked = python("-m", "bot", "ask", "which lamp?", cwd=root)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "nine watts" in asked.stdout
    (root / ".env").unlink()
    searched = python("-m", "index", "search", "lamp", "--index", "new", cwd=root, MILVUS_URI="own.db")
    assert "nine watts" in searched.stdout
    unreachable = python("-m", "bot", "ask", "lamp", cwd=root, MILVUS_URI="http://127.0.0.1:1")
    assert unreachable.returncode == 2
    assert "MILVUS_URI" in one_sentence(unreachable.stderr.strip())


def test_without_the_libraries(root):
    (root / "pymilvus.py").write_text("raise ImportError\n")
    path = os.pathsep.join([str(root), str(ROOT)])
    ran = python("-m", "index", "search", "lamp", cwd=root, MILVUS_URI="own.db", PYTHONPATH=path)
    assert ran.returncode == 2
    assert "pip install" in one_sentence(ran.stderr.strip())


@pytest.mark.parametrize("uri", ["reports", "ftp://host", "http://", " .db", "reports.sqlite"])
def test_what_is_no_address(uri):
    with pytest.raises(SettingsError) as caught:
        BotSettings.load(milvus_uri=uri)
    assert "MILVUS_URI" in one_sentence(caught.value)


def test_alias_is_the_documented_one(made):
    assert ALIAS == "reports"
    assert all(name.startswith("reports_") for name in collections(made / "index"))
