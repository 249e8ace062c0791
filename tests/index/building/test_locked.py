"""What cannot be opened for a while, with the permissions of a real process: the index keeps what it had of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index.checking.verify import problems
from tests.support.helpers import MOSS, ROOT, WHALES, environment, stored_sources, write

# Nothing is locked for root unless it gives up what lets it in.
UNPRIVILEGED = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
FERNS = MOSS.replace("Moss", "Fern")
KEPT = "The index keeps what it had of it."

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(UNPRIVILEGED) and shutil.which("setpriv") is None, reason="root can be kept out of nothing here"
    ),
]


@pytest.fixture
def place(tmp_path):
    """Return a folder with articles and an index of them, and unlock everything at the end."""
    articles = write(tmp_path / "articles", moss=MOSS)
    write(articles / "lost+found", whales=WHALES)
    write(articles / "a" / "b", ferns=FERNS)
    yield tmp_path
    for folder, names, files in os.walk(tmp_path):
        for name in (*names, *files):
            (Path(folder) / name).chmod(0o700)


ALL = {"moss.md", "lost+found/whales.md", "a/b/ferns.md"}


# One process for all builds: to start it takes longer than they do.
BUILDS = """
import json, sys
from pathlib import Path
from tests.support.helpers import refresh
for line in sys.stdin:
    place, *links_to = map(Path, json.loads(line))
    report = refresh(place / "articles", place / ".index", links_to=links_to)
    print(json.dumps(report.as_json()), flush=True)
"""


@pytest.fixture(scope="module")
def builds():
    """Return a process that may open what its permissions say."""
    path = str(ROOT)
    arguments = [*UNPRIVILEGED, sys.executable, "-c", BUILDS]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(arguments, env=environment(PYTHONPATH=path), **pipes) as process:
        yield process


@pytest.fixture
def build(builds, place):
    """Return a function that runs a build and returns its report."""

    def run(*links_to):
        print(json.dumps([str(place), *map(str, links_to)]), file=builds.stdin, flush=True)
        return json.loads(builds.stdout.readline())

    return run


def reasons(report):
    return {failed["path"]: failed["reason"] for failed in report["failed"]}


def lock(place, *paths, mode=0):
    for path in paths:
        (place / "articles" / path).chmod(mode)


def test_from_the_beginning(place, build):
    lock(place, "lost+found", "a/b/ferns.md")
    report = build()
    assert report["articles"] == 1
    assert reasons(report) == {
        "lost+found": "The folder cannot be listed: Permission denied.",
        "a/b/ferns.md": "The file cannot be read: Permission denied.",
    }
    assert set(stored_sources(place / ".index")) == {"moss.md"}


@pytest.mark.parametrize(
    ("locked", "mode", "named"),
    [
        (["lost+found"], 0, {"lost+found"}),
        (["lost+found"], 0o600, {"lost+found/whales.md"}),
        (["lost+found"], 0o100, {"lost+found"}),
        (["lost+found/whales.md"], 0, {"lost+found/whales.md"}),
        (["lost+found/whales.md", "lost+found"], 0, {"lost+found"}),
        (["lost+found", "a/b"], 0, {"lost+found", "a/b"}),
        (["a/b/ferns.md", "lost+found"], 0, {"a/b/ferns.md", "lost+found"}),
        (["a"], 0o600, {"a/b"}),
    ],
    ids=["folder", "only names", "no names", "file", "file in folder", "folders", "file and folder", "around a folder"],
)
def test_what_the_index_has_is_kept(place, build, locked, mode, named):
    assert build()["failed"] == []
    lock(place, *locked, mode=mode)
    write(place / "articles", new=MOSS.replace("Moss", "Lichen"))
    report = build()
    assert (report["articles"], report["added"], report["removed"]) == (4, 1, 0)
    assert set(reasons(report)) == named
    assert all(reason.endswith(f"Permission denied. {KEPT}") for reason in reasons(report).values())
    assert set(stored_sources(place / ".index")) == {*ALL, "new.md"}
    assert problems(place / ".index") == []
    lock(place, *reversed(locked), mode=0o700)
    report = build()
    assert (report["unchanged"], report["failed"]) == (4, [])


def test_what_is_gone_is_not_kept(place, build):
    build()
    lock(place, "lost+found")
    (place / "articles" / "moss.md").unlink()
    assert build()["removed"] == 1
    assert set(stored_sources(place / ".index")) == ALL - {"moss.md"}


def test_a_link_to_what_is_locked(place, build):
    """It is kept as long as the link may lead there, and not a build longer."""
    write(place / "elsewhere" / "deep", lamps=MOSS.replace("Moss", "Lamp"))
    (place / "articles" / "more").symlink_to("../elsewhere/deep")
    (place / "articles" / "lamps.md").symlink_to("../elsewhere/deep/lamps.md")
    assert build(place / "elsewhere")["failed"] == []
    assert "lamps.md" in stored_sources(place / ".index")
    (place / "elsewhere").chmod(0)
    report = build(place / "elsewhere")
    assert (set(reasons(report)), report["removed"]) == ({"more", "lamps.md"}, 0)
    assert set(stored_sources(place / ".index")) == {*ALL, "lamps.md"}
    report = build()
    assert (set(reasons(report)), report["removed"]) == ({"more", "lamps.md"}, 1)
    assert set(stored_sources(place / ".index")) == ALL
