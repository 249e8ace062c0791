"""``python -m index``."""

from index.cli import main
from index.process import run

run(main, "python -m index")
