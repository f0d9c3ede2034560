"""Verifying a release: whatever is altered, missing or extra is named, and one flipped bit is enough."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_pkg.cli import main
from corpus_pkg.errors import CorpusError
from corpus_pkg.load import load_documents
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import SUMS, make_sums, manifest_text
from corpus_pkg.release import opening
from corpus_pkg.release.hub import read_release
from corpus_pkg.release.verify import Discrepancy, Verification, verify_release
from corpus_pkg.release.wheel import make_wheel
from corpus_pkg.terms import read_terms

DOCUMENTS = "documents/test-00000-of-00001.parquet"


@pytest.fixture
def release(full_dataset: Path, tmp_path: Path) -> Path:
    """A copy of a built dataset, to be spoilt."""
    return Path(shutil.copytree(full_dataset, tmp_path / "release"))


def found(where: Path | str, **options: Any) -> set[tuple[str, str]]:
    """Return kind and path of every discrepancy."""
    return {(each.kind, each.path) for each in verify_release(where, **options).discrepancies}


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def sign_anew(release: Path, edit: Callable[[dict[str, Any]], None] = lambda manifest: None) -> None:
    """Make manifest and checksums those of the files that are there, as a forger would."""
    manifest = json.loads((release / MANIFEST).read_bytes())
    for path, record in manifest["files"].items():
        data = (release / path).read_bytes()
        record |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    edit(manifest)
    (release / MANIFEST).write_text(manifest_text(manifest), "utf-8")
    (release / SUMS).write_text(make_sums(manifest), "utf-8")


# --- what is sound ---


def test_a_build_is_sound(full_dataset, toy_dataset):
    """Its rows too; the digest is that of the bytes of the manifest."""
    for dataset in (full_dataset, toy_dataset):
        verification = verify_release(dataset, content=True)
        manifest = json.loads((dataset / MANIFEST).read_bytes())
        digest = hashlib.sha256((dataset / MANIFEST).read_bytes()).hexdigest()
        head = (manifest["name"], manifest["version"], "full", digest, None, len(files(dataset)), ())
        assert verification == Verification(str(dataset), *head)


def test_a_corpus_is_verified_where_its_dataset_is(full_dataset, tmp_path):
    """The folder of the corpus may be named instead."""
    shutil.copytree(full_dataset, tmp_path / "dataset")
    assert found(tmp_path) == set()


def test_the_checksums_serve_without_this_package(release):
    """`sha256sum -c` says the same, and covers the manifest."""
    check = ["sha256sum", "--check", "--quiet", "--strict", SUMS]
    assert subprocess.run(check, cwd=release, capture_output=True).returncode == 0
    assert len((release / SUMS).read_text().splitlines()) == len(files(release)) - 1
    (release / MANIFEST).write_bytes((release / MANIFEST).read_bytes() + b"\n")
    assert subprocess.run(check, cwd=release, capture_output=True).returncode == 1


def test_links_to_files_are_files(release, tmp_path):
    """The cache of the hub's client is made of them."""
    for number, path in enumerate(files(release)):
        blob = tmp_path / "blobs" / str(number)
        blob.parent.mkdir(exist_ok=True)
        path.rename(blob)
        path.symlink_to(blob)
    assert found(release) == set()
    (tmp_path / "blobs/3").write_bytes(b"altered")
    assert len(found(release)) == 1


@pytest.mark.parametrize("path", [".gitattributes", ".cache/huggingface/x.lock", ".huggingface/x", ".git/HEAD"])
def test_what_a_hub_adds_does_not_count(path, release):
    """Nor what its client does, or git."""
    (release / path).parent.mkdir(parents=True, exist_ok=True)
    (release / path).write_text("x")
    assert found(release) == set()


# --- one flipped bit ---


def regions(path: Path) -> Iterator[int]:
    """Yield offsets in every region of a file: its ends, and of Parquet the pages, indices and footer."""
    size = path.stat().st_size
    yield from (0, 3, size - 1)
    if path.suffix != ".parquet":
        yield from range(0, size, max(1, size // 60))
        return
    footer = int.from_bytes(path.read_bytes()[-8:-4], "little")
    yield from (size - 5, size - 8, size - 9, size - 8 - footer, size - 8 - footer // 2, size - 8 - footer - 1)
    metadata = pq.ParquetFile(path).metadata
    for group in range(metadata.num_row_groups):
        columns = [metadata.row_group(group).column(number) for number in range(metadata.num_columns)]
        for column in random.Random(size).sample(columns, min(4, len(columns))):
            start = column.dictionary_page_offset or column.data_page_offset
            yield from (start, column.data_page_offset, start + column.total_compressed_size - 1)


def test_one_flipped_bit_in_any_region_of_any_file_is_caught(release):
    """And the file named, that one alone; manifest and checksums bear each other out, so of these both may be."""
    chance, tried = random.Random(0), 0
    for path in files(release):
        name, data = path.relative_to(release).as_posix(), path.read_bytes()
        for offset in sorted({*regions(path)}):
            flipped = bytearray(data)
            flipped[offset] ^= 1 << chance.randrange(8)
            path.write_bytes(flipped)
            discrepancies = verify_release(release).discrepancies
            assert {each.path for each in discrepancies} <= {name, MANIFEST if name == SUMS else name}, offset
            assert any(name in (each.path, *each.message.split()) for each in discrepancies), (name, offset)
            tried += 1
        path.write_bytes(data)
    assert tried > 400
    assert found(release) == set()


def test_a_digest_tells_which_of_the_two_is_altered(release):
    """Manifest or checksums."""
    digest = verify_release(release).manifest_sha256
    text = (release / SUMS).read_text()
    (release / SUMS).write_text(text.replace(str(digest), "0" * 64))
    assert found(release) == {("altered", MANIFEST)}
    assert found(release, digest=digest) == {("altered", SUMS)}
    assert found(release, digest="0" * 64) == {("altered", MANIFEST), ("digest", MANIFEST)}


# --- altered, missing, extra ---


def test_every_file_that_is_missing_is_named(release):
    """One at a time."""
    for path in files(release):
        aside = path.rename(release.parent / "aside")
        assert found(release) == {("missing", path.relative_to(release).as_posix())}
        aside.rename(path)


@pytest.mark.parametrize(
    "path",
    [
        *("more.txt", ".hidden", ".huggingface.yaml", ".gitignore", ".cache-of-mine/x", "documents/.gitattributes"),
        *("documents/more-00000-of-00001.parquet", "new/.cache/x", "dataset.py", "x\x1b[31m", "\udcff"),
    ],
)
def test_every_file_that_is_extra_is_named(path, release, capsys):
    """Those that begin with a dot too, save where a hub puts its own; no name can steer a terminal."""
    (release / path).parent.mkdir(parents=True, exist_ok=True)
    (release / path).write_text("x")
    assert found(release) == {("extra", path)}
    assert main(["verify", str(release)]) == 1
    assert main(["verify", str(release), "--json"]) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_names_of_the_hub_that_are_of_another_kind_are_extra(release):
    """A file where it has a folder, and a folder where it has a file."""
    (release / ".cache").write_text("x")
    (release / ".gitattributes").mkdir()
    (release / ".gitattributes/x").write_text("x")
    assert found(release) == {("extra", ".cache"), ("extra", ".gitattributes/x")}


def test_what_is_no_file_is_named(release):
    """A link to a folder, a link that leads nowhere, a pipe: none is followed or waited for."""
    (release / "link").symlink_to(release / "documents")
    os.mkfifo(release / "pipe")
    (release / "README.md").unlink()
    (release / "README.md").symlink_to("nowhere")
    assert found(release) == {("extra", "link"), ("extra", "pipe"), ("unreadable", "README.md")}


def test_all_that_is_wrong_is_told_at_once(release):
    """In the order of kinds and paths."""
    (release / "README.md").write_text("x")
    (release / DOCUMENTS).unlink()
    (release / "more").write_text("x")
    kinds = [(each.kind, each.path) for each in verify_release(release).discrepancies]
    assert kinds == [("altered", "README.md"), ("extra", "more"), ("missing", DOCUMENTS)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "it is no JSON"),
        (b"\xff", "it is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        (b"[]", "it is no JSON object"),
        (b"{}", "'name' is missing"),
        (b'{"name": 1}', "'name' is missing or no string"),
    ],
)
def test_a_manifest_that_is_none(text, said, release):
    """The checksums still tell of the other files."""
    (release / MANIFEST).write_bytes(text)
    (release / "README.md").write_text("x")
    discrepancies = verify_release(release).discrepancies
    assert [(each.kind, each.path) for each in discrepancies] == [("altered", MANIFEST), ("altered", "README.md")]
    assert said in discrepancies[0].message


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda m: m["files"].update({"../x": {"sha256": "", "size": 0}}), "'../x' is no path in the release"),
        (lambda m: m["files"].update({"/etc/passwd": {"sha256": "", "size": 0}}), "is no path in the release"),
        (lambda m: m["files"].update({"x": 1}), "the record of 'x' lacks `sha256` or `size`"),
        (lambda m: m["tables"].update({"zones": []}), "table 'zones' has no splits"),
        (lambda m: m["tables"]["zones"]["test"].pop("file"), "table 'zones' lacks `rows`, `digest` or `file`"),
        (lambda m: m["documents"].update({"a1": None}), "a document has no digest"),
        (lambda m: m.update(name="../../small"), "'../../small' is no name"),
        (lambda m: m.update(version="1.2"), "'1.2' is no version"),
        (lambda m: m.update(edition="other"), "'other' is no edition"),
    ],
)
def test_a_manifest_that_is_out_of_shape(edit, said, release):
    """It is told what is wrong with it, and whatever would use it refuses it."""
    manifest = json.loads((release / MANIFEST).read_bytes())
    edit(manifest)
    (release / MANIFEST).write_text(manifest_text(manifest), "utf-8")
    (discrepancy,) = verify_release(release).discrepancies
    assert (discrepancy.kind, discrepancy.path) == ("altered", MANIFEST)
    assert said in discrepancy.message
    with pytest.raises(CorpusError, match="is no manifest"), opening.open_release(release):
        pass
    for use in (load_documents, read_terms, lambda folder: read_release(folder, "full")):
        with pytest.raises(CorpusError, match="is no manifest"):
            len(use(release))
    with pytest.raises(CorpusError, match="is no manifest"):
        make_wheel(release, release.parent / "w")
    assert not (release.parent / "w").exists()


def test_what_is_altered_is_neither_published_nor_packed(release):
    """Not even where the manifest is of the right form: the checksums know it."""
    sound = (release / MANIFEST).read_text("utf-8")
    (release / MANIFEST).write_text(sound + "\n", "utf-8")
    for use in (lambda folder: read_release(folder, "full"), lambda folder: make_wheel(folder, folder.parent / "w")):
        with pytest.raises(CorpusError, match=r"MANIFEST\.json: altered: .*; build the dataset anew"):
            use(release)
    assert not (release.parent / "w").exists()


def test_checksums_in_another_form_are_altered(release):
    """Another order, a comment, other ends of lines: they are compared with those made anew."""
    text = (release / SUMS).read_bytes()
    lines = text.splitlines(keepends=True)
    for other in (b"".join(reversed(lines)), b"# mine\n" + text, text.replace(b"\n", b"\r\n"), b"", b"\xff\xfe"):
        (release / SUMS).write_bytes(other)
        assert found(release) == {("altered", SUMS)}


def test_no_release_is_misuse(tmp_path, capsys):
    """2, as for a name that leads nowhere; a release with things wrong is 1."""
    (tmp_path / "file.txt").write_text("x")
    for where, said in (
        (tmp_path, f"{tmp_path} holds no release: there is neither {MANIFEST} nor {SUMS}"),
        (tmp_path / "file.txt", "is no release: that is a folder, or a file whose name ends in .whl or .zip"),
        (tmp_path / "none.whl", "there is no file"),
        ("baku-tehrn", "no folder, file or installed corpus is called 'baku-tehrn'"),
        ("owner/name", "there is no folder owner/name; if it is on a hub, say which revision: owner/name@v1.0.0"),
    ):
        assert main(["verify", str(where)]) == 2
        assert said in capsys.readouterr().err


# --- the digest of the manifest ---


def test_the_digest_that_is_asked_for(release, capsys):
    """It comes from outside, so that a release which is forged throughout is caught."""
    digest = str(verify_release(release).manifest_sha256)
    assert main(["verify", str(release)]) == 0
    assert f"manifest sha256 {digest}" in capsys.readouterr().out
    for form in (digest, digest.upper(), f"sha256:{digest}", f" {digest}\n"):
        assert found(release, digest=form) == set()
    (release / "README.md").write_text("forged")
    sign_anew(release)
    assert found(release) == set()
    assert found(release, digest=digest) == {("digest", MANIFEST)}
    assert main(["verify", str(release), "--digest", digest]) == 1
    capsys.readouterr()
    assert main(["verify", str(release), "--digest", digest[:16]]) == 2
    assert "a digest is a SHA-256: 64 hexadecimal digits" in capsys.readouterr().err


# --- the rows ---


def forge_rows(release: Path) -> None:
    """Change a value, and keep the digest of the content."""
    table = pq.ParquetFile(release / DOCUMENTS).read()
    languages = pa.array(["xx", *table["language"].to_pylist()[1:]])
    table = table.set_column(table.schema.get_field_index("language"), "language", languages)
    pq.write_table(table, release / DOCUMENTS)
    sign_anew(release)


def test_rows_that_are_not_those_of_the_digests(release):
    """Bytes and checksums agree, and the digests of the content do not."""
    forge_rows(release)
    assert found(release) == set()
    assert found(release, content=True) == {("altered", DOCUMENTS), ("altered", MANIFEST)}


def test_another_writer_changes_bytes_and_no_rows(release):
    """So the content can be verified after any other tool has written it."""
    for path in files(release):
        if path.suffix == ".parquet":
            pq.write_table(pq.ParquetFile(path).read(), path, compression="none")
    assert {kind for kind, _ in found(release)} == {"altered"}
    sign_anew(release)
    assert found(release, content=True) == set()


def test_a_table_that_is_no_parquet(release):
    """It is told, not raised."""
    (release / DOCUMENTS).write_bytes(b"PAR1")
    sign_anew(release)
    assert ("unreadable", DOCUMENTS) in found(release, content=True)


# --- wheels and zips ---


def record_line(name: str, data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}\n"


def wheel_files(dataset: Path) -> dict[str, bytes]:
    """Return the files of a wheel that holds a dataset."""
    held = {f"small/dataset/{p.relative_to(dataset).as_posix()}": p.read_bytes() for p in files(dataset)}
    held |= {
        "small/__init__.py": b"",
        "small-1.2.3.dist-info/METADATA": b"Metadata-Version: 2.1\nName: small\n",
        "small-1.2.3.dist-info/entry_points.txt": b"[corpus_pkg.corpora]\nsmall = small\n",
    }
    record = "".join(record_line(name, data) for name, data in held.items())
    return held | {"small-1.2.3.dist-info/RECORD": f"{record}small-1.2.3.dist-info/RECORD,,\n".encode()}


def pack(held: dict[str, bytes], target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in held.items():
            file.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return target


@pytest.fixture
def wheel(full_dataset: Path, tmp_path: Path) -> Path:
    """A wheel that holds a dataset."""
    return pack(wheel_files(full_dataset), tmp_path / "small-1.2.3-py3-none-any.whl")


def test_a_wheel(wheel, full_dataset):
    """Its release and its RECORD; it has a digest of its own, which may be the one asked for."""
    verification = verify_release(wheel, content=True)
    assert (verification.name, verification.files, verification.discrepancies) == (
        "small",
        len(files(full_dataset)),
        (),
    )
    assert verification.archive_sha256 == hashlib.sha256(wheel.read_bytes()).hexdigest()
    for digest in (verification.archive_sha256, verification.manifest_sha256):
        assert found(wheel, digest=digest) == set()
    assert found(wheel, digest="0" * 64) == {("digest", MANIFEST)}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"small/__init__.py": b"evil"}, {("altered", "small/__init__.py")}),
        ({"small/more.py": b""}, {("extra", "small/more.py")}),
        ({"RECORD": b""}, {("extra", "RECORD")}),
        ({"small/__init__.py": None}, {("missing", "small/__init__.py")}),
        ({"small-1.2.3.dist-info/RECORD": None}, {("missing", "RECORD")}),
        (
            {"small/dataset/README.md": b"x"},
            {("altered", "small/dataset/README.md"), ("altered", "README.md")},
        ),
        ({"small/dataset/.x": b"x"}, {("extra", "small/dataset/.x"), ("extra", ".x")}),
        (
            {f"small/dataset/{MANIFEST}": None},
            {("missing", f"small/dataset/{MANIFEST}"), ("missing", MANIFEST)},
        ),
    ],
)
def test_a_wheel_that_is_spoilt(edit, expected, full_dataset, tmp_path):
    """Files of the release are named twice: as it has them, and as RECORD does."""
    held = {**wheel_files(full_dataset), **edit}
    wheel = pack({name: data for name, data in held.items() if data is not None}, tmp_path / "small.whl")
    assert found(wheel) == expected


def test_a_name_that_is_twice_in_an_archive(wheel):
    """Readers differ in which of the two they take."""
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(wheel, "a") as file:
        file.writestr("small/__init__.py", b"")
    assert found(wheel) == {("extra", "small/__init__.py")}


def unpacked(wheel: Path) -> dict[str, bytes] | None:
    try:
        with zipfile.ZipFile(wheel) as file:
            return {name: file.read(name) for name in file.namelist()}
    except opening.ARCHIVE_ERRORS:
        return None


def test_a_flipped_bit_in_a_wheel(wheel):
    """It is caught, or changes nothing of what is in it (a time, say); against the wheel's own digest it is caught."""
    chance, data, held = random.Random(0), wheel.read_bytes(), unpacked(wheel)
    digest = hashlib.sha256(data).hexdigest()
    caught = 0
    for _ in range(100):
        flipped = bytearray(data)
        flipped[chance.choice((chance.randrange(len(data)), -1 - chance.randrange(4_000)))] ^= 1 << chance.randrange(8)
        wheel.write_bytes(flipped)
        is_caught = bool(verify_release(wheel).discrepancies)
        assert is_caught or unpacked(wheel) == held
        caught += is_caught
        assert verify_release(wheel, digest=digest).discrepancies
    assert caught > 60


def test_an_archive_that_is_none(tmp_path, capsys):
    """1: it is there, and is spoilt."""
    (tmp_path / "x.whl").write_bytes(b"PK\x03\x04 no")
    assert main(["verify", str(tmp_path / "x.whl")]) == 1
    assert "x.whl: unreadable: File is not a zip file" in capsys.readouterr().out


def test_a_zip(full_dataset, tmp_path):
    """In a folder of its own or not; nothing is written outside of where it is unpacked."""
    held = {path.relative_to(full_dataset).as_posix(): path.read_bytes() for path in files(full_dataset)}
    assert found(pack(held, tmp_path / "bare.zip")) == set()
    inside = {f"small-1.2.3/{name}": data for name, data in held.items()}
    assert found(pack(inside, tmp_path / "inside.zip")) == set()
    evil = {"../../evil": b"x", "/evil": b"x", "small-1.2.3/../../evil": b"x"}
    pack({**inside, **evil}, tmp_path / "evil.zip")
    assert found(tmp_path / "evil.zip") == {("extra", name) for name in evil}
    assert not any("evil" in path.name for path in tmp_path.parent.rglob("evil"))


def install(held: dict[str, bytes], site: Path) -> None:
    for name, data in held.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(data)


def test_an_installed_corpus(full_dataset, tmp_path, monkeypatch):
    """By its name, with all that came in the same wheel; compiled files do not count."""
    site = tmp_path / "site"
    held, record = wheel_files(full_dataset), "small-1.2.3.dist-info/RECORD"
    held[record] += b"../../bin/moved,sha256=x,1\nsmall/__pycache__/__init__.cpython-311.pyc,,\n"
    install(held, site)
    monkeypatch.syspath_prepend(site)
    (site / "small/__pycache__").mkdir()
    (site / "small/__pycache__/__init__.cpython-311.pyc").write_bytes(b"x")
    assert found("small") == set()
    (site / "small/__init__.py").write_text("evil")
    (site / "small/more.py").write_text("evil")
    (site / "small/dataset/README.md").unlink()
    assert found("small") == {
        ("altered", "small/__init__.py"),
        ("extra", "small/more.py"),
        ("missing", "small/dataset/README.md"),
        ("missing", "README.md"),
    }


# --- as people and machines see it ---


def test_what_is_printed(release, capsys):
    """A line a discrepancy, then counts and digests; nothing when quiet and sound."""
    assert main(["verify", str(release), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    (release / "more").write_text("x")
    assert main(["verify", str(release), "--quiet"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "more: extra: it is no part of the release"
    assert lines[1] == f"small 1.2.3, edition full: 1 discrepancy in {len(files(release))} files"
    assert main(["verify", str(release), "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["discrepancies"] == [Discrepancy("extra", "more", "it is no part of the release")._asdict()]
    assert list(record) == [
        *("where", "name", "version", "edition", "manifest_sha256", "archive_sha256", "files", "discrepancies")
    ]
