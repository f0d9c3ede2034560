"""What a release says of itself is true, whole and valid; and the deposit is exact and always the same."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from conftest import SETTINGS, TOP, Data, plain_document, write_corpus, write_full

from corpus_pkg.build import build_dataset, check_dataset
from corpus_pkg.changelog import data_part
from corpus_pkg.citation import cite_bibtex, make_cff, make_datacite
from corpus_pkg.codebook import BOM
from corpus_pkg.corpus import read_corpus
from corpus_pkg.defaults import fill
from corpus_pkg.errors import CorpusError, InvalidCorpusError
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.release.deposit import make_deposit

STANDARDS = os.environ.get("CORPUS_PKG_STANDARDS")
"""The Python of an environment with the libraries of the standards; `scripts/test` makes it."""
CANARY = "01234567-89ab-cdef-0123-456789abcdef"
PERSON = {"name": "Dell, Ana", "orcid": "0000-0002-1825-0097", "affiliation": "Arden University"}
TOLD: Data = {
    "date": "2026-01-02",
    "doi": "10.5072/small",
    "canary": CANARY,
    "sampling": "These texts are not a sample of anything.",
    "rationale": "To test.",
    "limits": ["Small.", "Invented."],
    "keywords": ["one", "two"],
    "authors": [PERSON, {"name": "Harbour Office", "kind": "organisation"}],
}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The corpus with rows in every table and two splits, which says all of itself."""
    folder = write_full(tmp_path_factory.mktemp("told"))
    path = folder / "annotations/corpus.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | TOLD), "utf-8")
    return folder


@pytest.fixture(scope="module")
def release(root, tmp_path_factory):
    """The built dataset of that corpus."""
    out = tmp_path_factory.mktemp("release") / "dataset"
    build_dataset(root, out)
    return out


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The built dataset of this checkout."""
    out = tmp_path_factory.mktemp("own") / "dataset"
    build_dataset(TOP, out)
    return out


def manifest_of(folder: Path) -> Data:
    manifest: Data = json.loads((folder / MANIFEST).read_bytes())
    return manifest


def settings_with(**told: object) -> Data:
    return fill("corpus", SETTINGS | TOLD | told)


# The card.


def test_the_first_lines_say_what_the_texts_are_a_sample_of(own, release):
    """Before anything else, in bold."""
    for folder, words in ((own, "The five texts are not a sample of anything."), (release, TOLD["sampling"])):
        body = (folder / "README.md").read_text("utf-8").split("\n---\n", 1)[1].split("\n")
        assert body[1].startswith("# ")
        assert body[3].startswith(f"**{words}")


def test_sections_of_the_card(own, release):
    """What is said stands under its title; what is not is named; nothing that can be counted is told by hand."""
    card = (release / "README.md").read_text("utf-8")
    assert "## Curation rationale\n\nTo test.\n" in card
    assert "## Limits\n\n- Small.\n- Invented.\n" in card
    assert "The corpus says nothing of these: collection, " in card
    for title in ("Statistics", "Consistency of passes", "Contested codings", "How to cite", "Contact and errata"):
        assert f"\n## {title}\n" in card
        assert f"\n## {title}\n" in (own / "README.md").read_text("utf-8")


def test_contested_codings_are_counted(own):
    """Every hard case has its line, and the decisions add up."""
    card = (own / "README.md").read_text("utf-8").split("## Contested codings")[1].split("\n## ")[0]
    cases, decisions = (pq.read_table(own / name).num_rows for name in ("hard_cases", "decisions"))
    rows = [line.split("|") for line in card.splitlines() if line.startswith("| ")]
    assert sum(row[1].strip().isdigit() for row in rows) == cases
    counted = [row[2:-1] for row in rows if len(row) == 8 and row[2].strip().isdigit() and not row[1].strip().isdigit()]
    assert sum(int(cell) for row in counted for cell in row) == decisions


# The canary.


def test_the_canary_is_where_it_is_looked_for(release, own):
    """In the card, the codebook, the guidelines and the metadata of every Parquet file."""
    canaries = {release: CANARY, own: read_corpus(TOP).settings["canary"]}
    for folder, canary in canaries.items():
        texts = [(folder / name).read_text("utf-8") for name in ("README.md", "codebook.csv")]
        assert all(canary in text for text in texts)
        for path in folder.rglob("*.parquet"):
            assert canary in pq.read_metadata(path).metadata[b"canary"].decode()
    assert canaries[own] in (TOP / "annotations/GUIDELINES.md").read_text("utf-8")


def test_a_corpus_without_canary_has_none(full_dataset):
    """And nothing stands in its place."""
    assert "anary" not in (full_dataset / "README.md").read_text("utf-8")
    assert b"canary" not in (pq.read_metadata(next(full_dataset.rglob("*.parquet"))).metadata or {})


# Citation.


def test_people_and_organisations_are_cited_as_such():
    """With ORCID and place where they are known; a DOI only once it leads somewhere."""
    cff = yaml.safe_load(make_cff(settings_with()))
    orcid = "https://orcid.org/0000-0002-1825-0097"
    person = {"family-names": "Dell", "given-names": "Ana", "orcid": orcid, "affiliation": "Arden University"}
    assert cff["authors"] == [person, {"name": "Harbour Office"}]
    assert (cff["date-released"], cff["license"], "doi" in cff) == ("2026-01-02", "CC-BY-4.0", False)
    assert yaml.safe_load(make_cff(settings_with(doi_state="registered")))["doi"] == TOLD["doi"]
    assert "author = {Dell, Ana and {Harbour Office}}" in cite_bibtex(settings_with())


def test_datacite_has_the_reserved_doi():
    """And creators with their identifiers; people who annotated are contributors."""
    ana = {"id": "ana", "kind": "human", "name": "Dell, Ana", "orcid": None}
    data = json.loads(make_datacite(settings_with(), ["en"], [ana, ana | {"kind": "program"}]))
    assert (data["doi"], data["publicationYear"]) == (TOLD["doi"], "2026")
    assert data["creators"][0]["nameIdentifiers"][0]["nameIdentifier"].endswith(PERSON["orcid"])
    assert [each["contributorType"] for each in data["contributors"]] == ["DataCurator"]


def test_changelog_is_that_of_the_data(own, release):
    """The part on code stays in the package; a corpus without a history says so."""
    assert data_part("# C\n\n## Data\n\n### 1\n\n- a\n\n## Code\n\n- b\n") == "# Changelog\n\n## 1\n\n- a\n"
    assert "## 0.1.0" in (own / "CHANGELOG.md").read_text("utf-8")
    assert "corpus init" not in (own / "CHANGELOG.md").read_text("utf-8")
    assert "tells nothing of its history" in (release / "CHANGELOG.md").read_text("utf-8")


def test_a_changelog_that_cannot_be_read_is_a_finding(tmp_path):
    """And no traceback."""
    corpus = write_corpus(tmp_path, [plain_document("a", "Text.")])
    (corpus / "CHANGELOG.md").write_bytes(b"\xff")
    with pytest.raises(InvalidCorpusError) as refused:
        build_dataset(corpus)
    assert [finding.path for finding in refused.value.findings] == ["CHANGELOG.md"]


# The standards' own words.


def test_croissant_names_every_file_with_its_digest(release):
    """And keys and references lead to fields that are there."""
    croissant = json.loads((release / "croissant.json").read_bytes())
    objects = {each["@id"]: each for each in croissant["distribution"] if each["@type"] == "cr:FileObject"}
    assert {*objects} == {path.relative_to(release).as_posix() for path in release.rglob("*.parquet")}
    for path, each in objects.items():
        assert each["sha256"] == hashlib.sha256((release / path).read_bytes()).hexdigest()
    fields = {field["@id"]: field for each in croissant["recordSet"] for field in each["field"]}
    assert {key["@id"] for each in croissant["recordSet"] for key in each["key"]} <= {*fields}
    references = [field["references"]["field"]["@id"] for field in fields.values() if "references" in field]
    assert {*references} <= {*fields}
    assert "documents/doc_id" in references
    assert croissant["rai:dataLimitations"] == TOLD["limits"]


@pytest.mark.slow
@pytest.mark.skipif(not STANDARDS, reason="the libraries of the standards are in an environment of their own")
@pytest.mark.parametrize("which", ["release", "own"])
def test_the_libraries_of_the_standards_find_no_fault(which, request, tmp_path):
    """mlcroissant, cffconvert and datacite; and every record set gives the rows of the Parquet files."""
    folder = request.getfixturevalue(which)
    run = subprocess.run(
        [STANDARDS, "-I", TOP / "tests/standards.py", folder], capture_output=True, text=True, cwd=tmp_path
    )
    assert run.returncode == 0, run.stderr[-2000:]
    found = json.loads(run.stdout)
    assert (found["errors"], found["warnings"], found["cff"], found["datacite"]) == ([], [], None, [])
    manifest = manifest_of(folder)
    assert {*found["records"]} == {*manifest["tables"]}
    for record_set in json.loads((folder / "croissant.json").read_bytes())["recordSet"]:
        parts = manifest["tables"][record_set["name"]].values()
        rows = [row for part in parts for row in pq.ParquetFile(folder / part["file"]).read().to_pylist()]
        told = found["records"][record_set["name"]]
        assert sorted(told, key=json.dumps) == sorted((cut(row, record_set) for row in rows), key=json.dumps)


def cut(row: Data, record_set: Data) -> Data:
    """Return of a row what a record set has."""
    shown = {}
    for field in record_set["field"]:
        value, inner = row[field["name"]], [each["name"] for each in field.get("subField", [])]
        if inner and isinstance(value, list):
            value = [{name: each[name] for name in inner} for each in value]
        elif inner:
            value = {name: value[name] for name in inner}
        shown[field["name"]] = value
    return shown


# build --check.


def test_check_names_what_is_stale(root, release, tmp_path):
    """Files that differ, lack, or do not belong; and writes nothing."""
    folder = tmp_path / "dataset"
    shutil.copytree(release, folder)
    assert check_dataset(root, folder) == []
    (folder / "README.md").write_text("old")
    (folder / "CITATION.cff").unlink()
    (folder / "more.txt").write_text("more")
    told = ["CITATION.cff is missing", "README.md is not as it would be built", "more.txt is no part of it"]
    assert check_dataset(root, folder) == told
    assert (folder / "README.md").read_text() == "old"


# The deposit.


@pytest.fixture(scope="module")
def deposit(root, tmp_path_factory):
    """The deposit of that corpus, and what is told of it."""
    return make_deposit(root, tmp_path_factory.mktemp("deposit") / "small.zip")


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name.split("/", 1)[1]: file.read(name) for name in file.namelist()}


def test_the_deposit_is_whole_and_its_checksums_right(deposit):
    """Every member but the list itself is listed."""
    held = members(deposit.path)
    sums = dict(line.split("  ")[::-1] for line in held.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in held.items()}
    wanted = {"README.md", "codebook.csv", "datacite.json", "schema/source.json", "LICENSES/CC-BY-4.0.txt"}
    assert wanted <= {*held}
    assert (deposit.members, deposit.sha256) == (
        len(held) + 1,
        hashlib.sha256(deposit.path.read_bytes()).hexdigest(),
    )


def test_json_lines_are_what_the_digests_are_of(deposit, release):
    """So that the manifest vouches for them."""
    held = members(deposit.path)
    for table, splits in manifest_of(release)["tables"].items():
        for split, part in splits.items():
            assert hashlib.sha256(held[f"data/{table}/{split}.jsonl"]).hexdigest() == part["digest"]


def test_csv_is_exact(deposit, release):
    """With a byte-order mark, a line a row, and no cell changed."""
    held = members(deposit.path)
    for table, splits in manifest_of(release)["tables"].items():
        for split, part in splits.items():
            text = held[f"data/{table}/{split}.csv"].decode()
            assert text.startswith(BOM)
            rows = [*csv.DictReader(io.StringIO(text[1:], newline=""))]
            assert len(rows) == part["rows"]
    (row, *_) = csv.DictReader(io.StringIO(held["data/documents/test.csv"].decode()[1:], newline=""))
    (first, *_) = pq.read_table(release / "documents/test-00000-of-00001.parquet").to_pylist()
    assert (row["text"], row["date.text"], json.loads(row["date.because"])) == (
        first["text"],
        first["date"]["text"],
        first["date"]["because"],
    )
    assert "zones" not in row


def test_the_deposit_is_always_the_same(deposit, root, tmp_path):
    """Whenever and wherever it is made."""
    assert make_deposit(root, tmp_path / "again.zip").sha256 == deposit.sha256


def test_uncleared_texts_are_counted(deposit):
    """Only the report and its copy may be passed on."""
    assert (deposit.documents, deposit.uncleared) == (4, 3)


def test_what_a_deposit_lacks_is_said(full, tmp_path):
    """A date, a place that is no source and no folder."""
    for out, words in (
        (tmp_path / "small.zip", "says no `date`"),
        (tmp_path, "is a folder"),
        (full / "annotations/small.zip", "lies in annotations/"),
    ):
        with pytest.raises(CorpusError, match=words):
            make_deposit(full, out)
    assert [*tmp_path.iterdir()] == []
