"""The card of a dataset: `README.md` with the front matter that the Hugging Face hub and `datasets` read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from corpus_pkg.corpus import Corpus
from corpus_pkg.datasheet import citing, consistency, contested, opening, statement, statistics, upkeep
from corpus_pkg.items import LAYERS
from corpus_pkg.licences import FOLDER as LICENCES
from corpus_pkg.schema import VERSION as SCHEMA_VERSION
from corpus_pkg.tables import Column, Table, all_tables

Parts = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What was built: rows, bytes, digest and file, by table and split."""

_DTYPES = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool"}
_SIZES = (("n<1K", 1_000), ("1K<n<10K", 10_000), ("10K<n<100K", 100_000), ("100K<n<1M", 1_000_000))

_TAGS = ("annotated-corpus", "political-events", "event-extraction", "event-coreference")
_MAKERS = {"human": "other", "language-model": "machine-generated", "program": "machine-generated"}
"""Who annotated, in the words of the hub; whether people are experts is not known."""


TOLD = ("reviews", "hard_cases", "decisions", "agreement")
"""The tables whose rows the card tells of."""


class Work(NamedTuple):
    """How far the work is: documents by finished layer, the counts of `stats`, and the rows of the tables `TOLD`."""

    finished: Mapping[str, int]
    counts: Mapping[str, Any]
    tables: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def reviews(self) -> Sequence[Mapping[str, Any]]:
        """Return the rows of the table `reviews`."""
        return self.tables["reviews"]


def make_card(corpus: Corpus, parts: Parts, languages: Collection[str], work: Work, withheld: str | None = None) -> str:
    """Return the text of the card; `languages` are those of the documents, as BCP 47 tags.

    `withheld` says what the edition `standoff` withholds; null is the edition `full`.
    """
    import yaml

    matter = yaml.safe_dump(front_matter(corpus, parts, languages), allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{matter}---\n\n" + "\n".join(_body(corpus, parts, work, withheld))


def restored_card(card: str, parts: Parts, edition: str) -> str:
    """Return the card of an edition `standoff` for what was restored of it, with the numbers of its new tables."""
    import yaml

    _, matter, body = card.split("---\n", 2)
    data = yaml.safe_load(matter)
    data |= {"configs": [_config(name, parts[name]) for name in parts]}
    data |= {"dataset_info": [_info(all_tables()[name], parts[name]) for name in parts]}
    matter = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)
    said = (
        f"This is the edition `{edition}`, made by `corpus rehydrate` from the edition `standoff`, "
        "of which is said below what is withheld."
    )
    return f"---\n{matter}---\n\n> {said}\n{body}"


def front_matter(corpus: Corpus, parts: Parts, languages: Collection[str]) -> dict[str, Any]:
    """Return the metadata of the card as data."""
    settings = corpus.settings
    n = sum(part["rows"] for part in parts["documents"].values())
    spoken = sorted({language.split("-")[0].lower() for language in languages})
    makers = {_MAKERS[annotator["kind"]] for annotator in corpus.annotators["annotators"]}
    return {
        "pretty_name": settings["title"],
        "language": spoken,
        **_licence_of(settings["licences"]),
        "annotations_creators": sorted(makers) or ["other"],
        "language_creators": ["found"],
        "source_datasets": ["original"],
        "multilinguality": ["multilingual" if len(spoken) > 1 else "monolingual"],
        "task_categories": ["token-classification"],
        "size_categories": [next((name for name, limit in _SIZES if n < limit), "n>1M")],
        "tags": [*dict.fromkeys((*_TAGS, *settings["keywords"]))],
        "configs": [_config(name, parts[name]) for name in parts],
        "dataset_info": [_info(all_tables()[name], parts[name]) for name in parts],
    }


def _licence_of(licences: Mapping[str, str]) -> dict[str, str]:
    licence = _licence(licences)
    # The hub asks for name and place of a licence that it does not know.
    other = {"license_name": "annotations-and-texts-apart", "license_link": f"{LICENCES}/README.md"}
    return {"license": licence, **(other if licence == "other" else {})}


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


def _body(corpus: Corpus, parts: Parts, work: Work, withheld: str | None) -> Iterator[str]:
    settings = corpus.settings
    yield f"# {settings['title']}\n"
    yield from opening(settings)
    yield from _who(corpus)
    yield from _reviewed(corpus, work)
    yield from statement(settings)
    yield from statistics(work.counts)
    yield from consistency(work.tables["agreement"])
    yield from contested(work.tables["hard_cases"], work.tables["decisions"])
    yield from _loading(settings["name"])
    yield "## Tables\n"
    yield "| config | rows | one row is | key |\n|---|---:|---|---|"
    for name, splits in parts.items():
        table = all_tables()[name]
        rows = ", ".join(f"{part['rows']} ({split})" for split, part in splits.items())
        yield f"| `{name}` | {rows} | {table.row} | {', '.join(f'`{key}`' for key in table.key)} |"
    yield "\nOffsets count Unicode code points of `text`, from 0, half-open.\n"
    yield from _columns(parts)
    yield from _rights(settings, withheld)


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
    yield ""


class Reviewers(NamedTuple):
    """What one sort of reviewers has looked at: the documents of a layer, and items of them."""

    documents: int
    items: int


def count_reviewed(reviews: Iterable[Mapping[str, Any]], reviewers: Collection[str], layer: str) -> Reviewers:
    """Return what these reviewers have looked at of a layer, in reviews that hold.

    `reviews` are rows of the table. Of several reviews of one document the one that looked at the most items counts.
    """
    most: dict[str, int] = {}
    for review in reviews:
        if review["holds"] and review["layer"] == layer and review["reviewer"] in reviewers:
            most[review["doc_id"]] = max(review["items"], most.get(review["doc_id"], 0))
    return Reviewers(len(most), sum(most.values()))


def _reviewed(corpus: Corpus, work: Work) -> Iterator[str]:
    """Yield who has reviewed what; whether people have is counted and never told by hand."""
    annotators = corpus.annotators["annotators"]
    people = {annotator["id"] for annotator in annotators if annotator["kind"] == "human"}
    programs = {annotator["id"] for annotator in annotators} - people
    yield "## Who reviewed\n"
    by_people = {layer: count_reviewed(work.reviews, people, layer) for layer in LAYERS}
    if not any(each.documents for each in by_people.values()):
        yield "No human has reviewed the annotations.\n"
    yield "| layer | finished in documents | reviewed by people | items | reviewed by programs | items |"
    yield "|---|---:|---:|---:|---:|---:|"
    for layer, human in by_people.items():
        other = count_reviewed(work.reviews, programs, layer)
        counts = (work.finished.get(layer, 0), *human, *other)
        yield f"| {layer} | {' | '.join(map(str, counts))} |"
    void, disputed = _left_open(work.reviews)
    yield f"\nReviews recorded: {len(work.reviews)}; void, since what was reviewed has changed: {void}."
    yield f"Items disputed in reviews that hold: {disputed}.\n"


def _left_open(reviews: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Return how many reviews are void, and how many items the others found wrong."""
    holding = [review for review in reviews if review["holds"]]
    return len(reviews) - len(holding), sum(len(review["disputed"]) for review in holding)


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


def _rights(settings: Mapping[str, Any], withheld: str | None) -> Iterator[str]:
    yield "## Rights\n"
    licences = settings["licences"]
    yield f"Annotations: {licences['annotations']}. Texts: {licences['texts']}; see `source` of each document.\n"
    yield f"The licences themselves are in `{LICENCES}/`.\n"
    yield from citing(settings)
    yield from upkeep(settings)
    edition = "full" if withheld is None else "standoff"
    yield f"Version {settings['version']} of the data, schema {SCHEMA_VERSION}, edition `{edition}`.\n"
    yield from () if withheld is None else (f"{withheld}\n",)
