"""The bot as a process on the local Slack server, under faults, and what came of everything that people did."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The Slack server stands beside the tests.
sys.path[:0] = [folder for folder in (str(ROOT), str(ROOT / "tests")) if folder not in sys.path]
