"""A command line as a process: what its streams can show, and how it ends whatever its threads are doing."""

from __future__ import annotations

import atexit
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import click

FAILED = 1


def run(command: click.Command, name: str) -> NoReturn:
    """Run a command with the arguments of this process, and end with its exit code."""
    _replace_what_streams_cannot_hold()
    code = FAILED
    try:
        command.main(prog_name=name)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else FAILED
    except BaseException:  # noqa: BLE001  whatever it is, Python's own way of saying it comes before the end
        sys.excepthook(*sys.exc_info())
    _end(code)


def _replace_what_streams_cannot_hold() -> None:
    """Have text that an encoding lacks replaced, and bytes that are no text; standard error does so by itself."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _end(code: int) -> NoReturn:
    """End at once, after what was registered to be done at the end.

    Python would also take the modules apart, for a tenth of a second. A thread that loads a model meanwhile, and comes
    back from native code into that, aborts the process.
    """
    # Milvus Lite closes its files there.
    atexit._run_exitfuncs()  # noqa: SLF001  there is no public name for it
    for stream in (sys.stdout, sys.stderr):
        # Whoever reads it may have had enough, or have closed it.
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)
