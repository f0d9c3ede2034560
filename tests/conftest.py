"""What several tests share: a small corpus with rows in every table, built datasets, and an empty hub."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hub.server import PAGE, Hub

from corpus_pkg.build import build_dataset
from corpus_pkg.init import init_corpus

Data = dict[str, Any]


def pytest_configure(config: pytest.Config) -> None:
    """Name our own marker, and keep `datasets` off the network and out of the user's cache; it asks at import."""
    config.addinivalue_line("markers", 'slow: takes long; left out by -m "not slow"')
    home = tempfile.TemporaryDirectory(prefix="hf-home-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HOME": home.name, "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}


TOP = Path(__file__).resolve().parent.parent
TOY = Path(__file__).resolve().parent / "toy"

SETTINGS: Data = {
    "name": "small",
    "title": "Small",
    "version": "1.2.3",
    "description": "Four invented texts.",
    "licences": {"annotations": "CC-BY-4.0", "texts": "CC0-1.0"},
    "authors": [{"name": "Nobody"}],
}

REPORT = """Arden və Belmar nazirləri görüşdü 🤝
Bakı, 3 May 2021 (News Wire)
Arden's minister Əli Həsənov met his colleague in Corvia on Monday, the Herald reports; two guards were hurt.
“We have agreed”, said Həsənov, but Belmar, which protested, denies it: “تهران 𝒳 e\N{COMBINING ACUTE ACCENT}”.
Text: CC BY 4.0, News Wire"""


def span(text: str, words: str, after: str = "") -> Data:
    """Return the first stretch of the text that reads so, behind the words `after`."""
    start = text.index(words, text.index(after) + len(after))
    return {"start": start, "end": start + len(words), "text": words}


def lines(text: str, zones: Sequence[str] = ()) -> list[Data]:
    """Return a passage for each line: of these zones, then `body`."""
    passages, start = [], 0
    for number, line in enumerate(text.split("\n")):
        zone = zones[number] if number < len(zones) else "body"
        passages.append({"start": start, "end": start + len(line), "zone": zone})
        start += len(line) + 1
    return passages


def plain_document(doc_id: str, text: str, **layers: Any) -> Data:
    """Return a document in canonical form with a passage a line."""
    known = {"document": doc_id, "language": "en", "annotated": ["events"], "text": text, "passages": lines(text)}
    return known | layers


def write_corpus(root: Path, documents: Sequence[Data], settings: Mapping[str, Any] = SETTINGS, **files: Any) -> Path:
    """Write a corpus in canonical JSON; `files` are its other settings and collections, by their name."""
    (root / "annotations").mkdir(parents=True, exist_ok=True)
    for name, data in {"corpus": settings, **files}.items():
        folder = root / "annotations" / (name if name in ("reviews", "decisions") else "")
        folder.mkdir(exist_ok=True)
        suffix = "yaml" if name in ("reviews", "decisions") else "json"
        (folder / f"{name}.{suffix}").write_text(json.dumps(data), "utf-8")
    rewrite(root, documents)
    return root


def full_documents() -> list[Data]:
    """Return four documents: a report and its copy, one that contradicts it, and one without annotations."""
    text = REPORT
    zones = ("title", "dateline", "body", "body", "licence_notice")
    report = plain_document(
        "a1",
        text,
        annotated=["date", "source", "actors", "events"],
        passages=lines(text, zones),
        date={"text": "2021-05-03", "because": [span(text, "3 May 2021")], "cite": ["page"], "note": "As printed."},
        source={
            "licence": "CC-BY-4.0",
            "holder": "wire",
            "redistribution": "yes",
            "parties": [{"role": "publisher", "actor": "herald", "cite": ["page"], "cases": [2]}],
        },
        date_candidates=[
            {"q": span(text, "3 May 2021"), "kind": "publication", "value": "2021-05-03", "verdict": "accepted"}
        ],
        parties=[{"q": span(text, "News Wire"), "role": "wire_agency", "actor": "wire"}],
        rights=[{"q": span(text, "CC BY 4.0"), "licence": "CC-BY-4.0", "holder": "wire"}],
        times=[{"q": span(text, "Monday"), "text": "2021-05-03", "anchored": "event", "event": "meeting"}],
        mentions=[
            {"q": span(text, "Arden"), "actors": ["arden"], "cases": [1]},
            {"q": span(text, "Arden və Belmar nazirləri"), "actors": ["hasanov", "colleague"]},
            {"q": span(text, "Əli Həsənov"), "actors": ["hasanov"]},
            {"q": span(text, "his colleague"), "actors": ["colleague"]},
            {"q": span(text, "Belmar", "but "), "actors": ["belmar"], "metonymy": True, "note": "Its government."},
        ],
        triggers=[
            {"q": span(text, "görüşdü"), "event": "meeting"},
            {"q": span(text, "met", "Həsənov "), "event": "meeting", "when": [span(text, "Monday")]},
            {
                "q": span(text, "agreed"),
                "event": "agreement",
                "topic": [span(text, "it", "denies ")],
                "factuality": [{"source": "belmar", "value": "CT-"}],
            },
            {"q": span(text, "protested"), "event": "protest"},
            {"q": span(text, "denies"), "event": "row"},
        ],
        attributions=[
            {"cue": span(text, "reports"), "sources": ["herald"], "content": [span(text, "two guards were hurt")]},
            {"cue": span(text, "said"), "sources": ["hasanov"], "content": [span(text, "We have agreed")]},
        ],
        events=[
            {
                "id": "meeting",
                "type": "CONSULT",
                "mode": "visit",
                "contexts": ["diplomatic"],
                "actor": ["hasanov", "colleague"],
                "place": ["corvia"],
                "time": {
                    "text": "2021-05-03",
                    "because": [span(text, "Monday"), span(text, "3 May 2021")],
                    "note": "Monday.",
                    "cases": [2],
                },
                "counts": {"injured": 2},
                "corpus_event": "meeting",
            },
            {"id": "agreement", "type": "AGREE", "actor": ["hasanov", "colleague"]},
            {"id": "protest", "type": "ACCUSE", "mode": "disapprove", "actor": ["belmar"], "recipient": ["arden"]},
            {"id": "row", "type": "x:STATE", "actor": ["arden", "belmar"]},
        ],
        relations=[
            {
                "from": "protest",
                "type": "RESPONDS_TO",
                "mode": "answer",
                "to": "agreement",
                "sources": ["hasanov"],
                "q": span(text, "but"),
            }
        ],
        claims=[{"event": "agreement", "attribute": "label", "value": "no agreement", "sources": ["belmar"]}],
        actors=[
            {
                "id": "colleague",
                "type": "PER",
                "name": "minister of Belmar",
                "offices": [{"title": "minister", "body": "ministry"}],
            },
            {"id": "ministry", "type": "ORG", "name": "ministry of Belmar", "sectors": ["GOV"]},
        ],
        cases=[1],
    )
    copied = text.replace(" ", "\N{NO-BREAK SPACE}", 1).rsplit("\n", 2)[0]
    copy = plain_document(
        "a2",
        copied,
        language="az-Latn",
        copy_of="a1",
        passages=lines(copied, zones),
        annotated=[],
        triggers=[{"q": span(copied, "met", "Həsənov "), "event": "meeting"}],
        events=[
            {
                "id": "meeting",
                "type": "CONSULT",
                "mode": "visit",
                "actor": ["hasanov"],
                "corpus_event": "meeting",
                "counts": {"injured": 2},
            }
        ],
    )
    other = "Hasanov was in Arden on 9 May 2021; three guards were hurt."
    rival = plain_document(
        "b1",
        other,
        parties=[{"q": span(other, "Arden"), "role": "publisher", "actor": "wire"}],
        triggers=[{"q": span(other, "was in"), "event": "visit"}],
        events=[
            {
                "id": "visit",
                "type": "CONSULT",
                "mode": "visit",
                "actor": ["hasanov"],
                "place": ["arden"],
                "counts": {"injured": 3, "killed": 1},
                "time": {"text": "2021-05-09", "because": [span(other, "9 May 2021")]},
                "corpus_event": "meeting",
            }
        ],
    )
    return [report, copy, rival, plain_document("c1", "\nNothing\tis annotated here.\r\n".strip(), annotated=[])]


def write_passes(root: Path) -> None:
    """Write two passes over the report, which need its text as a file."""
    (root / "raw").mkdir(parents=True)
    (root / "raw/a1.txt").write_text(REPORT, "utf-8", newline="")
    sha256 = hashlib.sha256(REPORT.encode()).hexdigest()
    (root / "raw/SHA256SUMS").write_text(f"{sha256}  a1.txt\n")
    for name in ("one", "two"):
        folder = root / "annotations/passes/first" / name
        folder.mkdir(parents=True)
        at = json.dumps(" ".join(REPORT.split()[:3]), ensure_ascii=False)
        head = "document: a1\nlanguage: az\nannotated: []\n"
        (folder / "a1.yaml").write_text(f"{head}passages:\n- {{at: {at}, zone: body}}\n", "utf-8")


def write_full(root: Path) -> Path:
    """Write a corpus that has rows in every table, and two splits."""
    arden = {"id": "arden", "type": "GPE", "name": "Arden", "country": "AZE", "wikidata": "Q1", "geonames": 7}
    office = {"title": "Minister", "body": "ministry_arden", "from": "2020-07", "to": None, "cite": ["page"]}
    hasanov = {"id": "hasanov", "type": "PER", "name": "Əli Həsənov", "aliases": ["Hasanov"], "offices": [office]}
    inventory = {
        "actors": [
            arden | {"adjectives": ["Ardenian"], "sectors": ["GOV"]},
            {"id": "belmar", "type": "GPE", "name": "Belmar"},
            {"id": "corvia", "type": "GPE", "name": "Corvia", "cases": [1], "note": "Neither."},
            hasanov | {"sectors": ["GOV"]},
            {"id": "herald", "type": "ORG", "name": "Herald", "sectors": ["JRN"]},
            {"id": "ministry_arden", "type": "ORG", "name": "Ministry of Arden", "sectors": ["GOV"]},
            {"id": "wire", "type": "ORG", "name": "News Wire", "sectors": ["JRN"]},
        ],
        "events": [
            {"id": "meeting", "type": "CONSULT/visit", "name": "The meeting in Corvia", "cite": ["page"]},
            {"id": "unreported", "type": "CONSULT", "name": "A meeting that no text reports"},
        ],
        "relations": [{"from": "meeting", "type": "LOOKS_LIKE", "to": "unreported", "cases": [2]}],
        "pages": [{"id": "page", "url": "https://example.org/page", "title": "A page", "date": "2021-05-04"}],
    }
    settings = SETTINGS | {
        "splits": {"train": ["b1", "c1"]},
        "groups": {"pair": ["a1", "a2"]},
        "relations": [{"documents": ["b1", "a1"], "type": "rewrite", "directed": True}],
    }
    case = {"title": "Which Arden", "options": ["land", "government"], "decision": "government", "documents": ["a1"]}
    review = {"document": "a1", "layer": "events", "reviewer": "program", "date": "2021-06-01", "items": 4}
    write_passes(root)
    return write_corpus(
        root,
        full_documents(),
        settings,
        inventory=inventory,
        hardcases={"cases": [{"id": 1, **case}, {"id": 2, **case}]},
        annotators={
            "annotators": [{"id": "program", "kind": "program", "name": "A program", "date": "2021-06"}],
            "statement": "A program annotated this.",
        },
        reviews={"reviews": [review | {"verdict": "confirmed", "digest": "0" * 64}]},
        decisions={"decisions": [{"id": "d1", "document": "a1", "layer": "events", "choose": "neither", "why": "So."}]},
    )


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a corpus that has rows in every table."""
    return write_full(tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="session")
def full_dataset(full: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built dataset of that corpus."""
    return build_in(full, tmp_path_factory)


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the toy corpus, in YAML."""
    if TOY.is_dir():
        return TOY
    root = tmp_path_factory.mktemp("toy")
    init_corpus(root)
    return root


@pytest.fixture(scope="session")
def toy_dataset(toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built dataset of the toy corpus."""
    return build_in(toy, tmp_path_factory)


@pytest.fixture(scope="module")
def open_hub() -> Iterator[Hub]:
    """A hub that holds nothing yet."""
    with Hub() as hub:
        yield hub


@pytest.fixture
def calm_hub(hub: Hub) -> Iterator[None]:
    """The hub of a module, as `hub`, with an empty log; failures end with their test."""
    hub.log.clear()
    yield
    hub.faults.clear()
    hub.page = PAGE


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the caches of a hub's clients."""
    return tmp_path_factory.mktemp("home")


def rewrite(root: Path, documents: Sequence[Data]) -> None:
    """Put these documents in the place of those of a corpus."""
    rows = "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
    (root / "annotations/documents.jsonl").write_text(rows, "utf-8")


def build_in(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the dataset of a corpus in a new folder."""
    out = tmp_path_factory.mktemp("built") / "dataset"
    build_dataset(root, out)
    return out
