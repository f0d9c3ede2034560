"""Hostile input: whatever is put into a corpus, there is a finding, within seconds and within memory, and no traceback.

Times are not tested: where something could hang, a process of its own has a generous limit.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]  # not in the type hints of the standard library
from typing import Any

import pytest
from hostile import FEW, NAMES, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from test_invalid import TOP, canonical, document, found, write  # noqa: F401 - a fixture

import corpus_pkg
from corpus_pkg import Finding, resolve, validate_corpus
from corpus_pkg.anchors import Folded, scopes_with
from corpus_pkg.cli import main
from corpus_pkg.conform import is_valid
from corpus_pkg.corpus import read_corpus
from corpus_pkg.documents import read_document
from corpus_pkg.errors import CorpusError
from corpus_pkg.init import init_corpus
from corpus_pkg.jsonfile import parse_json, read_json
from corpus_pkg.passes import read_pass
from corpus_pkg.read import DOCUMENT_LIMIT, TEXT_LIMIT, YAML_LIMIT, FaultError, decode, read_yaml
from corpus_pkg.report import as_github, as_text
from corpus_pkg.resolve import PROBLEM_LIMIT, resolve_document
from corpus_pkg.schema import ROOTS, bundle, shape

HOSTILE = settings(FEW, derandomize=True)


def shown(root: Path) -> list[Finding]:
    """Return the findings of a corpus, once they have been shown in every form without harm."""
    findings = validate_corpus(root)
    assert all(line.isprintable() for line in as_text(findings, root))
    assert all(line.isprintable() for line in as_github(findings, root, root))
    json.dumps([finding.as_dict() for finding in findings])
    return findings


# Links


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that no corpus holds, with a file of each kind."""
    return write(tmp_path / "outside", {"annotations/more.jsonl": "", "annotations/reviews/r.yaml": "reviews: []\n"})


LINKED = [
    "raw/one.txt",
    "annotations/two.yaml",
    "annotations/corpus.yaml",
    "annotations/more.jsonl",
    "raw",
    "annotations",
]


@pytest.mark.parametrize("name", [*LINKED, "annotations/reviews", "annotations/reviews/r.yaml"])
@pytest.mark.parametrize("relative", [False, True])
def test_a_link_that_leads_out_of_the_corpus(tmp_path, outside, name, relative):
    """One finding, whatever lies behind it: the file or the folder is as good as not there."""
    root = write(tmp_path / "corpus", {"annotations/reviews/r.yaml": "reviews: []\n"})
    path = root / name
    if path.is_dir():
        path.rename(tmp_path / "away")
    path.unlink(missing_ok=True)
    path.symlink_to(os.path.relpath(outside / name, path.parent) if relative else outside / name)
    assert (name, "file-outside") in (told := found(root))
    assert [code for _, code in told if code != "file-outside"] == []
    shown(root)


def test_what_a_link_outside_holds_is_never_told(tmp_path):
    """Its text could be a secret; nor is it said whether there is such a file."""
    (tmp_path / "secret").write_text("secret words\n")
    for target in (tmp_path / "secret", tmp_path / "gone"):
        for name in ("raw/one.txt", "annotations/one.yaml", "annotations/a.jsonl"):
            root = write(tmp_path / f"{target.name}-{name.replace('/', '-')}", {})
            (root / name).unlink(missing_ok=True)
            (root / name).symlink_to(target)
            told = "\n".join(as_text(validate_corpus(root), root))
            assert "file-outside" in told
            assert "secret words" not in told


def test_links_within_the_corpus_are_followed(tmp_path):
    """The folder of the corpus may be a link too, and so may the one above it."""
    root = write(tmp_path / "real/corpus", {"texts/one.txt": "Hello there.\n"})
    (root / "raw/one.txt").unlink()
    (root / "raw/one.txt").symlink_to("../texts/one.txt")
    (root / "annotations").rename(root / "made")
    (root / "annotations").symlink_to(root / "made")
    (tmp_path / "link").symlink_to(root)
    (tmp_path / "above").symlink_to(tmp_path / "real")
    for way in (root, tmp_path / "link", tmp_path / "above/corpus", tmp_path / "link/../corpus"):
        assert found(way) == []


@pytest.mark.parametrize(("target", "code"), [("gone", "file-missing"), ("itself", "file-unreadable")])
@pytest.mark.parametrize("name", ["raw", "annotations", "annotations/reviews"])
def test_a_folder_behind_a_link_that_leads_nowhere(tmp_path, name, target, code):
    """One finding for a dangling link, and for a loop."""
    root = write(tmp_path, {"annotations/reviews/r.yaml": "reviews: []\n"})
    (root / name).rename(tmp_path / "away")
    (root / name).symlink_to((root / name).name if target == "itself" else target)
    assert found(root) == [(name, code)]


def test_passes_behind_links(tmp_path, outside):
    """A file of a pass that leads out is a finding; a pass that does so itself is refused, unless it is asked for."""
    files = {f"annotations/passes/a/{name}.yaml": document(name) for name in ("one", "two")}
    root = write(tmp_path / "corpus", files)
    (root / "annotations/passes/a/two.yaml").unlink()
    (root / "annotations/passes/a/two.yaml").symlink_to(outside / "annotations/two.yaml")
    assert "file-outside" in {finding.code for finding in read_pass(root, "a").findings}
    (outside / "annotations/more.jsonl").unlink()
    (root / "annotations/passes/b").symlink_to(outside / "annotations")
    with pytest.raises(CorpusError, match="leads out of the corpus"):
        read_pass(root, "b")
    assert set(read_pass(root, str(outside / "annotations")).documents) == {"one", "two"}


# Sizes


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        *(("raw/one.txt", TEXT_LIMIT), ("raw/SHA256SUMS", DOCUMENT_LIMIT), ("annotations/a.json", DOCUMENT_LIMIT)),
        *(("annotations/two.yaml", YAML_LIMIT), ("annotations/corpus.yaml", YAML_LIMIT)),
        *(("annotations/vocabulary.json", YAML_LIMIT), ("annotations/reviews/r.yaml", YAML_LIMIT)),
    ],
)
@pytest.mark.parametrize("size", [None, 10**12])
def test_a_file_over_its_limit_is_refused_unread(tmp_path, name, limit, size):
    """A byte more is too much, and a terabyte of nothing; both numbers are told."""
    root = write(tmp_path, {name: "x"})
    os.truncate(root / name, size or limit + 1)
    (finding,) = [finding for finding in shown(root) if finding.code == "file-too-large"]
    assert finding.path == name
    assert f"{size or limit + 1:,} bytes; the limit is {limit:,}" in finding.message


def test_a_line_over_the_limit(tmp_path, canonical):  # noqa: F811 - the fixture
    """The lines before it are read; a file of many lines may be larger than any of them."""
    init_corpus(tmp_path)
    row = json.dumps({**canonical, "document": "d"})
    path = tmp_path / "annotations/a.jsonl"
    path.write_text(f"{row}\n\n")
    os.truncate(path, 10**12)
    (finding,) = [finding for finding in shown(tmp_path) if finding.code == "file-too-large"]
    assert (finding.path, finding.line, finding.column) == ("annotations/a.jsonl", 3, None)
    assert f"{DOCUMENT_LIMIT:,}" in finding.message
    assert "d" in read_corpus(tmp_path).homes


def test_a_file_that_changes_or_vanishes_meanwhile(tmp_path, canonical):  # noqa: F811 - the fixture
    """Between the finding of a document and its reading: a finding, and nothing else."""
    init_corpus(tmp_path)
    path = tmp_path / "annotations/a.jsonl"
    for change in (path.unlink, lambda: os.truncate(path, 9), lambda: path.write_bytes(b"\xff" * 99)):
        path.write_text(json.dumps({**canonical, "document": "d"}))
        corpus = read_corpus(tmp_path)
        change()
        checked = read_document(corpus, corpus.homes["d"])
        assert checked.document is None
        assert [finding.level for finding in checked.findings] == ["file"]


# Bombs

MEASURED = """
import resource, sys
from corpus_pkg import validate_corpus
validate_corpus(sys.argv[1])
small = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(*sorted({finding.code for finding in validate_corpus(sys.argv[2])}))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - small)
"""
LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 64))
YAML_BOMBS: dict[str, tuple[Callable[[], str], str]] = {
    "laughs": (lambda: LAUGHS, "yaml-anchor"),
    "nested": (lambda: "[" * 100_000, "yaml-depth"),
    "mappings": (lambda: "a: [" + "{}," * 3_200_000 + "]", "file-too-large"),
    "scalar": (lambda: "a: " + "b" * 9_900_000, "missing-key unknown-key"),
    "keys": (lambda: "".join(f"k{n}: 1\n" for n in range(20_000)), "faults-untold"),
    "digits": (lambda: "a: " + "1" * 10**6, "missing-key unknown-key"),
    "exponent": (lambda: "a: 1e" + "9" * 10**6, "missing-key unknown-key"),
    "merge": (lambda: "a: {b: c}\n<<: {a: b}\n", "missing-key unknown-key"),
    "tag": (lambda: "a: !!python/object/apply:os.system [x]\n", "yaml-tag"),
    "aliases": (lambda: "a: [" + "*a," * 1_000_000 + "]", "yaml-alias"),
    "unclosed": (lambda: "a: [" + ",'" * 1_000_001, "yaml-syntax"),
}
JSON_BOMBS: dict[str, tuple[Callable[[], str], str]] = {
    "nested": (lambda: '{"document":"d","a":' + "[" * 100_000 + "]" * 100_000 + "}", "json-depth"),
    "unclosed": (lambda: '{"document":"d"' + "[" * 400_000, "json-depth"),
    "lists": (lambda: '{"document":"d","a":[' + "[]," * 9_000_000 + "[]]}", "file-too-large"),
    "words": (lambda: '{"document":"d","a":["' + '","' * 9_000_000 + '"]}', "file-too-large"),
    "commas": (lambda: '{"document":"d","a":"' + "[,{" * 3_000_000 + '"}', "missing-key unknown-key"),
    "digits": (lambda: '{"document":"d","language":' + "1" * 10**6 + "}", "json-syntax"),
    "NaN": (lambda: '{"document":"d","language":NaN}', "json-syntax"),
    "repeated": (lambda: '{"document":"d"' + ',"a":1' * 100_000 + "}", "repeated-key"),
    "keys": (lambda: '{"document":"d"' + "".join(f',"{n}":1' for n in range(20_000)) + "}", "faults-untold"),
    "surrogate": (lambda: '{"document":"d","language":"\\ud800"}', "json-syntax"),
    "quotes": (lambda: '{"document":"' + '\\"' * 1_000_000, "json-syntax"),
    "backslashes": (lambda: '{"document":"' + '\\"' * 1_000_000 + "\\", "json-syntax"),
    "mark": (lambda: '{"document":\ufeff"d"}', "json-syntax"),
}
BOMBS = [
    *(("annotations/two.yaml", *bomb) for bomb in YAML_BOMBS.values()),
    *(("annotations/a.jsonl", *bomb) for bomb in JSON_BOMBS.values()),
]
NAMES_OF_BOMBS = [*(f"yaml-{name}" for name in YAML_BOMBS), *(f"json-{name}" for name in JSON_BOMBS)]


@pytest.mark.parametrize(("name", "make", "codes"), BOMBS, ids=NAMES_OF_BOMBS)
def test_a_bomb_is_a_finding_within_memory(tmp_path, name, make, codes):
    """At most twelve times the file and 150 MB are taken: what half a million values need."""
    small = write(tmp_path / "small", {})
    root = write(tmp_path / "corpus", {name: make()})
    command = [sys.executable, "-c", MEASURED, small, root]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": str(TOP)}, check=True
    )
    told, kilobytes = ended.stdout.splitlines()
    assert set(codes.split()) <= set(told.split())
    assert int(kilobytes) * 1024 < 12 * (root / name).stat().st_size + 150_000_000


@pytest.mark.parametrize("name", ["corpus", "inventory", "vocabulary", "annotators", "hardcases", "reviews/r"])
@pytest.mark.parametrize("bomb", ["laughs", "nested", "digits", "exponent", "merge", "tag", "aliases"])
def test_a_bomb_in_the_settings(tmp_path, name, bomb):
    """Those that do not take long, for every kind of file."""
    root = write(tmp_path, {f"annotations/{name}.yaml": YAML_BOMBS[bomb][0]()})
    assert {finding.path for finding in shown(root) if finding.severity == "error"} >= {f"annotations/{name}.yaml"}


@pytest.mark.parametrize("name", ["corpus", "inventory", "vocabulary", "annotators", "hardcases"])
@pytest.mark.parametrize("bomb", ["nested", "digits", "NaN", "repeated", "surrogate", "quotes", "mark"])
def test_a_bomb_in_settings_in_json(tmp_path, name, bomb):
    root = write(tmp_path, {f"annotations/{name}.json": JSON_BOMBS[bomb][0]()})
    (root / f"annotations/{name}.yaml").unlink(missing_ok=True)
    assert f"annotations/{name}.json" in {path for path, _ in found(root)}


@pytest.mark.parametrize("more", [0, 1])
def test_so_many_values_are_read_and_no_more(monkeypatch, more):
    """Words in strings do not count."""
    for module in ("read", "jsonfile"):
        monkeypatch.setattr(f"corpus_pkg.{module}.VALUE_LIMIT", 1000)
    assert bool(read_yaml("[" + "a," * (999 + more) + "]").faults) is bool(more)
    data = b'["' + b"[{," * 1000 + b'"' + b",1" * (999 + more) + b"]"
    if more:
        with pytest.raises(FaultError, match="more than 1,000 values"):
            parse_json(data)
    else:
        assert len(parse_json(data)) == 1000


# Patterns

ANCHORED = {
    *("corpus_pkg.corpus._HEAD", "corpus_pkg.read._COMMENT", "corpus_pkg.folder._IGNORED"),
    *("corpus_pkg.release.opening._HUB", "corpus_pkg.release.opening._HUB_WITHOUT_REVISION"),
    *("corpus_pkg.release.remote._REVISION", "corpus_pkg.release.verify._UNHASHED"),
    "corpus_pkg.release.versions._VERSION",
}
"""Patterns that are tried at one place only."""
LENGTHS = (800, 3_200, 12_800, 51_200)
STEEP, NOTICED = 8, 0.0005
"""A string four times as long may take so many times as long; what takes fewer seconds is not looked at."""


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield every compiled pattern of the package, with where it is found first."""
    for module in pkgutil.walk_packages(corpus_pkg.__path__, "corpus_pkg."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    seen = set()
    for name in sorted(name for name in sys.modules if name.startswith("corpus_pkg")):
        for key, value in vars(sys.modules[name]).items():
            for pattern in value if isinstance(value, tuple) else (value,):
                if isinstance(pattern, re.Pattern) and pattern not in seen:
                    seen.add(pattern)
                    yield f"{name}.{key}", pattern


def schema_patterns(node: Any) -> Iterator[str]:
    """Yield every pattern of a schema."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict) and isinstance(node.get("pattern"), str):
        yield node["pattern"]
    for part in inner:
        yield from schema_patterns(part)


def characters(tree: Any) -> Iterator[str]:
    """Yield the characters that a parsed pattern names: those that can bring it far before it fails."""
    if isinstance(tree, (list, parser.SubPattern)):
        for part in tree:
            yield from characters(part)
    elif isinstance(tree, tuple):
        if str(tree[0]) in ("LITERAL", "NOT_LITERAL"):
            yield chr(tree[1])
        elif str(tree[0]) == "RANGE":
            yield chr(tree[1][0])
        else:
            for part in tree[1:]:
                yield from characters(part)


def adversaries(pattern: str) -> Iterator[tuple[str, str]]:
    """Yield what a long string repeats, one or two of the characters of a pattern, and an end that fails or none."""
    named = [char for char in dict.fromkeys(characters(parser.parse(pattern))) if char < "\x80"][:6]
    ones = dict.fromkeys([*named, "a", " ", "1", "\\"])
    for unit in (*ones, *(one + other for one in ones for other in ones)):
        for end in ("", "\x00"):
            yield unit, end


def adversary(unit: str, end: str, length: int) -> str:
    return (unit * length)[:length] + end


def uses() -> Iterator[tuple[str, str, Callable[[Any], Any]]]:
    """Yield each way in which a pattern is used: its name, the pattern, and what is done with a string."""
    import jsonschema_rs

    for name, pattern in patterns():
        written = pattern.pattern.decode() if isinstance(pattern.pattern, bytes) else pattern.pattern
        for use in (pattern.match, pattern.fullmatch, *(() if name in ANCHORED else (finding_all(pattern),))):
            yield name, written, (lambda text, use=use: use(text.encode())) if written is not pattern.pattern else use
    for written in sorted({written for root in ROOTS for written in schema_patterns(bundle(root))}):
        yield written, written, jsonschema_rs.Draft202012Validator({"pattern": written}).is_valid
        yield written, written, re.compile(written).search


def finding_all(pattern: re.Pattern[Any]) -> Callable[[Any], Any]:
    return lambda text: [None for _ in pattern.finditer(text)]


def seconds(use: Callable[[Any], Any], text: str, runs: int = 1) -> float:
    """Return the shortest time that some runs take."""
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        use(text)
        taken.append(time.perf_counter() - begun)
    return min(taken)


def steep() -> Iterator[str]:
    """Yield each use of a pattern whose time grows faster than its string, with the string that it is slowest on."""
    for name, written, use in uses():
        slowest = max(adversaries(written), key=lambda made: seconds(use, adversary(*made, LENGTHS[0]), 2))
        texts_of_it = [adversary(*slowest, length) for length in LENGTHS]
        # What looks steep is measured again: the machine may have been busy.
        if any(all(is_steep(use, *pair, runs) for runs in (1, 2, 4)) for pair in pairwise(texts_of_it)):
            yield f"{name} on {slowest!r}"


def is_steep(use: Callable[[Any], Any], short: str, long: str, runs: int) -> bool:
    return seconds(use, long, runs) > STEEP * max(seconds(use, short, runs), NOTICED)


def test_no_pattern_can_be_made_to_hang():
    """Each is tried on all its adversaries, and on the worst of them when it is four times as long.

    What takes four times as long then is linear, what takes sixteen times is quadratic.
    """
    assert len([*patterns()]) > 25
    run_within(120, "import test_hostile; assert not (found := [*test_hostile.steep()]), found")


@pytest.mark.parametrize("pattern", [r"(?:a|b)*\s+$", r"\s*x", "[ab]+c", "a+ b"])
def test_a_pattern_that_is_quadratic_is_noticed(monkeypatch, pattern):
    """As the slips that are made mostly are."""
    monkeypatch.setitem(globals(), "uses", lambda: [("x", pattern, finding_all(re.compile(pattern)))])
    assert len([*steep()]) == 1


def test_schema_patterns_mean_the_same_to_both_engines():
    """On all their adversaries."""
    import jsonschema_rs

    for written in {written for root in ROOTS for written in schema_patterns(bundle(root))}:
        fast = jsonschema_rs.Draft202012Validator({"pattern": written})
        for made in adversaries(written):
            text = adversary(*made, 300)
            assert fast.is_valid(text) is (re.search(written, text) is not None)


def run_within(seconds: int, code: str) -> None:
    """Run code in a process of its own, which fails when it takes longer."""
    paths = os.pathsep.join(map(str, (TOP, TOP / "tests")))
    subprocess.run([sys.executable, "-c", code], timeout=seconds, check=True, env={**os.environ, "PYTHONPATH": paths})


# Anchors


def passages(count: int, anchor: Callable[[int], str]) -> dict[str, Any]:
    """Return a document of so many passages with an anchor each."""
    items = [{"at": f"p{n:06d}", "zone": "body", "mentions": [{"q": anchor(n), "actors": ["x"]}]} for n in range(count)]
    return {"document": "d", "language": "en", "annotated": [], "passages": items}


def lines(count: int) -> str:
    return "\n".join(f"p{n:06d} w{n:06d} some words" for n in range(count))


FAILING = {
    "elsewhere": lambda n: f"w{9999 - n:06d}",
    "missing": lambda n: f"z{n:06d}",
    "end missing": lambda n: f"w{n:06d} ... z",
}


@pytest.mark.parametrize("kind", FAILING)
def test_ten_thousand_passages_with_an_anchor_that_fails(kind):
    """A thousand problems are told, and that there are more."""
    resolved = resolve_document(passages(10_000, FAILING[kind]), lines(10_000), {})
    assert len(resolved.problems) == PROBLEM_LIMIT + 1
    assert resolved.problems[-1].code == "anchors-untold"


@pytest.mark.parametrize("count", [500, 1000, 2000])
def test_scopes_are_not_looked_at_one_by_one(monkeypatch, count):
    """However many passages there are, one failing anchor asks for the bounds of two at most, besides its own."""
    asked = []
    original = Folded.to_folded
    monkeypatch.setattr(Folded, "to_folded", lambda self, span: (asked.append(span), original(self, span))[1])
    text = lines(count)
    folded = Folded(text)
    ends = [match.span() for match in re.finditer("[^\n]+", text)]
    for literal, wanted in (("z", 0), (f"w{count - 1:06d}", 1), (f"w{count // 2:06d}", 1)):
        asked.clear()
        assert len([*scopes_with(folded, literal, 0, ends)]) == wanted
        assert len(asked) <= 3


def test_hints_on_repeated_text_have_a_budget(monkeypatch):
    """However many anchors are ambiguous, so many longer ones are tried for a document."""
    tried = []
    original = resolve.shortest_anchor

    def counting(folded, scopes, span, tries):
        return original(folded, scopes, span, (tried.append(one) for one in tries))

    monkeypatch.setattr(resolve, "shortest_anchor", counting)
    source = passages(1, lambda n: "")
    source["passages"][0] |= {"at": "b", "mentions": [{"q": "a " * n + "a", "actors": ["x"]} for n in range(40)]}
    resolved = resolve_document(source, "b " + "a " * 200, {})
    assert {problem.code for problem in resolved.problems} == {"anchor-ambiguous"}
    assert len(tried) <= resolve._TRIES


REPEATED = """
from corpus_pkg.resolve import resolve_document
for text, anchors in (
    ("b " + "a" * 5_000_000, ["a" * (n % 50 + 1) for n in range(10_000)]),
    ("b " + "a" * 5_000_000, [f"{'a' * (n % 9 + 1)} ... {'a' * (n % 9 + 1)}" for n in range(10_000)]),
    ("b " + " ".join(f"w{n:06d}" for n in range(10_000)), [f"w{n:06d}" for n in range(10_000)]),
    ("b", ["... " * 1200] * 1000),
):
    mentions = [{"q": anchor, "actors": ["x"]} for anchor in anchors]
    passage = {"at": "b", "zone": "body", "mentions": mentions}
    resolve_document({"document": "d", "language": "en", "annotated": [], "passages": [passage]}, text, {})
"""


def test_ten_thousand_anchors_in_one_passage():
    """Of five million times one letter, or of as many words as anchors."""
    run_within(100, REPEATED)


# Relations

CHAINED = """
from conftest import plain_document
from corpus_pkg.checks.events import relation_cycle, relation_time
from corpus_pkg.checks.rule import Known
from corpus_pkg.edtf import BASES
from corpus_pkg.paths import Indexed
from corpus_pkg.vocabulary import default_vocabulary
known = Known(default_vocabulary(), {}, {})
size = 20_000
events = [{"id": f"e{n}", "type": "CONSULT", "time": dict.fromkeys(BASES, "2021")} for n in range(size)]
for last, found in ((size - 1, 0), (size, 1)):
    relations = [{"from": f"e{n}", "type": "CAUSES", "to": f"e{(n + 1) % size}"} for n in range(last)]
    document = Indexed(plain_document("a", "Arden met.", events=events, relations=relations))
    assert len([*relation_cycle(document, known)]) == found
    assert [*relation_time(document, known)] == []
"""


def test_chains_and_circles_of_twenty_thousand_relations():
    run_within(60, CHAINED)


# Names


@pytest.mark.parametrize(
    "name", ["a\x1b[31mb", "a\nb", "a\r::error::b", "a%0Ab", "a\u202eb", "a,b=c", "a::b", "A", "é"]
)
def test_no_name_reaches_a_terminal_or_a_runner(tmp_path, name, capsys):
    """In no form, in paths or in words."""
    root = write(tmp_path, {f"raw/{name}.txt": "x", f"annotations/{name}.yaml": "[", f"annotations/{name}.odd": "x"})
    shown(root)
    for form in ("text", "github", "json"):
        main(["validate", str(root), "--format", form])
        out = capsys.readouterr().out
        assert all(char.isprintable() or char == "\n" for char in out)
        assert form != "github" or all(re.match("::(error|warning) file=|[0-9]", line) for line in out.splitlines())


def test_names_that_differ_in_case_alone_are_two(tmp_path):
    """Where the disk can tell them apart."""
    root = write(tmp_path, {"raw/ONE.txt": "Hello there.\n", "annotations/ONE.yaml": document("ONE")})
    assert {"one", "ONE"} <= set(read_corpus(root).homes) or len(list((root / "raw").iterdir())) == 2


# Anything at all

KINDS = ["annotations/two.yaml", "annotations/a.jsonl", "annotations/a.json", "annotations/inventory.yaml"]
KINDS += ["annotations/corpus.yaml", "annotations/vocabulary.yaml", "annotations/reviews/r.yaml", "raw/SHA256SUMS"]
KINDS += ["raw/two.txt", "annotations/annotators.json", "annotations/hardcases.yaml", "annotations/decisions/d.yaml"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("sound"), {})


@HOSTILE
@given(name=st.sampled_from(KINDS), data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(sound, name, data):
    """In the place of any file."""
    path = sound / name
    path.parent.mkdir(exist_ok=True)
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(data)
    shown(sound)
    path.unlink() if before is None else path.write_bytes(before)


REAL = sorted(
    path
    for folder in ("tests/toy", "annotations", "tests/valid/jsonl-lines")
    for path in (TOP / folder).rglob("*")
    if path.suffix in (".yaml", ".json", ".jsonl") and path.is_file()
)


def changed(data: bytes, rng: random.Random) -> bytes:
    """Return bytes with one to four places cut, doubled, flipped or overwritten."""
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        length = rng.choice([1, 1, 2, 8, 200])
        other = rng.choice([b"", data[at : at + length] * 2, rng.randbytes(length), rng.choice(ODD)])
        data = data[:at] + other + data[at + rng.choice([0, length]) :]
    return data


ODD = [b"\x00", b"\xff", b"\xed\xa0\x80", b"\r", b"\t", b" #x", b"'", b'"', b"\\", b"{", b"[", b"]", b"}", b": ", b"&a"]
ODD += [b"*a", b"!x ", b"\xef\xbb\xbf", b"---\n", b"1e999", b"9" * 5000, b"- - ", b"? ", b"|", b"\xe2\x80\xa8", b"<<: "]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.relative_to(TOP).as_posix())
def test_mutated_bytes_of_real_files(path):
    """What the reader says of them is a tree, or a fault with a place."""
    rng = random.Random(path.name)
    data = path.read_bytes()[:20_000]
    for _ in range(12):
        mutant = changed(data, rng)
        with suppress(FaultError):
            if path.suffix == ".yaml":
                tree = read_yaml(decode(mutant))
                tree.plain(shape("source"))
                assert all(fault.offset is not None for fault in tree.faults)
            else:
                read_json(mutant)


def anchors() -> st.SearchStrategy[str]:
    """Anchors of any form, sound or not."""
    marks = st.sampled_from(["<", ">", " ... ", "\\<", "\\...", "", " "])
    return st.lists(st.one_of(texts(3), marks), min_size=1, max_size=5).map("".join)


@st.composite
def sources(draw: Any) -> dict[str, Any]:
    """A document of the source schema with anchors that may not stand anywhere."""
    mention = st.fixed_dictionaries({"q": anchors(), "actors": st.just(["x"])})
    passage = st.fixed_dictionaries(
        {"at": anchors(), "zone": st.sampled_from(["title", "body"])},
        optional={"mentions": st.lists(mention, max_size=3), "duplicate_of": anchors()},
    )
    found = draw(st.lists(passage, min_size=1, max_size=4))
    return {"document": "d", "language": "en", "annotated": ["actors"], "passages": found}


WILD = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@HOSTILE
@given(sources(), st.one_of(texts(), WILD, WILD.map(lambda text: text + "\u202e\u0301🇦🇿" * 3)), st.booleans())
def test_any_source_is_resolved_or_refused(source, text, quoted):
    """Whatever its anchors, over whatever text; what is resolved satisfies the schema and quotes the text."""
    if quoted and text.split():
        source["passages"][0]["at"] = text.split()[0]
    if not is_valid("source", source):
        return
    resolved = resolve_document(source, text, NAMES)
    assert (resolved.document is None) is bool(resolved.problems)
    for mention in resolved.document["mentions"] if resolved.document else ():
        assert text[mention["q"]["start"] : mention["q"]["end"]] == mention["q"]["text"]


DATES = [
    "2021-02-30",
    "0000",
    "9999-12-31",
    "../..",
    "[..]",
    "[2021..2020]",
    "2021/2020",
    "2021-13",
    "2021?",
    "[2021,2021]",
]


def wild(value: Any, rng: random.Random) -> Any:
    """Return a canonical value with some of its spans, dates and numbers replaced by wild ones."""
    if isinstance(value, list):
        return [wild(inner, rng) for inner in value]
    if isinstance(value, dict):
        return {key: _wild(key, inner, rng) for key, inner in value.items()}
    return value


def _wild(key: str, value: Any, rng: random.Random) -> Any:
    if rng.random() < 0.1 and key in ("start", "end"):
        return rng.choice([-1, rng.randrange(60), 10**18 - 1])
    if rng.random() < 0.1 and key in ("known", "external", "value", "from", "to"):
        return rng.choice(DATES)
    return wild(value, rng)


@HOSTILE
@given(seed=st.integers(0, 10**6))
def test_wild_values_in_sound_forms_are_findings(sound, canonical, seed):  # noqa: F811 - the fixture
    """Spans out of the text, backwards or huge, and dates that are none."""
    path = sound / "annotations/a.jsonl"
    rng = random.Random(seed)
    rows = [{**wild(canonical, rng), "document": f"d{number}"} for number in range(2)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    try:
        shown(sound)
    finally:
        path.unlink()
