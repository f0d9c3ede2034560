#!/usr/bin/env python3
"""Time and memory of validate, build and load, against a naive peer and a floor, on a generated corpus.

The floor is `json.loads` of every line. The peer is what one writes in an afternoon: `json.loads`, `jsonschema`, and
pandas to and from Parquet; it checks no span and no name, and writes one table. Each step runs in a process of its own.
Run it as `python benchmarks/build.py [DOCUMENTS]` (default 1,000).
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent


def read_lines(root: Path) -> Iterator[Any]:
    """Yield the documents of the corpus."""
    with (root / "annotations/documents.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def floor(root: Path) -> int:
    """Parse every line."""
    return sum(1 for _ in read_lines(root))


def peer_validate(root: Path) -> int:
    """Check every document against the schema."""
    from jsonschema import Draft202012Validator

    from corpus_pkg.schema import bundle

    validator = Draft202012Validator(bundle("canonical"))
    return sum(1 for document in read_lines(root) if validator.validate(document) is None)


def peer_build(root: Path) -> int:
    """Check every document, and write all of them as one table."""
    import pandas

    count = peer_validate(root)
    pandas.DataFrame(list(read_lines(root))).to_parquet(root / "peer.parquet")
    return count


def peer_load(root: Path) -> int:
    """Read that table as dictionaries."""
    import pandas

    return len(pandas.read_parquet(root / "peer.parquet").to_dict(orient="records"))


def validate(root: Path) -> int:
    """`corpus validate`."""
    from corpus_pkg import validate_corpus

    return len(validate_corpus(root))


def build(root: Path) -> int:
    """`corpus build`."""
    from corpus_pkg import build_dataset

    return len(build_dataset(root)["documents"])


def load_records(root: Path) -> int:
    """Go through all documents and all their mentions and events as records."""
    from corpus_pkg import load_documents

    return sum(len(d.actor_mentions) + len(d.events) for d in load_documents(root / "dataset"))


def load_one(root: Path) -> int:
    """Load one document by its id."""
    from corpus_pkg import load_documents

    doc_id = next(read_lines(root))["document"]
    return len(load_documents(root / "dataset")[doc_id].text)


STEPS: dict[str, Callable[[Path], int]] = {
    "floor": floor,
    "peer: validate": peer_validate,
    "validate": validate,
    "peer: build": peer_build,
    "build": build,
    "peer: load": peer_load,
    "load all": load_records,
    "load one by id": load_one,
}


def measure(step: str, root: Path) -> dict[str, float]:
    """Run a step in a process of its own; return its seconds of work and its peak of memory in MB."""
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    command = [sys.executable, __file__, "--step", step, str(root)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def run_step(step: str, root: Path) -> None:
    """Run a step here, and print what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    STEPS[step](root)
    taken = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    print(json.dumps({**taken, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def main() -> None:
    """Generate a corpus, run all steps over it, and print a table."""
    if sys.argv[1:2] == ["--step"]:
        return run_step(sys.argv[2], Path(sys.argv[3]))
    sys.path.append(str(TOP / "tests"))
    from generated import write_generated_corpus

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder:
        root = write_generated_corpus(Path(folder), count)
        size = (root / "annotations/documents.jsonl").stat().st_size
        print(f"{count} documents, {size / 1e6:.1f} MB of JSON\n")
        measured = {step: measure(step, root) for step in STEPS}
    print(f"{'step':<16}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'CPU / floor':>13}{'CPU / peer':>12}")
    for step, taken in measured.items():
        peer = measured.get(f"peer: {step.split()[0]}", {}).get("cpu")
        ratio = f"{taken['cpu'] / peer:.2f}" if peer else ""
        against_floor = f"{taken['cpu'] / measured['floor']['cpu']:.1f}"
        print(
            f"{step:<16}{taken['wall']:>9.2f}{taken['cpu']:>9.2f}{taken['memory']:>9.0f}{against_floor:>13}{ratio:>12}"
        )
    return None


if __name__ == "__main__":
    main()
