"""The bot as a process on the local Slack server, under faults, and what came of everything that people did."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The Slack server stands beside the tests.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
