"""Our commands as processes that are forked off one that has imported what they need.

Importing takes most of the time of a short command and half of that of a bot that starts, and the tests start hundreds.
All else is as if Python had been started, but for what the environment tells Python itself: of that, only
``PYTHONUNBUFFERED`` and ``PYTHONIOENCODING`` count.
"""

from __future__ import annotations

import atexit
import codecs
import importlib
import io
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
import types
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
# What a bot in Slack or a command imports sooner or later; but not Milvus, since gRPC does not survive a fork.
IMPORTED = (
    *("bot.cli", "bot.logs", "bot.organisers", "bot.terminal"),
    *("bot.slack.serving.http", "bot.slack.serving.socket", "bot.slack.serving.manifest", "bot.slack.work.answering"),
    *("index.cli.building", "index.cli.checks", "index.cli.opening", "index.cli.searching", "index.cli.showing"),
    *("index.models.token_model", "index.checking.evaluate", "index.checking.verify", "index.building.build"),
    *("faiss", "onnxruntime", "sentencepiece", "sqlalchemy.dialects.sqlite", "sudachipy"),
)
_LONGEST = 1 << 17


class ForkServer:
    """The process that others are forked off; it ends with this one."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._codes: dict[int, int] = {}
        self._lock = threading.Lock()
        command = [sys.executable, "-m", __name__, str(theirs.fileno())]
        # Threads that multiply matrices would be missing in what is forked off.
        alone = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        given: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "cwd": ROOT, "env": alone}
        with theirs:
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], **given)

    def close(self) -> None:
        """End the process; what was forked off it goes on."""
        self._control.close()
        self._process.wait()

    def start(
        self, arguments: Sequence[str], env: Mapping[str, str], cwd: str | Path | None, streams: Sequence[int]
    ) -> ForkedProcess:
        """Start Python with arguments, ``-m MODULE …`` or ``-c PROGRAM …``; ``streams`` are its three standard ones."""
        request = {"arguments": list(arguments), "env": dict(env), "cwd": str(cwd or Path.cwd())}
        with self._lock:
            socket.send_fds(self._control, [json.dumps(request).encode()], list(streams))
            while (pid := self._receive()) is None:
                pass
        return ForkedProcess(self, pid, arguments)

    def code(self, pid: int, timeout: float | None) -> int | None:
        """Wait for the exit code of a process, or minus the signal that ended it; None when it has not ended yet."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._lock:
                while pid not in self._codes and select.select([self._control], [], [], 0)[0]:
                    self._receive()
                if pid in self._codes:
                    return self._codes[pid]
            if deadline is not None and time.monotonic() >= deadline:
                return None
            select.select([self._control], [], [], 0.05)

    def _receive(self) -> int | None:
        """Take in one message; return the number of the process if it says that one has started."""
        message = self._control.recv(_LONGEST)
        if not message:
            raise RuntimeError("the process that others are forked off has ended")
        read = json.loads(message)
        if "code" not in read:
            return int(read["pid"])
        self._codes[read["pid"]] = read["code"]
        return None


class ForkedProcess:
    """A process that was started by a `ForkServer`, with as much of ``subprocess.Popen`` as is needed."""

    def __init__(self, server: ForkServer, pid: int, args: Sequence[str]) -> None:
        self.pid = pid
        self.args = args
        self.returncode: int | None = None
        self._server = server

    def poll(self) -> int | None:
        """Return the exit code, None while the process runs."""
        if self.returncode is None:
            self.returncode = self._server.code(self.pid, 0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code when there is one; raise TimeoutExpired."""
        if self.returncode is None:
            self.returncode = self._server.code(self.pid, timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(list(self.args), timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)


@cache
def fork_server() -> ForkServer:
    """Return the one server of this process."""
    server = ForkServer()
    atexit.register(server.close)
    return server


def serve(control: socket.socket) -> None:
    """Start what is asked for, and tell what has ended, until nobody asks any more."""
    for name in IMPORTED:
        importlib.import_module(name)
    told, tell = socket.socketpair()
    tell.setblocking(False)
    signal.set_wakeup_fd(tell.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        readable, _, _ = select.select([control, told], [], [])
        if told in readable:
            told.recv(_LONGEST)
            _tell_ends(control)
        if control in readable:
            message, streams, _, _ = socket.recv_fds(control, _LONGEST, 3)
            if not message:
                return
            pid = os.fork()
            if not pid:
                for end in (control, told, tell):
                    end.close()
                _run(json.loads(message), streams)
            for stream in streams:
                os.close(stream)
            control.send(json.dumps({"pid": pid}).encode())


def _tell_ends(control: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        control.send(json.dumps({"pid": pid, "code": os.waitstatus_to_exitcode(status)}).encode())


def _run(request: dict[str, Any], streams: Sequence[int]) -> NoReturn:
    """Become what was asked for, as Python does when it is started."""
    code = 1
    try:
        _set_up(request, streams)
        _main(*request["arguments"])
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001  as Python says at the end of a program
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _set_up(request: dict[str, Any], streams: Sequence[int]) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["cwd"])
    sys.path.insert(0, request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    encoding, _, errors = request["env"].get("PYTHONIOENCODING", "utf-8").partition(":")
    is_unbuffered = bool(request["env"].get("PYTHONUNBUFFERED"))
    sys.stdin = sys.__stdin__ = _stream(0, encoding, errors or "strict", is_unbuffered)
    sys.stdout = sys.__stdout__ = _stream(1, encoding, errors or "strict", is_unbuffered)
    sys.stderr = sys.__stderr__ = _stream(2, encoding, "backslashreplace", is_unbuffered)


def _stream(number: int, encoding: str, errors: str, is_unbuffered: bool) -> io.TextIOWrapper:
    """Open a standard stream that is no terminal, as ``create_stdio`` in CPython's pylifecycle.c does."""
    raw = io.FileIO(number, "wb" if number else "rb", closefd=False)
    binary: Any = raw
    if not number:
        binary = io.BufferedReader(raw)
    elif not is_unbuffered:
        binary = io.BufferedWriter(raw)
    return io.TextIOWrapper(
        binary,
        codecs.lookup(encoding).name,
        errors,
        newline="\n",
        line_buffering=number == 2 and not is_unbuffered,
        write_through=is_unbuffered,
    )


def _main(how: str, program: str, *arguments: str) -> None:
    sys.argv = [program if how == "-m" else how, *arguments]
    if how == "-m":
        runpy.run_module(program, run_name="__main__", alter_sys=True)
        return
    module = sys.modules["__main__"] = types.ModuleType("__main__")
    exec(compile(program, "<string>", "exec"), module.__dict__)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
