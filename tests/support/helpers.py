"""What several test files share: writing articles, building with the fake encoder, running commands."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from bot.answers.answerer import Answerer
from bot.settings import BotSettings
from index.building.build import build
from index.building.lexical import WordsOfPassages
from index.reports import Reports
from index.searching.search import Searcher
from index.settings import IndexSettings
from index.storage.milvus.publishing import publish
from index.storage.opening import open_store
from index.storage.store import FolderStore
from index.types import SplitSettings
from tests.support.fakes import FakeEncoder
from tests.support.fork_server import fork_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pytest

    from index.building.build_report import BuildReport
    from index.models.encoder import Encoder
    from index.storage.postings import Postings
    from index.storage.store import Store

Settings = TypeVar("Settings", bound=IndexSettings)

ROOT = Path(__file__).parents[2]
ARTICLES = ROOT / "articles"
CARNIVAL = ARTICLES / "aws-carnival-2023.md"

WHALES = """---
title: "鯨を数える夕べ"
topics: [whales, python]
published: true
---

港の会議室で開かれた、鯨を数える人たちの集まりの記録です。

## 受付

受付は18時に始まり、名札には好きな鯨の名前を書きました。

## 数え方

ブイのマイクで声を録り、Pythonのスクリプトで個体を見分けます。

### 精度

去年の録音では、十頭のうち九頭を正しく見分けました。
"""
# Of what both reports say, one of them or neither.
QUESTIONS = [
    "how many watts has the lamp?",
    "鯨の声をどう数えますか",
    "what did the moss say about mosses?",
    "zzz",
    "受付",
]

MOSS = """---
title: "Moss night"
topics: [moss]
published: false
---

# Why moss

Moss keeps water for weeks, and a jar of it needs no pump.

# Lamps

The speaker grows it under a lamp of nine watts.
"""


def write(folder: Path, **articles: str) -> Path:
    """Write articles by slug into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for slug, text in articles.items():
        (folder / f"{slug.replace('_', '-')}.md").write_bytes(text.encode())
    return folder


def lock(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have one folder not listed. Nothing is locked for root, so the system's answer to others is given instead."""
    scandir = os.scandir

    def refuse(path: str | Path | int) -> Any:
        if not isinstance(path, int) and Path(path) == folder:
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)


def refresh(
    folders: Path | Sequence[Path], index: Path, encoder: FakeEncoder | None = None, limit: int = 500, **options: Any
) -> BuildReport:
    """Build or refresh an index with the fake encoder."""
    given = [folders] if isinstance(folders, Path) else folders
    return build(given, index, encoder or FakeEncoder(), SplitSettings(limit), **options)


def weighed(passages: Iterable[Iterable[str]]) -> tuple[list[str], Postings]:
    """Return the vocabulary of some passages and the weights of its words in each."""
    words = WordsOfPassages()
    for passage in passages:
        words.add(passage)
    weighed = words.weigh()
    return weighed.words, weighed.postings


def stored_sources(index: Path) -> dict[str, bytes]:
    """Return the source of every article of the version in use, which has to be whole."""
    store = FolderStore.open(index)
    try:
        return {article.path: article.source for article in store.tables.articles()}
    finally:
        store.close()


def one_sentence(error: Exception | str) -> str:
    """Return a message after checking that it is one sentence for a person."""
    text = str(error)
    assert "\n" not in text
    assert "Traceback" not in text
    assert "'utf-8' codec" not in text
    assert 10 < len(text) < 400
    return text


def answerer_over(store: Store, **settings: Any) -> Answerer:
    """Return an answerer over an open index of the fake encoder."""
    chosen = BotSettings(_env_file=None, **settings)
    return Answerer(Reports(Searcher(store, FakeEncoder()), chosen), chosen)


class OpenedIn:
    """Where `opened` opens an index: "folder", or "milvus", where it is published first; see `either_store`."""

    kind = "folder"


def opened(index: Path, encoder: Encoder | None = None) -> Store:
    """Open an index for searching."""
    fingerprint = (encoder or FakeEncoder()).fingerprint()
    if OpenedIn.kind == "folder":
        return FolderStore.open(index, fingerprint=fingerprint)
    publish(milvus_settings(index))
    return open_store(milvus_settings(index), fingerprint)


def fake_answerer(index: Path, **settings: Any) -> Answerer:
    """Return an answerer over an index of the fake encoder; a threshold of 0 answers all it can."""
    return answerer_over(opened(index), index=index, **settings)


def milvus_settings(index: Path, kind: type[Settings] = IndexSettings, **settings: Any) -> Settings:
    """Return settings for an index folder with Milvus in a file beside it."""
    return kind(_env_file=None, index=index, **{"milvus_uri": f"{index}.db", **settings})


@contextmanager
def released(folder: Path) -> Iterator[None]:
    """Stop, at last, every Milvus that this process has opened in a folder."""
    try:
        yield
    finally:
        release(folder)


def release(folder: Path) -> None:
    """Stop every Milvus that this process has opened in a folder."""
    # Not for the builds that are forked: gRPC does not survive that.
    from milvus_lite.server_manager import server_manager_instance

    for path in folder.glob("*.db"):
        server_manager_instance.release_server(str(path))


def one_version(index: Path) -> Path:
    """Return the folder of the only version there is."""
    (version,) = (index / "versions").iterdir()
    return version


def environment(**changes: str) -> dict[str, str]:
    """Return an environment without settings of the person who runs the tests."""
    own = {"ALLOW_LINKS_TO", "ARTICLES", "INDEX", "MODEL", "QUESTION_PROMPT", "PASSAGE_PROMPT", "MAX_CHARACTERS"}
    own |= {"DRAFTS", "MILVUS_URI", "MILVUS_TOKEN", "ZENN_USER", "REPOSITORY_URL", "THRESHOLD", "DEFAULT_LANGUAGE"}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in own}
    return {**kept, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", **changes}


def python(
    *arguments: str | Path, cwd: Path, given: str | bytes = "", **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with our packages in a folder of its own; return what it wrote.

    Our commands are forked off, programs of a test's own are not.
    """
    data = given.encode() if isinstance(given, str) else given
    run = ran_forked if arguments[0] == "-m" else _ran_anew
    ran = run([str(one) for one in arguments], cwd, data, environment(**changes))
    return subprocess.CompletedProcess(ran.args, ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def _ran_anew(
    arguments: Sequence[str], cwd: Path, given: bytes, env: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, input=given, capture_output=True, env=env, timeout=120, check=False)


def ran_forked(
    arguments: Sequence[str], cwd: Path, given: bytes, env: Mapping[str, str], stdout: BinaryIO | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run one of our commands, ``-m …``; return what it wrote, its output only where that does not go elsewhere."""
    with ExitStack() as stack:
        stdin, output, errors = (stack.enter_context(TemporaryFile()) for _ in range(3))
        stdin.write(given)
        stdin.seek(0)
        streams = [stdin.fileno(), (stdout or output).fileno(), errors.fileno()]
        process = fork_server().start(arguments, env, cwd, streams)
        try:
            code = process.wait(120)
        finally:
            process.kill()
        output.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(arguments, code, output.read(), errors.read())
