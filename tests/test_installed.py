"""A corpus in a wheel of its own: made the same every time, installed by pip, found by its name."""

from __future__ import annotations

import base64
import csv
import email
import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import zipfile
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from conftest import TOP, plain_document, write_corpus
from packaging.licenses import canonicalize_license_expression
from packaging.metadata import Metadata

import corpus_pkg
from corpus_pkg import CorpusError, UnknownNameError, build_dataset, load_documents
from corpus_pkg import installed as module
from corpus_pkg.cli import main
from corpus_pkg.init import init_corpus
from corpus_pkg.installed import Installed, find_installed, list_installed
from corpus_pkg.release.wheel import make_wheel
from corpus_pkg.terms import bibtex_entry, citing_lines, find_dataset, licence_lines, read_terms


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    """The wheel of the corpus that `corpus init` makes."""
    folder = tmp_path_factory.mktemp("harbour")
    init_corpus(folder / "harbour")
    return make_wheel(folder / "harbour", folder / "dist")[0]


@pytest.fixture(scope="module")
def site(harbour, tmp_path_factory):
    """A folder into which pip has installed that wheel, without what it depends on."""
    target = tmp_path_factory.mktemp("site")
    python = sys.executable if importlib.util.find_spec("pip") else sys._base_executable
    command = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-deps"]
    run = subprocess.run([*command, "--target", target, harbour], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return target


def python(site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(site), str(TOP)])
    settings = {**os.environ, "PYTHONPATH": paths, "HF_HUB_OFFLINE": "1", "COLUMNS": "100"}
    return subprocess.run([sys.executable, *words], env=settings, capture_output=True, text=True, cwd=site)


# --- the wheel ---


def test_a_wheel_is_always_the_same(harbour, tmp_path):
    """From another folder, from the corpus or its dataset, whatever the times and rights of the files."""
    root = tmp_path / "harbour"
    init_corpus(root)
    again, digest = make_wheel(root, tmp_path / "one")
    assert (again.name, again.read_bytes()) == (harbour.name, harbour.read_bytes())
    assert digest == hashlib.sha256(harbour.read_bytes()).hexdigest()
    build_dataset(root)
    for path in (root / "dataset").rglob("*.*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o600)
    (root / "dataset/.gitattributes").write_text("of a hub")
    assert make_wheel(root / "dataset", tmp_path / "two")[0].read_bytes() == harbour.read_bytes()


def test_a_wheel_is_whole(harbour):
    """Every file of the manifest, and every digest of RECORD."""
    with zipfile.ZipFile(harbour) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    info = next(name.partition("/")[0] for name in held if name.endswith("RECORD"))
    listed = {row[0]: row[1:] for row in csv.reader(io.StringIO(held[f"{info}/RECORD"].decode()))}
    assert listed.keys() == held.keys()
    for name, (digest, size) in listed.items():
        if not name.endswith("RECORD"):
            found = base64.urlsafe_b64encode(hashlib.sha256(held[name]).digest()).rstrip(b"=").decode()
            assert (digest, size) == (f"sha256={found}", str(len(held[name])))
    (manifest,) = (name for name in held if name.endswith("MANIFEST.json"))
    for path, record in json.loads(held[manifest])["files"].items():
        assert hashlib.sha256(held[f"{manifest.removesuffix('MANIFEST.json')}{path}"]).hexdigest() == record["sha256"]
    assert b"| example |" in held[f"{info}/licenses/RIGHTS.md"]


def test_its_metadata_are_sound(harbour):
    """As the library that checks them for indexes has it."""
    with zipfile.ZipFile(harbour) as archive:
        name = next(name for name in archive.namelist() if name.endswith("METADATA"))
        text = archive.read(name)
    metadata = Metadata.from_email(text)
    assert metadata.name.startswith("corpus-data-")
    assert [str(needed) for needed in metadata.requires_dist or ()] == ["corpus-pkg"]
    assert metadata.license_expression == canonicalize_license_expression(str(metadata.license_expression))
    assert metadata.license_files == ["RIGHTS.md"]
    assert email.message_from_bytes(text)["Summary"].endswith("(full edition)")
    assert "\n# " in (metadata.description or "")


@pytest.mark.parametrize(
    ("licences", "expression"),
    [
        ({"annotations": "CC-BY-4.0", "texts": "unknown"}, "CC-BY-4.0 AND LicenseRef-Texts"),
        ({"annotations": "CC-BY-4.0", "texts": "CC0-1.0"}, "CC-BY-4.0 AND CC0-1.0"),
        ({"annotations": "CC0-1.0", "texts": "CC0-1.0"}, "CC0-1.0"),
        ({"annotations": "CC0-1.0 OR MIT", "texts": "none"}, "(CC0-1.0 OR MIT)"),
        ({"annotations": "CC0-1.0 OR MIT", "texts": "mixed"}, "(CC0-1.0 OR MIT) AND LicenseRef-Texts"),
        ({"annotations": "unknown", "texts": "http://rightsstatements.org/vocab/InC/1.0/"}, None),
    ],
)
def test_licences_are_told_in_spdx(licences, expression, tmp_path):
    """What has no identifier there is named as such."""
    from conftest import SETTINGS

    write_corpus(tmp_path, [plain_document("a", "Text.")], SETTINGS | {"licences": licences})
    wheel, _ = make_wheel(tmp_path, tmp_path / "dist")
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(next(name for name in archive.namelist() if name.endswith("METADATA")))
    expected = expression or "LicenseRef-Annotations AND LicenseRef-Texts"
    assert Metadata.from_email(text).license_expression == expected


def test_a_corpus_with_errors_has_no_wheel(tmp_path, capsys):
    """Its findings are shown, and the exit status is 1."""
    init_corpus(tmp_path / "harbour")
    path = tmp_path / "harbour/annotations/example.yaml"
    path.write_text(path.read_text("utf-8").replace("actors: [dell", "actors: [del"), "utf-8")
    assert main(["wheel", str(tmp_path / "harbour"), "--out", str(tmp_path / "dist")]) == 1
    output = capsys.readouterr()
    assert "error" in output.err
    assert "corpus wheel: no wheel is made" in output.err
    assert not (tmp_path / "dist").exists()


def test_a_dataset_that_lacks_a_file_has_no_wheel(tmp_path):
    """It is named."""
    init_corpus(tmp_path / "harbour")
    build_dataset(tmp_path / "harbour")
    (tmp_path / "harbour/dataset/README.md").unlink()
    with pytest.raises(CorpusError, match=r"README\.md: missing: it is not there; build the dataset anew"):
        make_wheel(tmp_path / "harbour/dataset", tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


# --- installed ---


def test_an_installed_corpus_is_found_by_its_name(site):
    """Beside the one of the package; its own code is not run."""
    next(site.glob("corpus_data_*/__init__.py")).write_text("raise SystemExit('run')")
    code = """
import corpus_pkg, sys
(name,) = (corpus.name for corpus in corpus_pkg.installed.list_installed() if corpus.distribution != "corpus-pkg")
documents = corpus_pkg.load_documents(corpus=name, where={"doc_id": "example"})
assert documents[0].events and "datasets" not in sys.modules
assert corpus_pkg.load_dataset("zones", corpus=name, split="test").num_rows == len(documents[0].zones)
assert corpus_pkg.class_label("zone", corpus=name).names[0] == "title"
print(name, corpus_pkg.load_documents()[0].doc_id)
"""
    run = python(site, "-c", "import corpus_pkg.installed\n" + code)
    assert (run.stderr, run.returncode) == ("", 0)
    name, built_in = run.stdout.split()
    assert built_in == load_documents()[0].doc_id
    listed = python(site, "-m", "corpus_pkg", "list")
    assert (listed.stderr, listed.returncode) == ("", 0)
    lines = [line.split() for line in listed.stdout.splitlines()]
    assert lines[0] == ["corpus", "version", "edition", "documents", "from"]
    assert [line[0] for line in lines[1:]] == ["baku-tehran", name]
    assert python(site, "-m", "corpus_pkg", "license", name).stdout.splitlines()[-1].startswith("example")
    wrong = python(site, "-m", "corpus_pkg", "cite", name[:-1])
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert f"no installed corpus is called '{name[:-1]}'; did you mean {name}?" in wrong.stderr


def test_an_unknown_name_is_told_with_those_there_are():
    """And the near ones."""
    with pytest.raises(UnknownNameError, match=r"'baku-teheran'; did you mean baku-tehran\?"):
        load_documents(corpus="baku-teheran")
    with pytest.raises(UnknownNameError, match=r"'xyz'; there are .*baku-tehran"):
        load_documents(corpus="xyz")
    assert load_documents(corpus="baku-tehran").ids == load_documents().ids
    with pytest.raises(CorpusError, match="both are given"):
        load_documents("folder", corpus="baku-tehran")


def test_two_of_one_name_are_told(monkeypatch, tmp_path):
    """Neither is taken."""
    twice = [Installed("small", tmp_path / name, name) for name in ("one", "two")]
    monkeypatch.setattr(module, "list_installed", lambda: twice)
    with pytest.raises(CorpusError, match="one and two both bring a corpus called 'small'; uninstall one"):
        find_installed("small")


def test_a_name_whose_files_are_gone_is_left_out(monkeypatch):
    """As one whose package is missing, or holds no dataset."""
    points = [EntryPoint(name, name, module.GROUP) for name in ("no_such_package", "json", "csv", "no.such")]
    monkeypatch.setattr(module, "entry_points", lambda group: points)
    assert [corpus.distribution for corpus in list_installed()] == ["corpus-pkg"]


# --- terms ---


def test_a_citation_tells_the_bytes(full_dataset, tmp_path):
    """The one that the corpus asks for, or one made of its title and authors."""
    terms = read_terms(full_dataset)
    digest = terms.manifest["digest"]
    assert [*citing_lines(terms)] == [
        "Nobody. Small. Version 1.2.3.",
        f"Edition: full. Content digest: {digest}.",
    ]
    assert bibtex_entry(terms).splitlines()[:4] == [
        "@misc{small,",
        "  author = {{Nobody}},",
        "  title = {{Small}},",
        "  version = {1.2.3},",
    ]
    own = read_terms(corpus_pkg.dataset_path())
    assert next(iter(citing_lines(own))) == own.about["citation"]
    assert r"author = {{corpus\_pkg maintainers}}" in bibtex_entry(own)


def test_the_rights_of_each_text_are_told(full_dataset, capsys):
    """As lines and as JSON, of all splits."""
    lines = [*licence_lines(read_terms(full_dataset))]
    assert lines[:3] == ["small 1.2.3, full edition", "annotations: CC-BY-4.0", "texts: CC0-1.0"]
    assert [line.split() for line in lines[4:6]] == [
        ["document", "licence", "redistribution", "holder"],
        ["a1", "CC-BY-4.0", "yes", "wire"],
    ]
    assert main(["license", str(full_dataset), "--json"]) == 0
    assert [row["doc_id"] for row in json.loads(capsys.readouterr().out)["documents"]] == ["a1", "a2", "b1", "c1"]


def test_a_dataset_is_found_by_folder_or_name(full_dataset):
    """A corpus is taken for what was built of it."""
    assert find_dataset(str(full_dataset)) == full_dataset
    assert find_dataset(str(full_dataset.parent)) == full_dataset
    assert find_dataset(None) == find_dataset("baku-tehran") == corpus_pkg.dataset_path()


def test_an_older_dataset_is_told(tmp_path):
    """One whose manifest says nothing of authors."""
    init_corpus(tmp_path)
    build_dataset(tmp_path)
    path = tmp_path / "dataset/MANIFEST.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["about"], manifest["labels"]
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(CorpusError, match="older version of corpus_pkg, or is damaged; build it anew"):
        read_terms(tmp_path / "dataset")
    assert load_documents(tmp_path / "dataset", where={"event_type": "XYZ"}).ids == ()
