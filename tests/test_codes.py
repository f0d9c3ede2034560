"""One rule, one name, in four places: its function, its code, the folders of its examples, and the pages on it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from test_invalid import MADE_HERE, codes_of_the_package

from corpus_pkg.cli import main
from corpus_pkg.codes import all_rules, catalogue, explain, known_codes
from corpus_pkg.findings import LEVELS
from corpus_pkg.read import read_yaml
from corpus_pkg.validate import validate_corpus

TESTS = Path(__file__).resolve().parent
TOP = TESTS.parent


def folders(kind: str) -> list[str]:
    return sorted(path.name for path in (TESTS / kind).iterdir() if path.is_dir())


def test_the_catalogue_holds_every_code_and_no_other():
    """What can be found is explained, and what is explained can be found."""
    assert known_codes() == set(codes_of_the_package())


def test_a_code_is_a_rule_or_stands_in_the_list():
    """Not both: the docstring of a rule is the one place that says what it is."""
    listed = read_yaml((TOP / "corpus_pkg/codes.yaml").read_text("utf-8")).plain({})[0]
    rules = {rule.code for rule in all_rules()}
    assert rules.isdisjoint(listed)
    assert rules | set(listed) == known_codes()


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: f"{rule.code}-{rule.home}")
def test_a_rule_says_what_it_is(rule):
    """Its docstring says what, why and how to mend; its level is one of those there are."""
    assert rule.level in LEVELS
    entry = catalogue()[rule.code]
    for part in (entry.what, entry.why, entry.mend):
        assert part[0] in '`"' or part[0].isupper()
        assert part.endswith(".")
    assert (entry.level, entry.severity) == (rule.level, rule.severity)


@pytest.mark.parametrize("code", sorted(known_codes()))
def test_every_code_has_a_broken_corpus_and_one_that_only_looks_broken(code):
    """Some that no file can keep are made by the tests."""
    if code not in MADE_HERE:
        assert any(name == code or name.startswith(f"{code}-") for name in folders("invalid")), code
        assert code in folders("valid")


def test_findings_are_of_the_level_and_severity_that_the_catalogue_says():
    """In all broken corpora."""
    seen = set()
    for name in folders("invalid"):
        for finding in validate_corpus(TESTS / "invalid" / name):
            entry = catalogue()[finding.code]
            assert (finding.level, finding.severity) == (entry.level, entry.severity), (name, finding)
            seen.add(finding.code)
    assert seen == known_codes() - MADE_HERE


def test_every_code_is_explained(capsys):
    """By the command and on the page, with an example where there is a file to show."""
    page = (TOP / "docs/findings.md").read_text("utf-8")
    assert re.findall(r"^### (.+)$", page, re.MULTILINE) == list(catalogue())
    for code, entry in catalogue().items():
        assert main(["explain", code]) == 0
        told = capsys.readouterr().out
        assert told == "\n".join(explain(entry)) + "\n"
        assert entry.mend in page
        assert (entry.example is None) == (code in MADE_HERE), code
        assert entry.example is None or f" {code}: " in entry.example


def test_all_codes_are_listed(capsys):
    """A line on each; as JSON all that is known."""
    assert main(["explain"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(catalogue())
    assert main(["explain", "--json"]) == 0
    assert [entry["code"] for entry in json.loads(capsys.readouterr().out)] == list(catalogue())


def test_an_unknown_code_gets_the_near_ones(capsys):
    assert main(["explain", "anchor-ambigous"]) == 2
    assert "did you mean anchor-ambiguous" in capsys.readouterr().err
