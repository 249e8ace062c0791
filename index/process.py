"""A command line as a process: what its streams can show, and how it ends whatever its threads are doing."""

from __future__ import annotations

import atexit
import codecs
import io
import os
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

from index.console import CANNOT_RUN, print_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    import click

# 1 and 2 have meanings of their own.
FAILED = os.EX_SOFTWARE
PLAIN_ASCII = "plain_ascii"


def run(command: click.Command, name: str) -> NoReturn:
    """Run a command with the arguments of this process, and end with its exit code."""
    # A thread that numpy's BLAS starts takes .1 s of computing time to wait for work that it is never given. It looks
    # here when it is imported, which commands do.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _replace_what_streams_cannot_hold()
    output = _Output.instead_of(sys.stdout)
    code = FAILED
    try:
        command.main(prog_name=name)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else FAILED
    except BaseException as error:  # noqa: BLE001  whatever it is, Python's own way of saying it comes before the end
        if output is None or error is not output.lost:
            sys.excepthook(*sys.exc_info())
    _end(code, output)


class _Output(io.TextIOWrapper):
    """Standard output that remembers why it could not be written, as on a full disk."""

    lost: OSError | None = None

    @classmethod
    def instead_of(cls, stream: object) -> _Output | None:
        """Take the place of standard output; return None where there is none."""
        if not isinstance(stream, io.TextIOWrapper):
            return None
        output = cls(
            stream.buffer,
            stream.encoding,
            stream.errors,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )
        sys.stdout = output
        return output

    def write(self, text: str) -> int:
        """Write text, now or later; raise OSError."""
        with self._remembered():
            return super().write(text)

    def flush(self) -> None:
        """Write what is not yet written; raise OSError."""
        with self._remembered():
            super().flush()

    @contextmanager
    def _remembered(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            # Whoever reads it has had enough.
            raise
        except OSError as error:
            self.lost = error
            raise


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


def _end(code: int, output: _Output | None) -> NoReturn:
    """End at once, after what was registered to be done at the end.

    Python would also take the modules apart, for a tenth of a second. A thread that loads a model meanwhile, and comes
    back from native code into that, aborts the process.
    """
    # What is done at the end may disturb a thread that loads a model, and that is no failure of the command.
    threading.excepthook = lambda _: None
    # Milvus Lite closes its files there.
    atexit._run_exitfuncs()  # noqa: SLF001  there is no public name for it
    _flush(sys.stdout)
    if output is not None and output.lost is not None:
        code = CANNOT_RUN
        with suppress(OSError):
            print_error(f"the output cannot be written: {output.lost.strerror}")
    _flush(sys.stderr)
    os._exit(code)


def _flush(stream: TextIO | None) -> None:
    """Write what is left; whoever reads it may have had enough, or have closed it."""
    if stream is not None:
        with suppress(OSError, ValueError):
            stream.flush()
