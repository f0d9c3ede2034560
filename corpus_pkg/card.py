"""The card of a dataset: `README.md` with the front matter that the Hugging Face hub and `datasets` read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from corpus_pkg.corpus import Corpus
from corpus_pkg.schema import VERSION as SCHEMA_VERSION
from corpus_pkg.tables import Column, Table, all_tables

Parts = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What was built: rows, bytes, digest and file, by table and split."""

_DTYPES = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool"}
_SIZES = (("n<1K", 1_000), ("1K<n<10K", 10_000), ("10K<n<100K", 100_000), ("100K<n<1M", 1_000_000))


def make_card(corpus: Corpus, parts: Parts, languages: Collection[str]) -> str:
    """Return the text of the card; `languages` are those of the documents, as BCP 47 tags."""
    import yaml

    matter = yaml.safe_dump(front_matter(corpus, parts, languages), allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{matter}---\n\n" + "\n".join(_body(corpus, parts))


def front_matter(corpus: Corpus, parts: Parts, languages: Collection[str]) -> dict[str, Any]:
    """Return the metadata of the card as data."""
    settings = corpus.settings
    n = sum(part["rows"] for part in parts["documents"].values())
    return {
        "pretty_name": settings["title"],
        "language": sorted({language.split("-")[0].lower() for language in languages}),
        "license": _licence(settings["licences"]),
        "size_categories": [next((name for name, limit in _SIZES if n < limit), "n>1M")],
        "tags": ["annotated-corpus", "political-events", "event-extraction", "event-coreference"],
        "configs": [_config(name, parts[name]) for name in parts],
        "dataset_info": [_info(all_tables()[name], parts[name]) for name in parts],
    }


def _licence(licences: Mapping[str, str]) -> str:
    # The hub knows licences by their SPDX identifier in small letters; texts of unknown rights make the whole `other`.
    same = licences["texts"] in (licences["annotations"], "none")
    return licences["annotations"].lower() if same else "other"


def _config(name: str, splits: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    files = [{"split": split, "path": part["file"]} for split, part in splits.items()]
    return {"config_name": name, **({"default": True} if name == "documents" else {}), "data_files": files}


def _info(table: Table, splits: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return `dataset_info` of a config, lists in the older form, which `datasets` 3 and 5 both read.

    The digests are there for the cache of `datasets`, which tells one local build from another by this metadata alone:
    without them it goes on giving the rows of an older build where no size has changed.
    """
    digests = ", ".join(f"{part['digest']} ({split})" for split, part in splits.items())
    return {
        "config_name": table.name,
        "description": f"One row is {table.row}. Content digest: {digests}.",
        "features": [_feature(column) for column in table.columns],
        "splits": [{"name": s, "num_bytes": part["bytes"], "num_examples": part["rows"]} for s, part in splits.items()],
    }


def _feature(column: Column) -> dict[str, Any]:
    if isinstance(column.type, str):
        if column.type in _DTYPES:
            return {"name": column.name, "dtype": _DTYPES[column.type]}
        return {"name": column.name, "list": _DTYPES[column.type.removesuffix("s")]}
    inner = [_feature(each) for each in column.type]
    return {"name": column.name, "list" if column.many else "struct": inner}


def _body(corpus: Corpus, parts: Parts) -> Iterator[str]:
    settings = corpus.settings
    yield f"# {settings['title']}\n"
    yield f"{settings['description']}\n"
    yield from _who(corpus)
    yield from _loading(settings["name"])
    yield "## Tables\n"
    yield "| config | rows | one row is | key |\n|---|---:|---|---|"
    for name, splits in parts.items():
        table = all_tables()[name]
        rows = ", ".join(f"{part['rows']} ({split})" for split, part in splits.items())
        yield f"| `{name}` | {rows} | {table.row} | {', '.join(f'`{key}`' for key in table.key)} |"
    yield "\nOffsets count Unicode code points of `text`, from 0, half-open.\n"
    yield from _columns(parts)
    yield from _rights(settings)


def _who(corpus: Corpus) -> Iterator[str]:
    yield "## Who annotated\n"
    annotators, statement = corpus.annotators["annotators"], corpus.annotators["statement"]
    if statement or not annotators:
        yield (statement or "The corpus does not say who annotated it.") + "\n"
    for annotator in annotators:
        version = f" {annotator['version']}" if annotator["version"] else ""
        date = f", {annotator['date']}" if annotator["date"] else ""
        part = f": {annotator['part']}" if annotator["part"] else ""
        yield f"- {annotator['name']}{version} ({annotator['kind']}{date}){part}"
    reviews = len(corpus.reviews)
    yield f"\nReviews recorded: {reviews}.\n"


def _loading(name: str) -> Iterator[str]:
    yield "## Loading\n"
    yield "```python\nfrom datasets import load_dataset\n"
    yield f'documents = load_dataset("{name}")  # the path of this folder, or its name on a hub'
    yield "```\n"


def _columns(parts: Parts) -> Iterator[str]:
    yield "## Columns\n"
    for name in parts:
        yield f"### {name}\n"
        yield "| column | type | what it is |\n|---|---|---|"
        yield from (_column_row(column) for column in all_tables()[name].columns)
        yield ""


def _column_row(column: Column) -> str:
    shown = (
        column.type if isinstance(column.type, str) else "list of " + _inner(column) if column.many else _inner(column)
    )
    return f"| `{column.name}` | {shown}{', or null' if column.null else ''} | {column.description} |"


def _inner(column: Column) -> str:
    return "{" + ", ".join(inner.name for inner in column.type if not isinstance(inner, str)) + "}"


def _rights(settings: Mapping[str, Any]) -> Iterator[str]:
    yield "## Rights and citation\n"
    licences = settings["licences"]
    yield f"Annotations: {licences['annotations']}. Texts: {licences['texts']}; see `source` of each document.\n"
    if settings["citation"]:
        yield f"{settings['citation']}\n"
    yield f"Version {settings['version']} of the data, schema {SCHEMA_VERSION}, edition `full`.\n"
