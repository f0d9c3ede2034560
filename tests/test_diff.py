"""Comparing releases: every kind of change is found and told, and asks for the version that the rules say."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import SETTINGS, Data, full_documents, lines, plain_document, rewrite, span, write_corpus, write_full

from corpus_pkg.build import build_dataset
from corpus_pkg.cli import main
from corpus_pkg.errors import CorpusError
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import manifest_text, table_digest
from corpus_pkg.release.changes import LEVELS, SECTIONS, Change, Difference, Head
from corpus_pkg.release.contents import Cursor, iter_unlike
from corpus_pkg.release.diff import diff_releases, has_grown
from corpus_pkg.release.opening import open_release
from corpus_pkg.release.versions import (
    VersionRefusedError,
    parse_version,
    refuse_release,
    smallest_version,
    version_problems,
)

Edit = Callable[[list[Data]], None]


def diff(before: Path, after: Path) -> Difference:
    with open_release(before) as one, open_release(after) as other:
        return diff_releases(one, other)


def edit_settings(root: Path, name: str = "corpus", **changed: Any) -> None:
    path = root / f"annotations/{name}.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changed), "utf-8")


@pytest.fixture
def changed(full_dataset: Path, tmp_path: Path) -> Callable[[Edit], Difference]:
    """A function that edits the documents of the full corpus, and tells the difference."""

    def compare(edit: Edit) -> Difference:
        root, documents = write_full(tmp_path / "corpus"), full_documents()
        edit(documents)
        rewrite(root, documents)
        build_dataset(root)
        return diff(full_dataset, root)

    return compare


def told(difference: Difference, *sections: str) -> set[tuple[str, str, str, str | None]]:
    """Return section, kind, item and column of the changes, of some sections only."""
    wanted = sections or SECTIONS
    return {(c.section, c.kind, c.item, c.column) for c in difference.changes if c.section in wanted}


# --- nothing ---


def test_a_release_and_itself(full_dataset):
    """Nothing differs, and the same version may stay."""
    difference = diff(full_dataset, full_dataset)
    assert (difference.level, difference.changes) == ("none", ())
    assert (smallest_version(difference), version_problems(difference)) == ("1.2.3", [])
    assert difference.counts == {section: {} for section in SECTIONS}


def test_the_same_data_in_other_words(full, full_dataset, tmp_path):
    """A title, say, stands in the card: that is a patch, which must be declared."""
    root = Path(shutil.copytree(full, tmp_path / "corpus"))
    edit_settings(root, title="Smaller")
    build_dataset(root)
    difference = diff(full_dataset, root)
    assert (difference.level, difference.changes, smallest_version(difference)) == ("patch", (), "1.2.4")
    assert version_problems(difference) == [
        "version 1.2.3 is declared, and the smallest legal one is 1.2.4: the data are the same, and their files are not"
    ]


# --- documents, splits, groups ---


def add_document(documents: list[Data]) -> None:
    text = "Arden again."
    mention = {"q": span(text, "Arden"), "actors": ["arden"]}
    documents.append(plain_document("d1", text, mentions=[mention]))


def test_a_document_more(changed):
    """An addition, in the clusters of the whole corpus too."""
    difference = changed(add_document)
    assert told(difference) == {("documents", "added", "d1", None), ("clusters", "changed", "arden", None)}
    cluster = difference.changes[-1]
    assert (cluster.table, cluster.old, cluster.new) == ("actor", [], ["d1 0-5"])
    assert (difference.level, smallest_version(difference)) == ("minor", "1.3.0")


def test_a_document_less(full_dataset, tmp_path):
    """Something is removed, from the clusters too."""
    root, documents = write_full(tmp_path / "corpus"), full_documents()
    add_document(documents)
    rewrite(root, documents)
    build_dataset(root)
    difference = diff(root, full_dataset)
    assert told(difference) == {("documents", "removed", "d1", None), ("clusters", "changed", "arden", None)}
    assert (difference.level, smallest_version(difference)) == ("major", "2.0.0")


def test_a_document_that_moves_between_splits(full, full_dataset, tmp_path, capsys):
    """An error, whatever version is declared."""
    root = Path(shutil.copytree(full, tmp_path / "corpus"))
    edit_settings(root, splits={"train": ["b1"]}, version="9.0.0")
    build_dataset(root)
    difference = diff(full_dataset, root)
    assert told(difference) == {("splits", "moved", "c1", None)}
    assert difference.level == "error"
    problem = "document c1 moves from split train to test, which no version allows"
    assert version_problems(difference) == [problem]
    with pytest.raises(VersionRefusedError, match=problem) as raised, ExitStack() as stack:
        refuse_release(*(stack.enter_context(open_release(each)) for each in (full_dataset, root)))
    (change,) = raised.value.difference.changes
    assert change == Change("splits", "moved", "error", "c1", None, "c1", None, "train", "test")
    assert main(["diff", str(full_dataset), str(root)]) == 1
    assert f"corpus diff: {problem}\n" in capsys.readouterr().err


def test_many_documents_that_move(tmp_path):
    """Five are named, the others counted."""
    documents = [plain_document(f"d{n}", f"Text {n}.") for n in range(9)]
    for name, split in (("a", "test"), ("b", "dev")):
        build_dataset(write_corpus(tmp_path / name, documents, SETTINGS | {"split": split}))
    difference = diff(tmp_path / "a", tmp_path / "b")
    assert ("splits", "added", "dev", None) in told(difference)
    problems = version_problems(difference)
    assert len(problems) == 7
    assert "so do 4 more documents" in problems
    assert problems[-1].startswith("version 1.2.3 is declared, and the smallest legal one is 2.0.0")


def test_another_group(full, full_dataset, tmp_path):
    """Told as such, and not as a label."""
    root = Path(shutil.copytree(full, tmp_path / "corpus"))
    edit_settings(root, groups={"twins": ["a1", "a2"]})
    build_dataset(root)
    difference = diff(full_dataset, root)
    assert told(difference) == {
        *(("documents", "changed", name, "group") for name in ("a1", "a2")),
        *(("groups", "changed", name, None) for name in ("a1", "a2")),
    }
    assert difference.level == "major"


# --- spans, labels, arguments, clusters ---


def add_mention(documents: list[Data]) -> None:
    documents[0]["mentions"].append({"q": span(documents[0]["text"], "Herald"), "actors": ["herald"]})


def remove_mention(documents: list[Data]) -> None:
    del documents[0]["mentions"][0]


def finish_a_layer(documents: list[Data]) -> None:
    documents[2]["annotated"] = ["events", "date"]
    documents[2]["date"] = {"text": "2021-05-09", "because": [span(documents[2]["text"], "9 May")], "note": "So."}


def add_note(documents: list[Data]) -> None:
    documents[0]["mentions"][0]["note"] = "Its government."


def change_note(documents: list[Data]) -> None:
    documents[0]["mentions"][4]["note"] = "Not its government."


def change_mode(documents: list[Data]) -> None:
    documents[0]["events"][2]["mode"] = None


def add_argument(documents: list[Data]) -> None:
    documents[0]["events"][3]["place"] = ["corvia"]


def remove_argument(documents: list[Data]) -> None:
    del documents[0]["events"][0]["place"]


def change_referent(documents: list[Data]) -> None:
    documents[0]["mentions"][3]["actors"] = ["hasanov"]


def add_referent(documents: list[Data]) -> None:
    documents[0]["mentions"][2]["actors"] = ["hasanov", "colleague"]


def add_factuality(documents: list[Data]) -> None:
    documents[0]["triggers"][3]["factuality"] = [{"source": "hasanov", "value": "CT+"}]


def move_trigger(documents: list[Data]) -> None:
    documents[0]["triggers"][3]["event"] = "row"
    documents[0]["triggers"][4]["event"] = "protest"


def leave_corpus_event(documents: list[Data]) -> None:
    del documents[2]["events"][0]["corpus_event"]


def rename_event(documents: list[Data]) -> None:
    for document in documents[0:1]:
        next(event for event in document["events"] if event["id"] == "protest")["id"] = "demonstration"
        next(item for item in document["triggers"] if item["event"] == "protest")["event"] = "demonstration"
        document["relations"][0]["from"] = "demonstration"


def rename_actor(documents: list[Data]) -> None:
    text = json.dumps(documents[0]).replace('"colleague"', '"counterpart"')
    documents[0] = json.loads(text)


@pytest.mark.parametrize(
    ("edit", "level", "expected"),
    [
        (add_mention, "minor", {("spans", "added", "137-143", None), ("clusters", "changed", "herald", None)}),
        (remove_mention, "major", {("spans", "removed", "0-5", None), ("clusters", "changed", "arden", None)}),
        (
            finish_a_layer,
            "minor",
            {
                ("labels", "changed", "b1", column)
                for column in (
                    "annotated",
                    *(f"date.{key}" for key in ("text", "known", "external", "because", "note")),
                )
            },
        ),
        (add_note, "minor", {("labels", "changed", "0-5", "note")}),
        (change_note, "major", {("labels", "changed", "211-217", "note")}),
        (change_mode, "major", {("labels", "changed", "a1#protest", "mode")}),
        (add_argument, "minor", {("arguments", "added", "a1#row place actor corvia", None)}),
        (remove_argument, "major", {("arguments", "removed", "a1#meeting place actor corvia", None)}),
        (
            change_referent,
            "major",
            {
                ("labels", "changed", "98-111", "actor_ids"),
                ("clusters", "changed", "a1#colleague", None),
                ("clusters", "changed", "hasanov", None),
            },
        ),
        (
            add_referent,
            "minor",
            {("labels", "changed", "82-93", "actor_ids"), ("clusters", "changed", "a1#colleague", None)},
        ),
        (
            add_factuality,
            "minor",
            {("rows", "added", "a1#protest 225-234 hasanov", None)},
        ),
        (
            move_trigger,
            "major",
            {
                *(("clusters", "changed", name, None) for name in ("a1#protest", "a1#row")),
                *(("spans", "added", "225-234 a1#row", None), ("spans", "removed", "225-234 a1#protest", None)),
                *(("spans", "added", "236-242 a1#protest", None), ("spans", "removed", "236-242 a1#row", None)),
                *(("rows", "added", "a1#row 225-234 AUTHOR", None), ("rows", "removed", "a1#row 236-242 AUTHOR", None)),
                ("rows", "added", "a1#protest 236-242 AUTHOR", None),
                ("rows", "removed", "a1#protest 225-234 AUTHOR", None),
            },
        ),
        (leave_corpus_event, "major", {("clusters", "changed", "meeting", None)}),
        (rename_event, "major", {("clusters", "renamed", "a1#protest", None)}),
        (rename_actor, "major", {("clusters", "renamed", "a1#colleague", None)}),
    ],
)
def test_a_change_in_one_document(edit, level, expected, changed):
    """It is told once, in its section; what is computed from it follows and asks for no more."""
    difference = changed(edit)
    found = told(difference, *SECTIONS[1:-1])
    found |= {(c.section, c.kind, c.item, c.column) for c in difference.changes if c.table == "factuality"}
    assert found == expected
    assert difference.level == level
    assert [change.item for change in difference.changes if change.section == "documents"] in (["a1"], ["b1"])


def test_an_event_that_joins_one_of_the_world(full_dataset, tmp_path):
    """The cluster gains it; the row under its own name is gone, which is no mere addition."""
    root, documents = write_full(tmp_path / "corpus"), full_documents()
    leave_corpus_event(documents)
    rewrite(root, documents)
    build_dataset(root)
    difference = diff(root, full_dataset)
    (cluster,) = (change for change in difference.changes if change.section == "clusters")
    assert (cluster.kind, cluster.table, cluster.item) == ("changed", "corpus_event", "meeting")
    assert (cluster.old, cluster.new, cluster.level) == ([], ["b1#visit"], "minor")
    assert ("rows", "removed", "b1#visit", None) in told(difference)
    assert difference.level == "major"


def test_a_change_of_the_text(changed):
    """It is the document's; what stands behind it is compared where it now stands."""

    def edit(documents: list[Data]) -> None:
        def moved(value: Any) -> Any:
            if isinstance(value, dict):
                return {k: v + 6 if k in ("start", "end") else moved(v) for k, v in value.items()}
            return [moved(each) for each in value] if isinstance(value, list) else value

        text = f"Once: {documents[2]['text']}"
        documents[2] = {**moved(documents[2]), "text": text, "passages": lines(text)}

    difference = changed(edit)
    assert told(difference, *SECTIONS[1:-1]) == {("labels", "changed", "0", "text")}
    (document,) = (change for change in difference.changes if change.section == "documents")
    assert (document.item, document.column, document.level) == ("b1", "text, sha256, zones", "major")


def test_an_actor_of_the_inventory_that_is_renamed(full, full_dataset, tmp_path):
    """Told once as a cluster, and wherever its name stands as a label."""
    root = Path(shutil.copytree(full, tmp_path / "corpus"))
    for path in (root / "annotations").glob("*.json*"):
        path.write_text(path.read_text("utf-8").replace('"arden"', '"ardenia"'), "utf-8")
    build_dataset(root)
    difference = diff(full_dataset, root)
    assert told(difference, "clusters") == {("clusters", "renamed", "arden", None)}
    assert ("rows", "added", "ardenia", None) in told(difference, "rows")
    assert difference.level == "major"


# --- tables of the whole corpus ---


def test_what_is_said_of_the_annotators(full, full_dataset, tmp_path):
    """Their table, and that of the reviews; a word that stands in the card alone is no change of the data."""
    root = Path(shutil.copytree(full, tmp_path / "corpus"))
    edit_settings(root, "annotators", statement="Nobody annotated this.")
    build_dataset(root)
    assert diff(full_dataset, root).level == "patch"
    (root / "annotations/reviews/reviews.yaml").unlink()
    edit_settings(root, "annotators", annotators=[])
    build_dataset(root)
    difference = diff(full_dataset, root)
    assert told(difference) == {
        *(("schema", "removed", name, None) for name in ("annotators", "reviews")),
        *(("rows", "removed", item, None) for item in ("program", f"a1 events program 2021-06-01 {'0' * 64}")),
    }
    assert difference.level == "major"
    assert diff(root, full_dataset).level == "minor"


def test_an_inventory_that_grows(full, full_dataset, tmp_path):
    """An alias and an actor more are additions; another country is a change."""
    root = Path(shutil.copytree(full, tmp_path / "corpus"))
    actors = json.loads((root / "annotations/inventory.json").read_text("utf-8"))["actors"]
    actors[0]["aliases"] = ["Ardenia"]
    edit_settings(root, "inventory", actors=[*actors, {"id": "dorn", "type": "GPE", "name": "Dorn"}])
    build_dataset(root)
    difference = diff(full_dataset, root)
    assert told(difference, "rows") == {("rows", "changed", "arden", "aliases"), ("rows", "added", "dorn", None)}
    assert difference.level == "minor"
    assert {change.column for change in difference.changes if change.section == "documents"} == {"actors"}
    actors[0]["country"] = "ARM"
    edit_settings(root, "inventory", actors=[*actors, {"id": "dorn", "type": "GPE", "name": "Dorn"}])
    build_dataset(root)
    assert diff(full_dataset, root).level == "major"


def rewrite_table(release: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Put another table in the place of one, and its digests into the manifest."""
    manifest = json.loads((release / MANIFEST).read_bytes())
    for part in manifest["tables"][name].values():
        table = change(pq.ParquetFile(release / part["file"]).read())
        pq.write_table(table, release / part["file"])
        rows = table.to_pylist()
        part["digest"] = table_digest(rows)
        if name == "documents":
            manifest["documents"] |= {row["doc_id"]: table_digest([row]) for row in rows}
    (release / MANIFEST).write_text(manifest_text(manifest), "utf-8")


@pytest.mark.parametrize(
    ("table", "change", "level", "expected"),
    [
        ("zones", lambda t: t.append_column("new", pa.nulls(len(t), pa.string())), "minor", ("added", "new")),
        ("zones", lambda t: t.drop_columns(["note"]), "major", ("removed", "note")),
        ("pages", lambda t: t.rename_columns(["page_id", "link", *t.column_names[2:]]), "major", ("added", "link")),
        (
            "zones",
            lambda t: t.set_column(1, "start", t["start"].cast(pa.int32())),
            "major",
            ("changed", "start"),
        ),
        ("documents", lambda t: t.append_column("new", pa.nulls(len(t), pa.string())), "minor", ("added", "new")),
        ("documents", lambda t: t.drop_columns(["claims"]), "major", ("removed", "claims[].value")),
    ],
)
def test_the_columns(table, change, level, expected, full_dataset, tmp_path):
    """One more is an addition; then the rows are compared by the columns that both have."""
    other = Path(shutil.copytree(full_dataset, tmp_path / "other"))
    rewrite_table(other, table, change)
    difference = diff(full_dataset, other)
    assert ("schema", *expected, None) in told(difference)
    assert {change.section for change in difference.changes} == {"schema"}
    assert difference.level == level
    assert diff(other, full_dataset).level == ("major" if level == "minor" or expected[0] != "removed" else "minor")


def test_what_is_computed_in_another_way(full_dataset, tmp_path):
    """Where nothing has changed from which it is computed, that is a change."""
    other = Path(shutil.copytree(full_dataset, tmp_path / "other"))
    reports = pa.array([7] * 10)
    rewrite_table(
        other,
        "corpus_events",
        lambda t: t.set_column(t.schema.get_field_index("n_reports"), "n_reports", reports[: len(t)]),
    )
    difference = diff(full_dataset, other)
    assert {(change.section, change.column) for change in difference.changes} == {("rows", "n_reports")}
    assert difference.level == "major"


def test_a_manifest_with_other_documents_than_there_are(full_dataset, tmp_path):
    """It is refused in a word."""
    other = Path(shutil.copytree(full_dataset, tmp_path / "other"))
    manifest = json.loads((other / MANIFEST).read_bytes())
    manifest["documents"]["z"] = "0" * 64
    (other / MANIFEST).write_text(manifest_text(manifest), "utf-8")
    with pytest.raises(CorpusError, match="the manifest lists other documents than there are; see `corpus verify`"):
        diff(full_dataset, other)


@pytest.mark.parametrize("damage", [lambda data: b"PAR1", lambda data: data[:4] + b"\xff" * 400 + data[404:]])
def test_a_table_that_cannot_be_read(damage, full_dataset, tmp_path, capsys):
    """In a word too: 1."""
    other = Path(shutil.copytree(full_dataset, tmp_path / "other"))
    path = other / "documents/test-00000-of-00001.parquet"
    path.write_bytes(damage(path.read_bytes()))
    assert main(["diff", str(other), str(full_dataset)]) != 0
    assert len(capsys.readouterr().err.splitlines()) == 1


# --- rows that are not in both ---


def cursor(tmp_path: Path, name: str, numbers: list[int]) -> Cursor:
    table = pa.table({"key": numbers, "value": [str(number) for number in numbers]})
    pq.write_table(table, tmp_path / name, row_group_size=7)
    return Cursor([pq.ParquetFile(tmp_path / name)], ["key", "value"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([], []),
        ([*range(100)], [*range(100)]),
        ([*range(100)], []),
        ([], [*range(30)]),
        ([*range(100)], [*range(1, 100)]),
        ([*range(100)], [n for n in range(100) if n % 9]),
        ([n for n in range(100) if n % 8], [n for n in range(100) if n % 9]),
        ([*range(50)], [*range(50, 100)]),
    ],
)
def test_unlike_rows(old, new, tmp_path):
    """Whatever is in one alone is found, in whatever order they alternate."""
    pairs = [*iter_unlike(cursor(tmp_path, "a", old), cursor(tmp_path, "b", new), lambda row: row["key"])]
    gone = [one["key"] for one, other in pairs if one and not other]
    come = [other["key"] for one, other in pairs if other and not one]
    assert (gone, come) == (sorted({*old} - {*new}), sorted({*new} - {*old}))
    assert not any(one and other for one, other in pairs)


def test_growing():
    """A list that keeps all its entries has grown; any other value is another."""
    assert has_grown([1, 2], [2, 3, 1])
    assert has_grown([], ["x"])
    assert not has_grown([1, 1], [1])
    assert not has_grown([{"a": 1}], [{"a": 2}])
    assert not has_grown(None, "x")
    assert not has_grown("x", "xy")


# --- versions ---


@pytest.mark.parametrize(
    ("version", "level", "smallest"),
    [
        *[
            ("1.2.3", level, each)
            for level, each in zip(LEVELS, ("1.2.3", "1.2.4", "1.3.0", "2.0.0", "2.0.0"), strict=True)
        ],
        ("0.1.0", "minor", "0.2.0"),
        ("0.1.0", "major", "1.0.0"),
        ("1.9.9", "minor", "1.10.0"),
    ],
)
def test_the_smallest_version(version, level, smallest):
    """Below 1.0.0 as above it."""
    head = Head("small", version, "full", "0.9", "", 1)
    difference = Difference(head, head, level, ())
    assert smallest_version(difference) == smallest


@pytest.mark.parametrize(
    ("declared", "is_legal"),
    [
        ("1.3.0", True),
        ("1.3.1", True),
        ("1.10.0", True),
        ("2.0.0", True),
        ("1.2.9", False),
        ("1.2.3", False),
        ("0.9.0", False),
    ],
)
def test_what_may_be_declared(declared, is_legal):
    """The smallest or more."""
    before = Head("small", "1.2.3", "full", "0.9", "", 1)
    assert (version_problems(Difference(before, before._replace(version=declared), "minor", ())) == []) is is_legal


def test_two_datasets_and_two_editions():
    """Neither is a version of the other."""
    head = Head("small", "1.2.3", "full", "0.9", "", 1)
    for other in (head._replace(name="large"), head._replace(edition="standoff")):
        assert len(version_problems(Difference(head, other, "major", ()))) == 1


@pytest.mark.parametrize("version", ["1.2", "v1.2.3", "1.2.3\n", "01.2.3", "1.2.x", "1.2.²", f"1.2.{'9' * 5_000}", ""])
def test_what_is_no_version(version):
    with pytest.raises(CorpusError, match="is no version of data"):
        parse_version(version)


# --- as it is printed ---


def test_formats(full_dataset, tmp_path, capsys, file_regression):
    """As text, as lines for a changelog, and as JSON with every item; problems go beside them."""
    root, documents = write_full(tmp_path / "corpus"), full_documents()
    for edit in (add_document, add_mention, change_mode, add_argument, rename_event):
        edit(documents)
    rewrite(root, documents)
    edit_settings(root, version="1.3.0")
    build_dataset(root)
    printed = []
    for form in ("text", "changelog"):
        assert main(["diff", str(full_dataset), str(root), "--format", form]) == 1
        output = capsys.readouterr()
        assert "version 1.3.0 is declared, and the smallest legal one is 2.0.0: " in output.err
        printed.append(output.out)
    file_regression.check("\n".join(printed), basename="printed")
    assert main(["diff", str(full_dataset), str(root), "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert list(record) == ["before", "after", "level", "counts", "changes", "smallest", "problems"]
    assert len(record["changes"]) == sum(n for kinds in record["counts"].values() for n in kinds.values())
    assert [*record["counts"]] == [*SECTIONS]
