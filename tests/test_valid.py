"""Corpora that only look broken: nothing is found in them, and they are built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_invalid import EXACT, expected_in

from corpus_pkg import build_dataset, validate_corpus
from corpus_pkg.cli import main
from corpus_pkg.codes import all_rules
from corpus_pkg.findings import has_errors

HERE = Path(__file__).resolve().parent
FOLDERS = {kind: sorted(path for path in (HERE / kind).iterdir() if path.is_dir()) for kind in ("valid", "invalid")}


@pytest.fixture(params=FOLDERS["valid"], ids=lambda path: path.name)
def example(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_nothing_is_found(example):
    """Neither error nor warning, unless `expected.json` names it."""
    wanted = expected_in(example) if (example / "expected.json").exists() else []
    findings = validate_corpus(example)
    assert [{key: finding.as_dict()[key] for key in EXACT} for finding in findings] == [
        {key: item[key] for key in EXACT} for item in wanted
    ]
    for finding, item in zip(findings, wanted, strict=True):
        assert item["message"] in finding.message
        assert item.get("suggestion", "") in (finding.suggestion or "")


def test_the_command_finds_nothing_either(example, capsys):
    """As text, as JSON, and by its exit status."""
    findings = validate_corpus(example)
    status = 1 if has_errors(findings) else 0
    assert main(["validate", str(example)]) == status
    output = capsys.readouterr()
    heads = [line for line in output.out.splitlines() if not line.startswith(" ")]
    assert heads[:-1] == [str(finding) for finding in findings]
    assert heads[-1].startswith("0 errors, 0 warnings in ") or findings
    assert output.err == ""
    assert main(["validate", str(example), "--json"]) == status
    assert json.loads(capsys.readouterr().out) == [finding.as_dict() for finding in findings]


def test_it_is_built(example, tmp_path):
    """With every document that it has."""
    manifest = build_dataset(example, tmp_path / "out")
    documents = {path.stem for path in (example / "raw").glob("*.txt")}
    assert documents <= set(manifest["documents"])


@pytest.mark.parametrize("kind", FOLDERS)
def test_every_rule_is_shown(kind):
    """A rule has an example that it finds fault with, and one that comes near and is sound; both bear its name."""
    names = [path.name for path in FOLDERS[kind]]
    codes = {rule.code for rule in all_rules()}
    assert {code for code in codes if not any(name == code or name.startswith(f"{code}-") for name in names)} == set()
