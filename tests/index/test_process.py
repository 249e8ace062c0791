"""A command ends with its own exit code and words, whatever a thread that loads the model does meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.helpers import WHALES, environment, one_sentence, python, ran_forked, write

pytestmark = pytest.mark.slow

# The model's thread is in native code nearly all the time, and the index is opened while it is. If the thread came back
# into an interpreter that is being taken apart, the process could abort, so it must never be taken apart.
BUSY = """
import atexit, os, runpy, sys, threading
from index.storage import opening
from index.models.encoder import BundledEncoder

is_busy = threading.Event()
open_store = opening.open_store

def load_without_end(encoder):
    model = encoder.model()
    while True:
        model.run([1000] * 500)
        is_busy.set()

def open_while_busy(*arguments):
    assert is_busy.wait(60)
    return open_store(*arguments)

class Part:
    def __del__(self, write=os.write):
        write(2, b"taken apart")

BundledEncoder.load, opening.open_store = load_without_end, open_while_busy
sys.modules["part"] = Part()
atexit.register(print, "at the end")
sys.argv.pop(0)
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
# What is done at the end closes files that the thread reads.
FAILS_AT_THE_END = """
def fail(encoder):
    raise ValueError("read of closed file")

def wait_for_failure():
    BundledEncoder.load = fail
    (loader,) = [one for one in threading.enumerate() if one.name == "model-loader"]
    loader.join(60)
    print(loader.is_alive())

def load_until_the_end(encoder):
    model = encoder.model()
    while BundledEncoder.load is not fail:
        model.run([1000] * 500)
        is_busy.set()
    fail(encoder)

BundledEncoder.load = load_until_the_end
atexit.register(wait_for_failure)
"""
NOBODY_LISTENS = "http://127.0.0.1:1"


@pytest.mark.parametrize("command", [("index", "search", "x"), ("bot", "ask", "x")], ids=" ".join)
@pytest.mark.parametrize("milvus", ["", NOBODY_LISTENS], ids=["folder", "milvus"])
def test_an_error_while_the_model_is_loading(tmp_path, command, milvus):
    (tmp_path / "busy.py").write_text(BUSY)
    ran = python("busy.py", *command, cwd=tmp_path, MILVUS_URI=milvus)
    assert ran.returncode == 2, ran.stderr
    assert one_sentence(ran.stderr.strip()).startswith("Error: ")
    assert ("MILVUS_URI" if milvus else "no index in .index") in ran.stderr
    assert ran.stdout == "at the end\n"


@pytest.mark.parametrize("command", [("index", "search", "x"), ("bot", "ask", "x")], ids=" ".join)
def test_what_fails_in_a_thread_at_the_end_is_not_told(tmp_path, command):
    set_up, start = BUSY.split("sys.argv.pop(0)")
    (tmp_path / "busy.py").write_text(f"{set_up}{FAILS_AT_THE_END}sys.argv.pop(0){start}")
    ran = python("busy.py", *command, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "False\nat the end\n")
    assert one_sentence(ran.stderr.strip()).startswith("Error: ")


@pytest.mark.parametrize("package", ["index", "bot"])
def test_an_error_that_nobody_expects(tmp_path, package):
    broken = BUSY.replace("return open_store(*arguments)", "raise LookupError('nobody expects it')")
    (tmp_path / "busy.py").write_text(broken)
    ran = python("busy.py", package, "search" if package == "index" else "ask", "x", cwd=tmp_path)
    assert ran.returncode == os.EX_SOFTWARE, ran.stderr
    assert ran.stderr.endswith("LookupError: nobody expects it\n")
    assert ran.stdout == "at the end\n"


OUTPUTS = [
    ("bot", "--help"),
    ("bot", "manifest"),
    ("bot", "ask", "受付は何時？"),
    ("bot", "ask", "--json", "受付は何時？"),
    ("bot", "ask", "--batch", "-"),
    ("bot", "chat"),
    ("bot", "unanswered"),
    ("bot", "feedback", "--csv"),
    ("index", "build", "--help"),
    ("index", "build", "--json"),
    ("index", "search", "受付"),
    ("index", "stats"),
    ("index", "verify"),
]


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_output_that_cannot_be_written_is_said_in_one_sentence(tmp_path, unbuffered):
    write(tmp_path / "articles", whales=WHALES)
    assert python("-m", "index", "build", cwd=tmp_path).returncode == 0
    ended = {command: into_a_full_disk(tmp_path, command, unbuffered) for command in OUTPUTS}
    sentence = "Error: the output cannot be written: No space left on device\n"
    assert ended == dict.fromkeys(OUTPUTS, (2, sentence))


def into_a_full_disk(folder: Path, command: tuple[str, ...], unbuffered: str) -> tuple[int, str]:
    """Run a command whose output nothing has room for; return its exit code and what it says."""
    env = environment(PYTHONUNBUFFERED=unbuffered)
    asked = '{"question": "受付は何時？"}'.encode()
    with Path("/dev/full").open("wb") as full:
        ran = ran_forked(["-m", *command], folder, asked, env, stdout=full)
    return ran.returncode, ran.stderr.decode()
