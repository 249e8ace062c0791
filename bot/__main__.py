"""``python -m bot``."""

import os
import sys

from bot.cli import main

try:
    main(prog_name="python -m bot")
except SystemExit as ended:
    # Python would take the model and the libraries apart for a tenth of a second, with the answer printed long ago.
    # Milvus Lite wants to be closed.
    if isinstance(ended.code, int) and "pymilvus" not in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code)
    raise
