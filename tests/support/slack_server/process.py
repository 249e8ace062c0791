"""The bot under test as a real process."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from .server import SlackServer


def free_port() -> int:
    """Return a loopback port nobody uses, of those that the system gives to nobody who asks for any port.

    Otherwise a connection, or a test that runs beside, could get it before it is listened on.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Process(Protocol):
    """What is needed of ``subprocess.Popen``."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int, /) -> None: ...

    def kill(self) -> None: ...


class BotProcess:
    """Runs a command with the server's environment while the context is open; ready when entered.

    Raises TimeoutError if it does not get ready, and if it does not end when it is told to.
    """

    def __init__(
        self,
        server: SlackServer,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: str | Path | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.server = server
        self.command = list(command)
        self.env = {**os.environ, **server.env(), "PYTHONUNBUFFERED": "1", **(env or {})}
        self.cwd = cwd
        # How many seconds it has to get ready, and to end.
        self.patience = patience
        self._process: Process | None = None
        handle, name = tempfile.mkstemp(prefix="bot-", suffix=".log")
        os.close(handle)
        self._log = Path(name)

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = self.launch(log)
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            self._log.unlink()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            error.add_note(f"output of the bot:\n{self.output()[-5000:]}")
        had_to_be_killed = self._end(self.patience)
        output = self.output()[-5000:]
        self._log.unlink(missing_ok=True)
        if had_to_be_killed and error is None:
            raise TimeoutError(f"the bot did not end when told to:\n{output}")

    def launch(self, log: BinaryIO) -> Process:
        """Start the command; what it writes goes into ``log``."""
        return subprocess.Popen(self.command, env=self.env, cwd=self.cwd, stdout=log, stderr=subprocess.STDOUT)

    @property
    def pid(self) -> int:
        """Return the process id."""
        if self._process is None:
            raise RuntimeError("the bot is not started")
        return self._process.pid

    def output(self) -> str:
        """Return what the bot printed so far."""
        return self._log.read_text(errors="replace")

    def stop(self, timeout: float | None = None) -> int:
        """Ask the bot to end (SIGTERM) and return its exit code; kill it if it does not."""
        if self._process is None:
            raise RuntimeError("the bot is not started")
        self._end(self.patience if timeout is None else timeout)
        return self._process.wait()

    def _end(self, timeout: float) -> bool:
        """Ask the bot to end and wait for that; return whether it had to be killed, here and not by a test."""
        if self._process is None or self._process.poll() is not None:
            return False
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return True
        return False

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self.patience
        while not self._is_ready():
            if self._process is not None and self._process.poll() is not None:
                raise RuntimeError(f"the bot ended with {self._process.returncode}:\n{self.output()[-5000:]}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"the bot is not ready:\n{self.output()[-5000:]}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        server = self.server
        if server.transport == "socket":
            return bool(server.socket.connections)
        host, _, port = server.bot_url.removeprefix("http://").partition("/")[0].partition(":")
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            return False
        return server.verify_url()
