"""Building: the same bytes every time, digests of the content, and all of it or nothing."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import polars
import pyarrow.parquet as pq
import pytest
from conftest import TOP, Data, full_documents, plain_document, rewrite, span, write_corpus, write_full

from corpus_pkg import build
from corpus_pkg.build import build_dataset
from corpus_pkg.cli import main
from corpus_pkg.errors import CorpusError, InvalidCorpusError
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import SUMS
from corpus_pkg.tables import all_tables


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file, by its path in the folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def read_manifest(dataset: Path) -> Data:
    manifest: Data = json.loads((dataset / MANIFEST).read_bytes())
    return manifest


def is_whole(dataset: Path) -> bool:
    """Return whether every file is as the manifest says, and there is no other."""
    manifest = read_manifest(dataset)
    files = files_of(dataset)
    said = {name: (record["sha256"], record["size"]) for name, record in manifest["files"].items()}
    sums = "".join(f"{hashlib.sha256(b).hexdigest()}  {n}\n" for n, b in sorted(files.items()) if n != SUMS)
    return files[SUMS].decode() == sums and said == {
        n: (hashlib.sha256(b).hexdigest(), len(b)) for n, b in files.items() if n not in (MANIFEST, SUMS)
    }


def run_python(code: str, *arguments: Path | str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own."""
    settings = {**os.environ, "PYTHONPATH": str(TOP), **environment}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, env=settings, capture_output=True, text=True)


WARNED = ("review-stale",)
"""What the full corpus is warned of: a void review, and dates whose year no word names."""
BUILD = "import sys, corpus_pkg.build as build; build.build_dataset(sys.argv[1], sys.argv[2])"


@pytest.fixture
def old(full: Path, full_dataset: Path, tmp_path: Path) -> Path:
    """A built dataset of an earlier version, which builds of the test may replace."""
    out = tmp_path / "place/dataset"
    build_dataset(write_corpus(tmp_path / "earlier", [plain_document("z", "Earlier.")]), out)
    return out


# --- the same bytes (in other places: `test_reproducible`) ---


def test_the_toy_corpus_gives_the_same_bytes(toy_dataset, tmp_path, toy):
    """A corpus in YAML too."""
    build_dataset(toy, tmp_path / "again")
    assert files_of(tmp_path / "again") == files_of(toy_dataset)


# --- the content digests ---


def digest(rows: Iterable[Data]) -> str:
    """Compute the content digest of a table as `manifest` describes it, with nothing but the standard library."""
    lines = (json.dumps(r, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for r in rows)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def by_pyarrow(file: Path) -> list[Data]:
    return list(pq.ParquetFile(file).read().to_pylist())


def by_polars(file: Path) -> list[Data]:
    return polars.read_parquet(file).to_dicts()


def by_another_writer(file: Path) -> list[Data]:
    copy = file.with_suffix(".copy")
    pq.write_table(pq.ParquetFile(file).read(), copy, compression="none", row_group_size=2, use_dictionary=False)
    try:
        return by_pyarrow(copy)
    finally:
        copy.unlink()


def by_json_lines(file: Path) -> list[Data]:
    return [json.loads(line) for line in polars.read_parquet(file).write_ndjson().splitlines()]


@pytest.mark.parametrize("read", [by_pyarrow, by_polars, by_another_writer, by_json_lines])
def test_digests_do_not_depend_on_the_writer(read, full_dataset, tmp_path):
    """They are the same from any reader, after any writer, and from JSON."""
    shutil.copytree(full_dataset, tmp_path / "dataset")
    manifest = read_manifest(full_dataset)
    lines = []
    for table, splits in manifest["tables"].items():
        for split, part in splits.items():
            found = digest(read(tmp_path / "dataset" / part["file"]))
            assert found == part["digest"], (table, split)
            lines.append(f"{table} {split} {found}\n")
    assert hashlib.sha256("".join(sorted(lines)).encode()).hexdigest() == manifest["digest"]


def test_a_document_has_a_digest_of_its_own(full_dataset):
    """It is that of its row."""
    manifest = read_manifest(full_dataset)
    rows = [row for part in manifest["tables"]["documents"].values() for row in by_pyarrow(full_dataset / part["file"])]
    text = {row["doc_id"]: json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in rows}
    assert manifest["documents"] == {name: hashlib.sha256(line.encode()).hexdigest() for name, line in text.items()}
    assert list(manifest["documents"]) == sorted(manifest["documents"])


def changed_digests(root: Path, tmp_path: Path, before: Path) -> tuple[set[str], set[str]]:
    """Build; return the documents and the `table/split`s whose digests are not those of the dataset before."""
    now, then = build_dataset(root, tmp_path / "changed"), read_manifest(before)
    assert now["digest"] != then["digest"]
    parts = [{(t, s): p["digest"] for t, splits in m["tables"].items() for s, p in splits.items()} for m in (now, then)]
    differing = {
        f"{t}/{s}" for t, s in parts[0].keys() | parts[1].keys() if parts[0].get((t, s)) != parts[1].get((t, s))
    }
    return {name for name in now["documents"] if now["documents"][name] != then["documents"][name]}, differing


def add_note(documents: list[Data]) -> None:
    documents[0]["mentions"][0]["note"] = "Changed."


def change_date(documents: list[Data]) -> None:
    documents[2]["events"][0]["time"]["text"] = "2021-05-10"


def change_text(documents: list[Data]) -> None:
    documents[3]["text"] = documents[3]["text"].replace("Nothing", "NOTHING")


@pytest.mark.parametrize(
    ("edit", "document", "parts"),
    [
        (add_note, "a1", {"documents/test", "actor_mentions/test"}),
        (change_date, "b1", {"documents/train", "document_events/train", "corpus_events/test", "event_table/test"}),
        (change_text, "c1", {"documents/train", "zones/train"}),
    ],
)
def test_a_change_shows_in_the_digests_of_what_it_changes(edit, document, parts, tmp_path, full_dataset):
    """That is: of its document, of the tables that hold it, of the release, and of no other."""
    root, documents = write_full(tmp_path / "corpus"), full_documents()
    edit(documents)
    rewrite(root, documents)
    assert changed_digests(root, tmp_path, full_dataset) == ({document}, parts)


# --- the manifest and the files ---


def test_the_manifest_is_true(full_dataset, toy_dataset):
    """Of every file: SHA-256, size and rows; and there is no other file."""
    for dataset in (full_dataset, toy_dataset):
        manifest = read_manifest(dataset)
        assert is_whole(dataset)
        rows = {name: record["rows"] for name, record in manifest["files"].items() if "rows" in record}
        assert rows == {name: pq.ParquetFile(dataset / name).metadata.num_rows for name in rows}
        described = {name for name in manifest["files"] if not name.endswith(".parquet")}
        assert {"README.md", "croissant.json", "CITATION.cff", "codebook.csv"} <= described
        assert set(manifest["files"]) == {*described, *rows}
        parts = [part for splits in manifest["tables"].values() for part in splits.values()]
        assert rows == {part["file"]: part["rows"] for part in parts}


def test_the_manifest_is_what_the_build_returns(full, tmp_path):
    """And its name, version and toolchain are those in use."""
    manifest = build_dataset(full, tmp_path / "out")
    assert manifest == read_manifest(tmp_path / "out")
    assert (manifest["name"], manifest["version"], manifest["edition"]) == ("small", "1.2.3", "full")
    assert {"corpus_pkg", "pyarrow", "orjson"} <= set(manifest["toolchain"])


def test_documents_stand_in_their_split(full_dataset):
    """And the tables that belong to no document in that of the corpus."""
    manifest = read_manifest(full_dataset)
    ids = {
        s: [r["doc_id"] for r in by_pyarrow(full_dataset / p["file"])]
        for s, p in manifest["tables"]["documents"].items()
    }
    assert ids == {"test": ["a1", "a2"], "train": ["b1", "c1"]}
    assert all(set(splits) <= {"test", "train"} for splits in manifest["tables"].values())
    whole = [name for name, table in all_tables().items() if not table.nested and name != "documents"]
    others = {"withheld", "withdrawn"}  # of the other edition, and of a text that was taken out
    assert all(set(manifest["tables"][name]) == {"test"} for name in ({*whole, "actors"} - others))


def test_tables_without_rows_are_not_written(tmp_path):
    """`datasets` cannot load a split without rows."""
    manifest = build_dataset(write_corpus(tmp_path, [plain_document("a", "Nothing.")]), tmp_path / "out")
    assert set(manifest["tables"]) == {"documents", "zones"}
    names = {path.name for path in (tmp_path / "out").iterdir() if path.is_dir() or path.name in (MANIFEST, SUMS)}
    assert names == {"documents", "zones", "LICENSES", MANIFEST, SUMS}


def test_progress_is_told(full, tmp_path):
    """How many documents are done, and how many there are."""
    told = []
    build_dataset(full, tmp_path / "out", progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


# --- all of it or nothing ---

KILLERS = {
    "the first document is done": "lambda done, total: kill()",
    "the last document is done": "lambda done, total: done == total and kill()",
}
MOVES = {
    "before the move": "build._replace = lambda folder, out: kill()",
    "after the exchange": "shutil.rmtree = lambda *args, **options: kill()",
    "while the manifest is written": "build.manifest_text = lambda manifest: kill()",
    "while Parquet is written": "tablefiles.TableFile.write = lambda self, table: kill()",
}
KILL = """
import sys, os, shutil, signal, pathlib
from corpus_pkg import build, tablefiles
def kill(*args): os.kill(os.getpid(), signal.SIGKILL)
"""


def kill_a_build(code: str, root: Path, out: Path) -> None:
    run = run_python(KILL + code, root, out)
    assert run.returncode == -signal.SIGKILL, run.stderr


def siblings(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir())


@pytest.mark.parametrize("code", KILLERS.values(), ids=KILLERS)
def test_killed_while_documents_are_read(code, full, old):
    """The old dataset is untouched, and the next build takes away the remains."""
    before = files_of(old)
    kill_a_build(f"build.build_dataset(sys.argv[1], sys.argv[2], progress={code})", full, old)
    assert files_of(old) == before
    assert len(siblings(old)) == 2
    build_dataset(full, old)
    assert siblings(old) == [old.name]


@pytest.mark.parametrize("code", MOVES.values(), ids=MOVES)
def test_killed_while_the_dataset_is_written(code, full, full_dataset, old):
    """There is always a whole dataset: the old one or the new one."""
    before = files_of(old)
    kill_a_build(f"{code}\nbuild.build_dataset(sys.argv[1], sys.argv[2])", full, old)
    assert files_of(old) == (files_of(full_dataset) if code.startswith("shutil") else before)
    build_dataset(full, old)
    assert siblings(old) == [old.name]


RENAME_THEN_DIE = """
build._exchange = lambda one, other: False
rename, calls = pathlib.Path.rename, []
def renamed(self, target):
    calls.append(target)
    if len(calls) == {steps}: kill()
    return rename(self, target)
pathlib.Path.rename = renamed
build.build_dataset(sys.argv[1], sys.argv[2])
"""


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_killed_where_folders_cannot_change_places_at_once(steps, full, full_dataset, old, tmp_path):
    """On such systems, the next build puts the old dataset back, even when it fails itself."""
    before = files_of(old)
    kill_a_build(RENAME_THEN_DIE.format(steps=steps), full, old)
    empty = tmp_path / "empty"
    (empty / "annotations").mkdir(parents=True)
    with pytest.raises(InvalidCorpusError):
        build_dataset(empty, old)
    assert files_of(old) == (files_of(full_dataset) if steps == 4 else before)
    assert siblings(old) == [old.name]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such step")
def test_folders_change_places_at_once(full, full_dataset, old, monkeypatch):
    """In one step, so that a reader never finds nothing."""
    monkeypatch.setattr(build, "_swap", None)
    build_dataset(full, old)
    assert files_of(old) == files_of(full_dataset)


def test_where_folders_cannot_change_places_at_once(full, full_dataset, old, monkeypatch):
    """They do so in steps, and nothing is left over."""
    monkeypatch.setattr(build, "_exchange", lambda one, other: False)
    build_dataset(full, old)
    assert files_of(old) == files_of(full_dataset)
    assert siblings(old) == [old.name]


def break_annotation(documents: list[Data]) -> None:
    documents[3]["passages"][0]["end"] += 1


def add_draft(documents: list[Data]) -> None:
    documents[2]["events"][0]["draft"] = True


@pytest.mark.parametrize("edit", [break_annotation, add_draft])
def test_a_corpus_with_errors_is_not_built(edit, old, tmp_path):
    """All findings are told, and the old dataset stays."""
    before = files_of(old)
    root, documents = write_full(tmp_path / "corpus"), full_documents()
    edit(documents)
    rewrite(root, documents)
    with pytest.raises(InvalidCorpusError) as raised:
        build_dataset(root, old)
    told = [finding for finding in raised.value.findings if finding.code not in WARNED]
    assert [finding.severity for finding in told] == ["error"]
    assert files_of(old) == before
    assert siblings(old) == [old.name]


def test_a_corpus_without_documents_is_not_built(tmp_path):
    """It would be a dataset that cannot be loaded."""
    root = write_corpus(tmp_path, [])
    (root / "annotations/documents.jsonl").unlink()
    with pytest.raises(InvalidCorpusError, match="there is no document to build"):
        build_dataset(root, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("error", "raised"),
    [(OSError(errno.ENOSPC, "No space left on device"), CorpusError), (RuntimeError("a bug"), RuntimeError)],
)
@pytest.mark.parametrize("method", ["write_table", "close"])
def test_a_writer_that_fails(error, raised, method, full, old, monkeypatch):
    """Whatever it is, the old dataset stays; what a user can mend is said, and a bug is shown."""

    def fail(*args: Any, **options: Any) -> None:
        raise error

    before = files_of(old)
    with monkeypatch.context() as patched:
        patched.setattr(pq.ParquetWriter, method, fail)
        with pytest.raises(raised, match=r"No space left|a bug"):
            build_dataset(full, old)
    assert files_of(old) == before
    assert siblings(old) == [old.name]


FULL_DISK = """
import resource, sys
from corpus_pkg import CorpusError, build_dataset
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    build_dataset(sys.argv[1], sys.argv[2])
except CorpusError as error:
    assert "cannot be written" in str(error) and "too large" in str(error), error
    sys.exit(7)
"""


@pytest.mark.parametrize("size", [1, 5_000, 30_000])
def test_a_full_disk(size, full, old):
    """Simulated by a limit on the size of files."""
    before = files_of(old)
    run = run_python(FULL_DISK, full, old, str(size))
    assert run.returncode == 7, run.stderr
    assert files_of(old) == before
    assert siblings(old) == [old.name]


SWAP = "build._exchange = lambda one, other: False\n"


@pytest.mark.parametrize("prelude", ["", SWAP], ids=["exchange", "swap"])
def test_builds_at_once_do_not_harm_each_other(prelude, full, full_dataset, tmp_path):
    """The last one to end decides; one that comes between the steps of another may be refused, and harms nothing."""
    out = tmp_path / "place/dataset"
    code = f"import sys, corpus_pkg.build as build\n{prelude}for _ in range(3): build.build_dataset(*sys.argv[1:])"
    command = [sys.executable, "-c", code, str(full), str(out)]
    settings = {**os.environ, "PYTHONPATH": str(TOP)}
    builds = [subprocess.Popen(command, env=settings, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    told = [build.communicate()[1] for build in builds]
    assert all("CorpusError" in text for text in told if text)
    assert prelude or not any(told), told
    assert files_of(out) == files_of(full_dataset)
    assert siblings(out) == [out.name]


def test_a_build_at_work_is_left_alone(full, old, tmp_path):
    """Remains are what nobody holds: another build within this one does not touch its workplace."""

    def build_another(done: int, total: int) -> None:
        if done == 1:
            build_dataset(full, old)

    build_dataset(full, old, progress=build_another)
    assert is_whole(old)
    assert siblings(old) == [old.name]


# --- where it may be written ---


def make_file(out: Path) -> None:
    out.write_text("mine")


def make_folder(out: Path) -> None:
    out.mkdir()
    (out / "mine.txt").write_text("mine")


def make_manifest_of_something_else(out: Path) -> None:
    make_folder(out)
    (out / MANIFEST).write_text('{"files": [1]}')


def make_dataset_with_a_file(out: Path) -> None:
    build_dataset(write_full(out.parent / "corpus"), out)
    (out / "documents/mine.txt").write_text("mine")


def make_dataset_with_a_hidden_folder(out: Path) -> None:
    build_dataset(write_full(out.parent / "corpus"), out)
    (out / ".git").mkdir()
    (out / ".git/HEAD").write_text("mine")


@pytest.mark.parametrize(
    "make",
    [
        make_file,
        make_folder,
        make_manifest_of_something_else,
        make_dataset_with_a_file,
        make_dataset_with_a_hidden_folder,
    ],
)
def test_what_is_no_dataset_is_not_replaced(make, full, tmp_path):
    """Nobody's files are deleted by a build."""
    out = tmp_path / "place"
    make(out)
    before = files_of(tmp_path)
    with pytest.raises(CorpusError, match="nothing is written there"):
        build_dataset(full, out)
    assert files_of(tmp_path) == before


@pytest.mark.parametrize("place", [".", "raw", "raw/dataset", "annotations", "annotations/x/dataset", ".."])
def test_a_dataset_does_not_lie_in_its_sources(place, tmp_path):
    """Nor around them."""
    root = write_full(tmp_path / "corpus")
    (root / "raw").mkdir(exist_ok=True)
    before = files_of(tmp_path)
    with pytest.raises(CorpusError, match="nothing is written there"):
        build_dataset(root, root / place)
    assert files_of(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


def test_the_default_place_is_in_the_corpus(tmp_path):
    """As ROOT/dataset, which the next build replaces."""
    root = write_full(tmp_path / "corpus")
    build_dataset(root)
    assert is_whole(root / "dataset")
    build_dataset(str(root))
    assert siblings(root / "dataset") == ["annotations", "dataset", "raw"]


def test_an_empty_folder_is_filled(full, full_dataset, tmp_path, monkeypatch):
    """Also when it is the working directory, or its name means something to a shell."""
    for name in ("empty", "ds [1]*"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        build_dataset(full, Path())
        assert files_of(tmp_path / name) == files_of(full_dataset)
    assert siblings(tmp_path / "empty") == ["ds [1]*", "empty"]


def test_remains_of_other_datasets_are_left_alone(full, tmp_path):
    """Their names may look like patterns."""
    for name in (".ds*.building-remains", ".ds2.building-remains"):
        (tmp_path / name).mkdir()
    build_dataset(full, tmp_path / "ds*")
    assert siblings(tmp_path / "ds*") == [".ds2.building-remains", "ds*"]


def test_a_link_stays_a_link(full, full_dataset, tmp_path):
    """What it leads to is replaced."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    build_dataset(full, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert files_of(tmp_path / "disk") == files_of(full_dataset)


def test_a_place_that_cannot_be_made_is_told(full, tmp_path):
    """With its path, and not as a traceback."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CorpusError, match="file/dataset cannot be written"):
        build_dataset(full, tmp_path / "file/dataset")


# --- row groups ---


def many_documents(numbers: Iterable[int]) -> Iterator[Data]:
    for number in numbers:
        text = f"Text {number}: " + " ".join(str(number * step % 997) for step in range(30))
        mention = {"q": span(text, f"{number}"), "actors": ["one"]}
        yield plain_document(f"d{number:06}", text, mentions=[mention])


def chunks(dataset: Path, table: str) -> list[bytes]:
    """Return the bytes of each row group of a table."""
    file = dataset / f"{table}/test-00000-of-00001.parquet"
    data, metadata = file.read_bytes(), pq.ParquetFile(file).metadata
    groups = []
    for number in range(metadata.num_row_groups):
        columns = [metadata.row_group(number).column(i) for i in range(metadata.num_columns)]
        starts = [c.dictionary_page_offset or c.data_page_offset for c in columns]
        groups.append(b"".join(data[s : s + c.total_compressed_size] for s, c in zip(starts, columns, strict=True)))
    return groups


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Iterable[int]], Path]:
    """A function that builds a corpus of these documents."""

    def build_large(numbers: Iterable[int]) -> Path:
        root = tmp_path_factory.mktemp("large")
        actors = {"actors": [{"id": "one", "type": "PER", "name": "One"}]}
        write_corpus(root, [*many_documents(numbers)], inventory=actors)
        build_dataset(root)
        return root / "dataset"

    return build_large


def test_a_new_document_changes_few_row_groups(large):
    """Row groups hold about a thousand documents and are cut where ids say so, not by counting."""
    numbers = [*range(0, 6_000, 2)]
    before, after = large(numbers), large(sorted([*numbers, 777]))
    for table in ("documents", "actor_mentions"):
        old, new = chunks(before, table), chunks(after, table)
        assert len(old) > 2
        assert len({*old} ^ {*new}) == 2, "one row group is another"
    sizes = [pq.ParquetFile(f).metadata.row_group(0).num_rows for f in before.glob("documents/*")]
    assert all(250 <= size <= 4_000 for size in sizes)
    ids = [row["doc_id"] for row in by_pyarrow(after / "documents/test-00000-of-00001.parquet")]
    assert ids == sorted(ids)
    assert len(ids) == 3_001


# --- file names that this process cannot read ---

ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
REFUSED = "file names are read as ASCII here, and this one is not; set PYTHONUTF8=1, or a locale such as LC_ALL=C.UTF-8"


def run_corpus(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command `corpus` in a folder, where file names are read as ASCII."""
    settings = {**os.environ, "PYTHONPATH": str(TOP), **ASCII}
    command = [sys.executable, "-m", "corpus_pkg", *words]
    return subprocess.run(command, env=settings, capture_output=True, text=True, cwd=folder)


def test_a_folder_whose_name_cannot_be_read_is_told(full, tmp_path):
    """In one line, before anything is written; elsewhere the same corpus is built."""
    root = tmp_path / "ə"
    shutil.copytree(full, root)
    run = run_corpus(tmp_path, "build", "ə", "--quiet")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"corpus build: {tmp_path}/\\u0259/dataset: {REFUSED}\n"
    assert siblings(root / "dataset") == ["annotations", "raw"]
    assert run_corpus(tmp_path, "build", "ə", "--quiet", "--out", "plain").returncode == 0
    assert is_whole(tmp_path / "plain")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("verify", "ə"), 0),
        (("verify", "ə", "--content"), 1),
        (("diff", "ə", "ə"), 1),
        (("wheel", "ə", "--out", "w"), 1),
        (("license", "ə"), 1),
        (("publish", "ann/small", "--dataset", "ə", "--edition", "full"), 1),
    ],
    ids=str,
)
def test_what_reads_a_dataset_there_says_so_too(words, status, full_dataset, tmp_path):
    """But for what needs no Parquet; nothing is taken for damaged."""
    shutil.copytree(full_dataset, tmp_path / "ə")
    run = run_corpus(tmp_path, *words)
    assert run.returncode == status, run.stderr
    assert (REFUSED in run.stderr, run.stderr.count("\n")) == ((True, 1) if status else (False, 0))


@pytest.mark.parametrize("load", ["load_documents(folder)", "load_dataset('zones', folder)"])
def test_loading_says_so_too(load, full_dataset, tmp_path):
    shutil.copytree(full_dataset, tmp_path / "ə")
    code = f"""
import corpus_pkg, sys
folder = sys.argv[1]
try:
    len(corpus_pkg.{load})
except corpus_pkg.CorpusError as error:
    print(str(error).encode("ascii", "backslashreplace").decode())
"""
    run = run_python(code, tmp_path / "ə", **ASCII)
    assert (REFUSED in run.stdout, run.stderr) == (True, "")


def test_a_name_in_another_encoding_is_told(full, tmp_path):
    """A folder that an older system wrote."""
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe9t\xe9"))
    shutil.copytree(full, root)
    with pytest.raises(CorpusError, match=r"\\xe9t\\xe9/dataset: file names are read as UTF-8 here.*rename the folder"):
        build_dataset(root)
    assert siblings(root / "dataset") == ["annotations", "raw"]


def test_a_first_build_that_is_refused_says_nothing_of_what_was_there(tmp_path, capsys):
    """There was nothing, and there is nothing."""
    out = tmp_path / "dataset"
    assert main(["build", str(TOP / "tests/invalid/weekday-differs"), "--out", str(out)]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "corpus build: not built"
    assert not out.exists()
