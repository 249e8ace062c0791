"""``python -m bot``."""

import os
import sys
from contextlib import suppress

if {"socket", "http", "start"}.intersection(sys.argv[1:2]):
    from bot.ending import end_at_once

    # Before the imports that take time.
    end_at_once()

from bot.cli import main

try:
    main(prog_name="python -m bot")
except SystemExit as ended:
    streams = [stream for stream in (sys.stdout, sys.stderr) if stream is not None]
    # Python would take the model and the libraries apart for a tenth of a second, with the answer printed long ago.
    # Milvus Lite wants to be closed.
    if isinstance(ended.code, int) and "pymilvus" not in sys.modules:
        for stream in streams:
            # Whoever read it may have had enough.
            with suppress(OSError):
                stream.flush()
        os._exit(ended.code)
    raise
