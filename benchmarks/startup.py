#!/usr/bin/env python3
"""What starting costs: CPU time of imports and of the first document, over that of the bare interpreter.

Each line is a process of its own, run several times in turn with the others; the medians are compared. The goal for
`import corpus_pkg` is below 50 ms. Run it as `python benchmarks/startup.py [RUNS]` (default 11).
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

TOP = Path(__file__).resolve().parent.parent
LINES = {
    "bare interpreter": "pass",
    "import corpus_pkg": "import corpus_pkg",
    "first document": "import corpus_pkg; corpus_pkg.load_documents()[0].text",
    "import pyarrow.parquet": "import pyarrow.parquet",
    "import datasets": "import datasets",
}


def cpu_seconds(code: str) -> float:
    """Return the user and system time of a process that runs the code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(TOP), "HF_HUB_OFFLINE": "1"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Run every line, once to warm up and then several times, and print a table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    taken: dict[str, list[float]] = {name: [] for name in LINES}
    for _ in range(runs + 1):
        for name, code in LINES.items():
            taken[name].append(cpu_seconds(code))
    bare = median(taken["bare interpreter"][1:])
    print(f"{'':<24}{'CPU ms':>8}{'over bare':>12}{'times bare':>12}")
    for name, seconds in taken.items():
        middle = median(seconds[1:])
        print(f"{name:<24}{middle * 1000:>8.0f}{(middle - bare) * 1000:>12.0f}{middle / bare:>12.1f}")


if __name__ == "__main__":
    main()
