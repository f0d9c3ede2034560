"""Run in an environment of its own, with the libraries of the standards: prints what they make of a release as JSON.

`mlcroissant` needs packages that are no wheels, and `cffconvert` an old `jsonschema`, so that the tests cannot have
them beside everything else.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import sys
from pathlib import Path
from typing import Any

import cffconvert
import datacite.schema45
import mlcroissant

opened: list[mlcroissant.Dataset] = []
"""The description that is looked at, where processes that branch off find it."""


def main(folder: Path) -> None:
    """Print what the libraries find in the release of a folder."""
    warnings: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: warnings.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("absl").addHandler(handler)
    dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
    opened.append(dataset)
    issues = dataset.metadata.ctx.issues
    found = {
        "errors": [*issues.errors],
        "warnings": [*issues.warnings, *warnings],
        "records": {each.id: records(each.id) for each in dataset.metadata.record_sets},
        "cff": cff_fault((folder / "CITATION.cff").read_text("utf-8")),
        "datacite": [*datacite_faults(folder / "datacite.json")],
    }
    json.dump(found, sys.stdout, default=lambda value: value.item())


def records(record_set: str) -> Any:
    """Return the rows of a record set, with names for ids and words for bytes.

    They are read in a process of their own: version 1.1.1 keeps what it read for the references of one record set, and
    gives that, instead of rows, when another is asked for; and to open the description anew for each takes long.
    """
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(_records, (record_set,))


def _records(record_set: str) -> list[Any]:
    return [named(record) for record in opened[0].records(record_set)]


def named(value: Any) -> Any:
    """Return a value with the last part of each id as its key."""
    if isinstance(value, dict):
        return {str(key).rsplit("/", 1)[-1]: named(each) for key, each in value.items()}
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, tuple)):
        return [named(each) for each in value]
    return value.tolist() if hasattr(value, "tolist") else value


def cff_fault(text: str) -> str | None:
    """Return what is wrong with a CITATION.cff; null when nothing is."""
    try:
        cffconvert.Citation(text).validate()
    except Exception as error:  # whatever the library raises is what it found
        return str(error)
    return None


def datacite_faults(path: Path) -> Any:
    """Yield what is wrong with metadata for DataCite; nothing when there are none."""
    if path.is_file():
        for error in datacite.schema45.validator.iter_errors(json.loads(path.read_bytes())):
            yield error.message


if __name__ == "__main__":
    main(Path(sys.argv[1]))
