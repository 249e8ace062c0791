"""Print how the time of every pass over a text grows when the text doubles, for each hostile construct of the tests.

Example: python benchmarks/linear_time.py --size 4000 --over 1.2
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.growth import cpu_time  # noqa: E402  these stand beside the tests
from tests.support.text_passes import PASSES  # noqa: E402

DOUBLINGS = 4
# Seconds after which a text is not read to its end.
MOST = 20.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", type=int, default=4_000, help="characters of the shortest text")
    options.add_argument("--over", type=float, default=0.0, help="only what grows with a higher power of the length")
    given = options.parse_args()
    sizes = [given.size * 2**doubling for doubling in range(DOUBLINGS)]
    print("| pass | construct |", " | ".join(f"{size:,}" for size in sizes), "| power |")
    print("|---|---|", "---:|" * (DOUBLINGS + 1), sep="")
    for text_pass in PASSES:
        for construct in text_pass.constructs:
            seconds = [min(cpu_time(text_pass.work, construct.make(size), MOST) for _ in range(2)) for size in sizes]
            power = math.log(seconds[-1] / max(seconds[0], 1e-6), sizes[-1] / sizes[0])
            if power > given.over:
                cells = " | ".join(f"{second * 1000:.1f} ms" for second in seconds)
                print(f"| {text_pass.name} | `{construct}` | {cells} | {power:.2f} |", flush=True)


if __name__ == "__main__":
    main()
