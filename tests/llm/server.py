"""A real language model, SmolLM2 with 135 million parameters, on the server of the transformers library."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx2

from tests.support.helpers import ROOT
from tests.support.slack_server import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOME = ROOT / ".venv-llm"
PROGRAM = HOME / "bin" / "transformers"
MODEL = HOME / "smollm2"
# Reading half a gigabyte and importing torch take that long on a busy machine.
PATIENCE = 180


def missing() -> str:
    """Return in a sentence what is not set up, or nothing."""
    wanted = {
        PROGRAM: "the server of the model is not installed",
        MODEL / "model.safetensors": "the model is not there",
        HOME / "ready": "its installation is not complete",
    }
    lacking = next((what for path, what in wanted.items() if not path.exists()), "")
    return lacking and f"{lacking.capitalize()}; `make test-llm` sets up both in {HOME.name} and runs these tests."


@contextmanager
def serving(log: Path) -> Iterator[str]:
    """Serve the model on this machine, and yield the URL of the API; what the server says goes to a file."""
    port = free_port()
    options = ["--device", "cpu", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    # It has all it needs, and looks for nothing elsewhere.
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HOME": str(log.parent)}
    with log.open("wb") as written:
        server = subprocess.Popen(
            [PROGRAM, "serve", MODEL, *options], env=environment, stdout=written, stderr=subprocess.STDOUT
        )
        try:
            _wait(server, f"http://127.0.0.1:{port}/health", log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], health: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx2.get(health, timeout=5).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the server of the model did not start: {log.read_text(errors='replace')[-2000:]}")
