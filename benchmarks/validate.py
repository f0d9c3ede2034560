#!/usr/bin/env python3
"""What validation costs, as ratios: against `json.loads` of the same files (the floor) and against a naive peer.

The corpora are canonical JSON as the tool writes it: one document a line, every default spelt out. Two are generated:
one has documents as long and as deep as those of this checkout; the other as many bytes in documents of a third of
that, where what each document costs, however short, weighs three times as much. The third has the documents of the
checkout themselves, many times: one of five is a copy, which is held to its original, and its white space differs from
that, as in few of the generated copies. The peer is what one writes in an afternoon:
`json.loads`, `jsonschema`, a look at each span. Goals: all rules at most 4 times the floor; the schema check at least
100 times faster than `jsonschema`; the own corpus of the checkout within 0.15 s of CPU over starting up. Each step runs
in a process of its own, in turns with that with which it is compared; medians count, and the peers run once.
Run it as `python benchmarks/validate.py [DOCUMENTS] [RUNS]` (default 600 and 5).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

TOP = Path(__file__).resolve().parent.parent
Timed = Callable[[Path], float]


def lines(root: Path) -> Iterator[bytes]:
    """Yield the documents of the corpus as they stand in its file."""
    with (root / "annotations/documents.jsonl").open("rb") as file:
        yield from file


def cpu(work: Callable[[], Any]) -> float:
    """Return the CPU seconds that some work takes."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def floor(root: Path) -> float:
    """Parse every line with the standard library."""
    return cpu(lambda: [None for line in lines(root) if not json.loads(line)])


def peer(root: Path) -> float:
    """Parse, check with `jsonschema`, and compare each span with its text."""
    from jsonschema import Draft202012Validator

    from corpus_pkg.paths import all_spans
    from corpus_pkg.schema import bundle

    validator = Draft202012Validator(bundle("canonical"))

    def check() -> None:
        for line in lines(root):
            document = json.loads(line)
            validator.validate(document)
            text = document["text"]
            assert all(text[span["start"] : span["end"]] == span["text"] for span in all_spans(document))

    return cpu(check)


def validate(root: Path) -> float:
    """Validate the corpus, all rules on; imports and the making of the schemas are start-up."""
    from corpus_pkg import validate_corpus

    with tempfile.TemporaryDirectory() as folder:
        validate_corpus(first_of(root, Path(folder)))
    return cpu(lambda: validate_corpus(root))


def first_of(root: Path, folder: Path) -> Path:
    """Write a corpus of the first document alone, with the same settings: what warms up, and no more."""
    (folder / "annotations").mkdir()
    for path in (root / "annotations").glob("*.json"):
        (folder / "annotations" / path.name).write_bytes(path.read_bytes())
    (folder / "annotations/documents.jsonl").write_bytes(next(lines(root)))
    return folder


def schema(root: Path) -> float:
    """Check the schema with the fast engine."""
    from corpus_pkg.conform import is_valid

    documents = [json.loads(line) for line in lines(root)]
    is_valid("canonical", documents[0])
    return cpu(lambda: [is_valid("canonical", document) for document in documents]) / len(documents)


def schema_peer(root: Path) -> float:
    """Check the schema of the first fifty documents with `jsonschema`."""
    from jsonschema import Draft202012Validator

    from corpus_pkg.schema import bundle

    validator = Draft202012Validator(bundle("canonical"))
    documents = [json.loads(line) for line, _ in zip(lines(root), range(50), strict=False)]
    return cpu(lambda: [validator.is_valid(document) for document in documents]) / len(documents)


def checkout(root: Path) -> float:
    """Validate the checkout's own corpus, imports loaded."""
    import corpus_pkg.validate

    validate_template()
    return cpu(lambda: corpus_pkg.validate.validate_corpus(TOP))


def validate_template() -> None:
    """Validate the small corpus of the package: what it loads and makes is start-up."""
    from corpus_pkg import validate_corpus

    validate_corpus(TOP / "corpus_pkg/template")


STEPS: dict[str, Timed] = {
    "floor": floor,
    "peer": peer,
    "validate": validate,
    "schema": schema,
    "schema, jsonschema": schema_peer,
    "the checkout": checkout,
}
ROUNDS = {"deep": 3, "lean": 1}
"""How much the documents of each corpus tell; see `generate_documents`."""


def measure(step: str, root: Path) -> float:
    """Run a step in a process of its own; return its seconds."""
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    command = [sys.executable, __file__, "--step", step, str(root)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout)


def ratio(step: str, other: str, root: Path, runs: int) -> float:
    """Return how many times longer one step takes than another, by the medians of some runs of both."""
    taken = [(measure(step, root), measure(other, root)) for _ in range(runs)]
    return median(one for one, _ in taken) / median(two for _, two in taken)


def write_canonical(folder: Path, count: int, rounds: int) -> Path:
    """Write the generated corpus with every default spelt out."""
    import orjson
    from generated import write_generated_corpus

    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.documents import iter_documents

    root = write_generated_corpus(folder, count, rounds=rounds)
    documents = [checked.document for checked in iter_documents(read_corpus(root))]
    (root / "annotations/documents.jsonl").write_bytes(b"".join(orjson.dumps(d) + b"\n" for d in documents))
    return root


def write_repeated(folder: Path, count: int) -> Path:
    """Write the documents of the checkout, again and again under other names, until there are about so many."""
    import orjson

    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.derive import join_mode
    from corpus_pkg.documents import iter_documents

    corpus = read_corpus(TOP)
    documents = [checked.document for checked in iter_documents(corpus) if checked.document]
    rounds = range(count // len(documents))
    joined = {key: [*map(join_mode, corpus.inventory[key])] for key in ("events", "relations")}
    files: dict[str, Any] = {
        "corpus": {**corpus.settings, "groups": grouped(documents, rounds), "relations": [], "splits": {}},
        "inventory": {**corpus.inventory, **joined},
        "hardcases": {"cases": [{**case, "documents": []} for case in corpus.hardcases["cases"]]},
    }
    (folder / "annotations").mkdir(parents=True)
    for name, data in files.items():
        (folder / f"annotations/{name}.json").write_bytes(orjson.dumps(data))
    again = (renamed(document, number) for document in documents for number in rounds)
    (folder / "annotations/documents.jsonl").write_bytes(b"".join(orjson.dumps(each) + b"\n" for each in again))
    return folder


def renamed(document: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a document under the name that it has in one round, as the copy of what its original is called there."""
    names = {key: document[key] and f"{document[key]}_{number:06}" for key in ("document", "copy_of")}
    return {**document, **names}


def grouped(documents: list[dict[str, Any]], rounds: range) -> dict[str, list[str]]:
    """Return a group for each text, of all documents that have it: it counts once."""
    groups: dict[str, list[str]] = {}
    for document in documents:
        group = groups.setdefault(f"all_{document['copy_of'] or document['document']}", [])
        group += [renamed(document, number)["document"] for number in rounds]
    return groups


def main() -> None:
    """Write three corpora of about as many bytes, and print the ratios."""
    if sys.argv[1:2] == ["--step"]:
        return print(STEPS[sys.argv[2]](Path(sys.argv[3])))
    sys.path.append(str(TOP / "tests"))
    count, runs = (int(word) for word in (*sys.argv[1:3], *("600", "5")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        for name, rounds in ROUNDS.items():
            root = write_canonical(Path(folder) / name, count * ROUNDS["deep"] // rounds, rounds)
            compare(name, root, runs)
        compare("the checkout's own", write_repeated(Path(folder) / "own", count), runs)
        report(Path(folder) / "deep", runs)
    return None


def compare(name: str, root: Path, runs: int) -> None:
    """Print what a corpus is like, and how long its validation takes beside the floor."""
    size, number = (root / "annotations/documents.jsonl").stat().st_size, sum(1 for _ in lines(root))
    print(f"{name}: {number} documents of {size / number / 1000:.0f} kB of canonical JSON")
    print(f"  validate / floor               {ratio('validate', 'floor', root, runs):8.2f}   goal: at most 4")


def report(root: Path, runs: int) -> None:
    """Print the other ratios, with the goals."""
    print(f"peer / validate                  {ratio('peer', 'validate', root, 1):8.2f}")
    faster = ratio("schema, jsonschema", "schema", root, 1)
    print(f"jsonschema / our schema check    {faster:8.0f}   goal: at least 100")
    seconds = median(measure("the checkout", root) for _ in range(runs))
    print(f"the checkout, CPU seconds        {seconds:8.3f}   goal: at most 0.15")


if __name__ == "__main__":
    main()
