"""A command line as a process: what its streams can show, and how it ends whatever its threads are doing."""

from __future__ import annotations

import atexit
import codecs
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import click

# 1 and 2 have meanings of their own.
FAILED = os.EX_SOFTWARE
PLAIN_ASCII = "plain_ascii"


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
    """Have text that an encoding lacks replaced, and bytes that are no text."""
    codecs.register(_plain_ascii)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Standard error writes escapes by itself, which say more than a question mark.
            errors = "backslashreplace" if stream.errors == "backslashreplace" else "replace"
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=PLAIN_ASCII if is_ascii else stream.encoding, errors=errors)


def _plain_ascii(name: str) -> codecs.CodecInfo | None:
    """Give ASCII a second name: click takes the first for a mistake and writes UTF-8."""
    if name != PLAIN_ASCII:
        return None
    _, _, reader, writer = ascii_codec = codecs.lookup("ascii")
    return codecs.CodecInfo(
        ascii_codec.encode,
        ascii_codec.decode,
        reader,
        writer,
        ascii_codec.incrementalencoder,
        ascii_codec.incrementaldecoder,
        PLAIN_ASCII,
    )


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
