"""What is forked off runs as if Python had been started for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.fork_server import fork_server
from tests.support.helpers import environment

if TYPE_CHECKING:
    from pathlib import Path

SHOWS = """
import json, os, sys
print(json.dumps([os.getcwd(), os.environ.get("FERN"), "MOSS" in os.environ, sys.argv, sys.stdin.read(), __name__]))
for stream in (sys.stdin, sys.stdout, sys.stderr):
    print(type(stream), type(stream.buffer), stream.encoding, stream.errors)
    print(stream.line_buffering, stream.write_through, stream.newlines, stream.isatty())
print("é", file=sys.stderr)
sys.exit(3)
"""
WAITS = "import os, time; os.write(1, b'here'); time.sleep(60)"


def ran(folder: Path, arguments: list[str], **changes: str) -> tuple[int, bytes, bytes]:
    """Run Python in a process that is forked off; return its exit code and what it wrote."""
    (folder / "stdin").write_text("asked")
    with (folder / "stdin").open("rb") as given, (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        streams = (given.fileno(), out.fileno(), err.fileno())
        process = fork_server().start(arguments, environment(**changes), folder, streams)
    return process.wait(60), (folder / "out").read_bytes(), (folder / "err").read_bytes()


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8:surrogateescape", "latin-1", "euc_jp", "cp932:replace"])
def test_it_does_what_a_process_that_is_started_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, unbuffered: str
) -> None:
    monkeypatch.delenv("MOSS", raising=False)
    arguments = ["-c", SHOWS, "--wet", "x y"]
    changes = {"FERN": "green", "PYTHONIOENCODING": encoding, "PYTHONUNBUFFERED": unbuffered}
    started = subprocess.run(
        [sys.executable, *arguments], cwd=tmp_path, env=environment(**changes), input=b"asked", capture_output=True,
        check=False,
    )  # fmt: skip
    assert ran(tmp_path, arguments, **changes) == (started.returncode, started.stdout, started.stderr)
    assert started.returncode == 3


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["-m", "index", "stats", "--index", "none"], 2),
        (["-m", "no_such_module"], 1),
        (["-c", "raise LookupError('moss')"], 1),
        (["-c", "import sys; sys.exit('moss')"], 1),
        (["-c", "import os; os._exit(7)"], 7),
        (["-c", "import os; os.kill(os.getpid(), 9)"], -signal.SIGKILL),
        (["-c", "import beside"], 5),
        (["-c", "pass"], 0),
    ],
)
def test_its_exit_code_is_told(tmp_path: Path, arguments: list[str], code: int) -> None:
    (tmp_path / "beside.py").write_text("import sys; sys.exit(5)")
    assert ran(tmp_path, arguments)[0] == code


def test_it_is_waited_for_and_ended(tmp_path: Path) -> None:
    read, write = os.pipe()
    with (tmp_path / "nothing").open("w+b") as nothing:
        streams = (nothing.fileno(), write, nothing.fileno())
        process = fork_server().start(["-c", WAITS], environment(), tmp_path, streams)
    os.close(write)
    assert os.read(read, 100) == b"here"
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.1)
    process.send_signal(signal.SIGTERM)
    assert (process.wait(60), process.poll(), process.returncode) == (-signal.SIGTERM,) * 3
    process.kill()
    assert os.read(read, 100) == b""
    os.close(read)
