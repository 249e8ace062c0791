"""``python -m bot``."""

import sys

if {"socket", "http", "start"}.intersection(sys.argv[1:2]):
    from bot.ending import end_at_once

    # Before the imports that take time.
    end_at_once()

from bot.cli import main
from index.process import run

run(main, "python -m bot")
