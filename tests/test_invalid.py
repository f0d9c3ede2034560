"""Broken corpora: each fault is found where it stands, said once, and nothing is built."""

from __future__ import annotations

import ast
import errno
import json
import os
import random
import re
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus_pkg import CorpusError, Finding, build_dataset, validate_corpus
from corpus_pkg.cli import main
from corpus_pkg.findings import sort_findings
from corpus_pkg.init import init_corpus
from corpus_pkg.read import YAML_LIMIT
from corpus_pkg.report import as_text

HERE = Path(__file__).resolve().parent
TOP = HERE.parent
EXAMPLES = sorted(path for path in (HERE / "invalid").iterdir() if path.is_dir())
MADE_HERE = {
    "anchors-untold",
    "corpus-empty",
    "decision-of-others",
    "decision-stale",
    "faults-untold",
    "file-too-large",
    "file-unreadable",
    "json-depth",
    "name-taken",
    "raw-control",
    "raw-near-duplicate",
    "raw-odd-space",
    "sheet-unfit",
    "text-known",
    "text-uncut",
    "yaml-character",
    "yaml-depth",
    "yaml-line-end",
}
"""Codes of which no file can be kept: the tests make them."""
EXACT = ("code", "severity", "level", "path", "line", "column", "document")
SETTINGS = """name: small
title: Small
version: 0.1.0
description: Invented texts.
licences: {annotations: CC0-1.0, texts: CC0-1.0}
authors: [{name: Nobody}]
"""


def expected_in(example: Path) -> list[dict[str, Any]]:
    wanted = json.loads((example / "expected.json").read_text("utf-8"))
    return sorted(wanted, key=lambda item: (item["path"], item["line"] or 0, item["column"] or 0, item["code"]))


def document(doc_id: str, at: str = "Hello") -> str:
    head = f"document: {json.dumps(doc_id, ensure_ascii=False)}\nlanguage: en\nannotated: []\n"
    return f"{head}passages:\n- {{at: {at}, zone: body}}\n"


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write a corpus of two sound documents with these files added; sums are made for the texts that there are."""
    basis = {"annotations/corpus.yaml": SETTINGS}
    for doc_id in ("one", "two"):
        basis |= {f"raw/{doc_id}.txt": "Hello there.\n", f"annotations/{doc_id}.yaml": document(doc_id)}
    for name, text in {**basis, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def found(root: Path) -> list[tuple[str, str]]:
    """Return path and code of what is wrong, but for what the missing sums bring."""
    return [(finding.path, finding.code) for finding in validate_corpus(root) if finding.path != "raw/SHA256SUMS"]


def run(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(TOP), "COLUMNS": "100"}
    command = [sys.executable, "-m", "corpus_pkg", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, **options)


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file with its bytes and the time of its last change."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder that passes for a dataset."""
    out = tmp_path / "place" / "dataset"
    out.mkdir(parents=True)
    (out / "README.md").write_text("old")
    (out / "MANIFEST.json").write_text('{"files": {"README.md": {}}}')
    return out


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_each_fault_is_found_once_and_where_it_stands(example):
    """Code, severity, level, file, line, column and document are exact; nothing else is found."""
    findings = validate_corpus(example)
    wanted = expected_in(example)
    assert [{key: finding.as_dict()[key] for key in EXACT} for finding in findings] == [
        {key: item[key] for key in EXACT} for item in wanted
    ]
    for finding, item in zip(findings, wanted, strict=True):
        assert item["message"] in finding.message
        assert item.get("suggestion", "") in (finding.suggestion or "")


def test_the_command_says_the_same(example, capsys):
    """As text, as JSON, and by its exit status."""
    findings = validate_corpus(example)
    errors = sum(finding.severity == "error" for finding in findings)
    assert main(["validate", str(example)]) == (1 if errors else 0)
    text = capsys.readouterr()
    heads = [line for line in text.out.splitlines() if not line.startswith(" ")]
    assert [head.split(" ")[2].rstrip(":") for head in heads[:-1]] == [finding.code for finding in findings]
    assert heads[-1].startswith(f"{errors} error")
    assert all(char.isprintable() or char in "\n\u200c\u200d" for char in text.out)  # joiners steer no terminal
    assert text.err == ""
    assert main(["validate", str(example), "--json"]) == (1 if errors else 0)
    assert json.loads(capsys.readouterr().out) == [finding.as_dict() for finding in findings]


def test_nothing_is_built_and_what_was_built_stays(example, built, capsys):
    """Every finding is told; the old dataset is as it was, and no folder is left beside it."""
    before = contents(built)
    buildable = {finding.severity for finding in validate_corpus(example)} == {"warning"} and not any(
        finding.code == "draft" for finding in validate_corpus(example)
    )
    assert main(["build", str(example), "--out", str(built)]) == (0 if buildable else 1)
    output = capsys.readouterr()
    assert [path.name for path in built.parent.iterdir()] == ["dataset"]
    if not buildable:
        assert contents(built) == before
        assert output.out == ""
        assert all(f" {item['code']}: " in output.err for item in expected_in(example))
        assert f"not built; {built} is as it was" in output.err


def test_the_other_files_are_read_all_the_same(example, capsys):
    """The sound document of a broken corpus can be had."""
    here = (example / "annotations/sound.yaml").is_file() and (example / "raw/sound.txt").is_file()
    if here and not any(item["document"] == "sound" for item in expected_in(example)):
        main(["resolve", str(example), "--id", "sound"])
        assert json.loads(capsys.readouterr().out)["text"] == (example / "raw/sound.txt").read_text("utf-8")


def test_every_code_has_an_example():
    """A rule without a broken example is one that nobody has seen at work."""
    shown = {item["code"] for example in EXAMPLES for item in expected_in(example)}
    assert set(codes_of_the_package()) == shown | MADE_HERE
    assert not shown & MADE_HERE


def codes_of_the_package() -> Iterator[str]:
    """Yield every code that a fault, problem or finding is made with."""
    makers = {"Fault", "Problem", "Finding", "_refuse", "_unknown", "_repeated", "_orphans", "file_finding"}
    for path in (TOP / "corpus_pkg").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                for argument in node.args[:2] if name in makers else ():
                    for part in ast.walk(argument):
                        if isinstance(part, ast.Constant) and re.fullmatch(
                            r"[a-z0-9]+(-[a-z0-9]+)+|draft", str(part.value)
                        ):
                            yield str(part.value)


# What git, an editor or a disk would not keep is made here.


def test_a_folder_that_is_none(tmp_path):
    """A ROOT that is missing or a file is a misuse, not a finding."""
    (tmp_path / "file").write_text("")
    for name, words in (("missing", "there is no folder"), ("file", "is not a folder")):
        with pytest.raises(CorpusError, match=words):
            validate_corpus(tmp_path / name)
        ended = run("validate", tmp_path / name)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert words in ended.stderr


def test_a_folder_without_documents(tmp_path, capsys):
    """It is sound, and there is nothing to build."""
    (tmp_path / "annotations").mkdir()
    (tmp_path / "annotations/corpus.yaml").write_text(SETTINGS)
    assert validate_corpus(tmp_path) == []
    assert main(["build", str(tmp_path)]) == 1
    assert "error corpus-empty: there is no document to build" in capsys.readouterr().err


def test_an_unreadable_file(tmp_path):
    """A link to itself cannot be opened, by root either."""
    root = write(tmp_path, {})
    for name in ("raw/one.txt", "annotations/two.yaml", "annotations/inventory.yaml"):
        (root / name).unlink(missing_ok=True)
        (root / name).symlink_to(root / name)
    assert found(root) == [
        ("annotations/inventory.yaml", "file-unreadable"),
        ("annotations/two.yaml", "file-unreadable"),
        ("raw/one.txt", "file-unreadable"),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path):
    root = write(tmp_path, {})
    (root / "raw/one.txt").chmod(0)
    assert found(root) == [("raw/one.txt", "file-unreadable")]


def test_links_that_lead_nowhere(tmp_path):
    """A dangling link is a missing file, wherever it stands."""
    root = write(tmp_path, {})
    names = ("annotations/inventory.yaml", "annotations/more.jsonl", "annotations/two.yaml", "raw/one.txt")
    for name in names:
        (root / name).unlink(missing_ok=True)
        (root / name).symlink_to("gone")
    assert found(root) == [(name, "file-missing") for name in names]


def test_what_is_no_regular_file(tmp_path):
    """A pipe does not block."""
    root = write(tmp_path, {})
    for name in ("annotations/inventory.yaml", "annotations/more.jsonl", "annotations/two.yaml", "raw/SHA256SUMS"):
        (root / name).unlink(missing_ok=True)
        os.mkfifo(root / name)
    (root / "raw/one.txt").unlink()
    os.mkfifo(root / "raw/one.txt")
    codes = [(finding.path, finding.code) for finding in validate_corpus(root)]
    assert codes == [
        ("annotations/inventory.yaml", "file-not-regular"),
        ("annotations/more.jsonl", "file-not-regular"),
        ("annotations/two.yaml", "file-not-regular"),
        ("raw/SHA256SUMS", "file-not-regular"),
        ("raw/one.txt", "file-not-regular"),
    ]


def test_a_socket(tmp_path, monkeypatch):
    root = write(tmp_path, {})
    (root / "annotations/two.yaml").unlink()
    monkeypatch.chdir(root / "annotations")  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("two.yaml")
        assert found(root) == [("annotations/two.yaml", "file-unreadable")]


def test_folders_that_are_none(tmp_path):
    """A file in the place of a folder is told, and the rest is read."""
    root = write(tmp_path, {"annotations/reviews": "x"})
    shutil.rmtree(root / "raw")
    (root / "raw").write_text("")
    assert found(root) == [("annotations/reviews", "file-unreadable"), ("raw", "file-unreadable")]


def test_a_file_over_the_limit(tmp_path):
    """10 MB of YAML is the most; `test_hostile` has the other limits."""
    comment = b"#" * (YAML_LIMIT + 1)
    root = write(tmp_path, {"annotations/two.yaml": comment, "annotations/inventory.yaml": comment})
    assert found(root) == [
        ("annotations/inventory.yaml", "file-too-large"),
        ("annotations/two.yaml", "file-too-large"),
    ]
    assert "10,000,001 bytes; the limit is 10,000,000" in validate_corpus(root)[0].message


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? "])
def test_yaml_nested_200_000_deep(tmp_path, opening):
    """It is refused at the 65th level, where most parsers exhaust the stack."""
    root = write(tmp_path, {"annotations/two.yaml": opening * 200_000})
    assert found(root) == [("annotations/two.yaml", "yaml-depth")]


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("depth", [300, 900, 200_000])
def test_json_nested_deep(tmp_path, opening, depth):
    """It is refused at the 255th level, where the fast reader gives up writing."""
    deep = opening * depth + "1" + ("]" if opening == "[" else "}") * depth
    row = f'{{"document": "three", "note": {deep}}}'
    finding = validate_corpus(write(tmp_path, {"annotations/a.jsonl": f"\n{row}\n"}))[0]
    assert (finding.path, finding.code, finding.line) == ("annotations/a.jsonl", "json-depth", 2)
    assert finding.column == 31 + 253 * len(opening)


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\ufeff", "\uffff"])
def test_characters_that_yaml_does_not_take(tmp_path, char):
    """The column counts code points, behind an emoji too."""
    root = write(tmp_path, {"annotations/two.yaml": f"document: two\nnote: 🤝 {char}\n"})
    (finding,) = [finding for finding in validate_corpus(root) if finding.path != "raw/SHA256SUMS"]
    assert finding.code == ("yaml-line-end" if char in "\x85\u2028" else "yaml-character")
    assert (finding.line, finding.column) == (2, 9)


HOSTILE = ["a\nb", "a\x1b[31mb", "a\\b", " a", "a ", "a:b", "a#b", "a\u2028b", "a\x9bb", "a" * 201]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(tmp_path, name, capsys):
    """They are refused, for texts and annotations, and shown so that no terminal obeys them."""
    root = write(tmp_path, {f"raw/{name}.txt": "Hello\n", f"annotations/{name}.yaml": document("a")})
    assert [code for _, code in found(root)] == ["name-unsound", "name-unsound"]
    assert main(["validate", str(root)]) == 1
    assert all(char.isprintable() or char == "\n" for char in capsys.readouterr().out)
    main(["validate", str(root), "--json"])
    paths = {finding["path"] for finding in json.loads(capsys.readouterr().out)}
    assert f"raw/{name}.txt" in paths


@pytest.mark.parametrize("name", [".#two", "._two", "..a", ".", ".schema"])
def test_hidden_files(tmp_path, name):
    """What begins with a dot is passed over, links of Emacs and copies of macOS among them."""
    names = (
        f"raw/{name}.txt",
        f"annotations/{name}.yaml",
        f"annotations/{name}.jsonl",
        f"annotations/reviews/{name}.yaml",
    )
    root = write(tmp_path, dict.fromkeys(names, "\x00"))
    (root / "annotations/.#two.yaml").unlink(missing_ok=True)
    (root / "annotations/.#two.yaml").symlink_to("somebody@somewhere.4711")
    assert found(root) == []


def test_a_name_that_is_not_utf8(tmp_path):
    """It is shown, in text and in JSON."""
    root = write(tmp_path, {})
    Path(os.fsdecode(os.fsencode(root) + b"/raw/\xff.txt")).write_text("Hello\n")
    ended = run("validate", root)
    assert r"raw/\udcff.txt: error name-unsound" in ended.stdout
    assert ended.returncode == 1
    ended = run("validate", root, "--json")
    assert "raw/\udcff.txt" in {finding["path"] for finding in json.loads(ended.stdout)}


@pytest.mark.parametrize("name", ["a b", "ə", "𝒳🤝", "متن", "-a", "a.b", "a'b", 'a"b', "null", "%", "~", "con", "*"])
def test_names_that_are_strange_and_sound(tmp_path, name):
    """A blank, a letter of any script, or what a shell would read, is no fault."""
    files = {f"raw/{name}.txt": "Hello\n", f"annotations/{name}.yaml": document(name)}
    root = write(tmp_path / "corpus", files)
    sums = subprocess.run("sha256sum -- *.txt > SHA256SUMS", shell=True, cwd=root / "raw", check=True)
    assert sums.returncode == 0
    assert validate_corpus(root) == []
    manifest = build_dataset(root, tmp_path / "out")
    assert name in manifest["documents"]
    assert main(["show", "--", name, str(root)]) == 0


def test_a_missing_inventory_does_not_hide_local_actors(tmp_path):
    """Without an inventory the actors of a document are still known."""
    own = "  mentions: [{q: Hello, actors: [guest, nobody]}]\nactors: [{id: guest, type: PER, name: G}]\n"
    root = write(
        tmp_path,
        {
            "annotations/two.yaml": document("two").replace("{at: Hello, zone: body}\n", "at: Hello\n  zone: body\n")
            + own
        },
    )
    (finding,) = [finding for finding in validate_corpus(root) if finding.document == "two"]
    assert (finding.code, finding.found) == ("actor-unknown", "nobody")


# Nothing is left behind, and nothing old is lost, when the disk refuses.


def test_out_that_cannot_be_written(tmp_path, built):
    """A file in the place of the parent folder: said, status 1, nothing changed."""
    root = write(tmp_path / "corpus", {})
    init_corpus(tmp_path / "sound")
    (tmp_path / "file").write_text("x")
    ended = run("build", tmp_path / "sound", "--out", tmp_path / "file/deeper/dataset")
    assert ended.returncode == 1
    assert ended.stderr == f"corpus build: {tmp_path}/file/deeper/dataset cannot be written: Not a directory\n"
    assert (tmp_path / "file").read_text() == "x"
    ended = run("build", tmp_path / "sound", "--out", root)
    assert ended.returncode == 2
    assert "is no built dataset, so nothing is written there" in ended.stderr


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A function that fills the disk: from then on no table can be written."""

    def fill() -> None:
        import pyarrow.parquet

        def refuse(*_: Any, **__: Any) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(pyarrow.parquet.ParquetWriter, "write_table", refuse)

    return fill


def test_a_full_disk(tmp_path, built, full_disk, capsys):
    """Said in a sentence, status 1; the old dataset stays and no other folder."""
    init_corpus(tmp_path / "corpus")
    before = contents(built)
    full_disk()
    assert main(["build", str(tmp_path / "corpus"), "--out", str(built)]) == 1
    output = capsys.readouterr()
    assert output.err == f"corpus build: {built} cannot be written: No space left on device\n"
    assert contents(built) == before
    assert [path.name for path in built.parent.iterdir()] == ["dataset"]


def test_a_limit_on_the_size_of_files(tmp_path, built):
    """The same with a real refusal of the system."""
    init_corpus(tmp_path / "corpus")
    before = contents(built)
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # noqa: E731
    ended = run("build", tmp_path / "corpus", "--out", built, preexec_fn=limit)
    assert ended.returncode == 1
    assert "cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert contents(built) == before
    assert [path.name for path in built.parent.iterdir()] == ["dataset"]


# Bad data never show a traceback.

ODD = [None, True, 0, -1, 10**17, 10**30, 1.0, 1e-3, "", " ", "x", "null", "~", "[..]", "AUTHOR", "one", "\x1b[31m"]
ODD += ["a" * 6000, [], {}, [[]], [{}], [None], {"": None}, ["x", "x"], [1, True], "TYPE/", "/", "A/b/c", "<", "<>"]
ODD += ["... ...", "a ... b", "\\", "\n", "é𝒳", "\u202e", {"start": 0, "end": 5, "text": "Minis"}, {"text": "x"}]


def places(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield where
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        yield from places(part, (*where, step))


def mutated(value: Any, rng: random.Random) -> Any:
    """Return a copy of the data with one to three parts changed, taken away, doubled or moved."""
    value = json.loads(json.dumps(value))
    for _ in range(rng.choice([1, 1, 2, 3])):
        where = rng.choice([place for place in places(value) if place])
        parent = value
        for step in where[:-1]:
            parent = parent[step]
        change = rng.randrange(5)
        if change == 0:
            parent[where[-1]] = rng.choice(ODD)
        elif change == 1:
            del parent[where[-1]]
        elif change == 2 and isinstance(parent, list):
            parent.insert(where[-1], parent[where[-1]])
        elif change == 3 and isinstance(parent, dict):
            parent[rng.choice(["type", "mode", "q", "", "id", "start", "note", "\x00", "date"])] = rng.choice(ODD)
        else:
            other: Any = value
            for step in rng.choice([place for place in places(value) if place]):
                other = other[step]
            parent[where[-1]] = json.loads(json.dumps(other))
    return value


@pytest.fixture(scope="module")
def canonical(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The example that `corpus init` writes, in the canonical form."""
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.documents import iter_documents

    root = tmp_path_factory.mktemp("canonical") / "corpus"
    init_corpus(root)
    return next(iter_documents(read_corpus(root))).document


def survives(root: Path, out: Path) -> list[Finding]:
    """Return the findings of a corpus that is read, shown and counted, and built when it is sound."""
    findings = validate_corpus(root)
    assert findings == sort_findings(findings)
    assert all(line.isprintable() for line in as_text(findings, root))
    if not any(finding.severity == "error" or finding.code == "draft" for finding in findings):
        build_dataset(root, out)
    assert main(["stats", str(root)]) in (0, 1)
    return findings


def test_mutated_canonical_documents(tmp_path, canonical, capsys):
    """400 documents, each broken in its own way, in one file."""
    init_corpus(tmp_path / "corpus")
    rng = random.Random(7)
    rows = []
    for number in range(400):
        row = mutated(canonical, rng)
        rows.append(json.dumps({**row, "document": f"d{number}"} if rng.random() < 0.97 else row, ensure_ascii=True))
    (tmp_path / "corpus/annotations/all.jsonl").write_text("\n".join(rows))
    findings = survives(tmp_path / "corpus", tmp_path / "out")
    assert len({finding.code for finding in findings}) > 12
    assert all(finding.line and finding.line <= 400 for finding in findings if finding.path.endswith("jsonl"))


def test_mutated_source_documents(tmp_path, canonical, capsys):
    """120 documents in YAML, written as JSON is, each broken in its own way."""
    from corpus_pkg.read import read_yaml
    from corpus_pkg.schema import shape

    init_corpus(tmp_path / "corpus")
    source = (tmp_path / "corpus/annotations/example.yaml").read_text("utf-8")
    data, _ = read_yaml(source).plain(shape("source"))
    raw = (tmp_path / "corpus/raw/example.txt").read_bytes()
    rng = random.Random(8)
    for number in range(120):
        row = mutated(data, rng) | {"document": f"d{number}"}
        (tmp_path / f"corpus/raw/d{number}.txt").write_bytes(raw)
        (tmp_path / f"corpus/annotations/d{number}.yaml").write_text(json.dumps(row, ensure_ascii=number % 2 == 0))
    findings = survives(tmp_path / "corpus", tmp_path / "out")
    assert len({finding.code for finding in findings}) > 12


SAMPLES: dict[str, Any] = {
    "corpus": {
        **{"name": "small", "title": "Small", "version": "0.1.0", "description": "Invented."},
        **{"licences": {"annotations": "CC0-1.0", "texts": "CC0-1.0"}, "authors": [{"name": "Nobody"}]},
        **{"splits": {"train": ["example"]}, "groups": {"g": ["example", "other"]}},
        "relations": [{"documents": ["example", "other"], "type": "rewrite"}],
    },
    "inventory": {
        "actors": [{"id": "a", "type": "PER", "name": "A", "offices": [{"title": "T", "body": "a", "from": "2020"}]}],
        "events": [{"id": "e", "type": "CONSULT/visit", "name": "E"}],
        "relations": [{"from": "e", "type": "LOOKS_LIKE", "to": "e"}],
        "pages": [{"id": "p", "url": "https://example.org", "date": "2020"}],
    },
    "annotators": {"annotators": [{"id": "a", "kind": "human", "name": "A"}], "statement": "So."},
    "hardcases": {"cases": [{"id": 1, "title": "T", "options": ["o"], "decision": "d", "documents": ["example"]}]},
}


@pytest.mark.parametrize("name", [*SAMPLES, "vocabulary"])
def test_mutated_settings(tmp_path, name, capsys):
    """Settings of the wrong type, doubled, or empty."""
    from corpus_pkg.vocabulary import default_vocabulary

    init_corpus(tmp_path / "corpus")
    samples = {**SAMPLES, "vocabulary": dict(default_vocabulary().tables)}
    rng = random.Random(9)
    path = tmp_path / f"corpus/annotations/{name}.yaml"
    for _ in range(8):
        path.write_text(json.dumps(mutated(samples[name], rng)))
        survives(tmp_path / "corpus", tmp_path / "out")
