"""Two engines, one verdict: where `jsonschema-rs` finds a fault, `jsonschema` finds it too, and for the same reason.

Sound documents, real, invented and generated, are cut down and spoilt in one to three places by a seeded program.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from conftest import TOP, TOY, write_full
from generated import write_generated_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_pkg import conform
from corpus_pkg.conform import PROBLEM_LIMIT, check_schema, explain_errors, is_valid
from corpus_pkg.corpus import read_corpus
from corpus_pkg.documents import iter_documents
from corpus_pkg.read import read_yaml
from corpus_pkg.schema import ANY_ROLE, ROOTS, Roles, bundle, read_schema, shape
from corpus_pkg.write import write_source

Steps = tuple[str | int, ...]
Said = Counter[tuple[Steps, Steps]]
MUTATIONS = 400
"""So many of each root: 3,600 together."""


# What the engines say, in one form.


def said_by_reference(errors: Iterator[Any]) -> Said:
    """Return the path of the value and that of the keyword for each error of `jsonschema`."""
    return Counter((without_empty(error.absolute_path), tuple(error.absolute_schema_path)) for error in errors)


def said_by_fast(errors: Iterator[Any]) -> Said:
    """Return the same for errors of `jsonschema-rs`. What differs is only form.

    It writes `$ref` into the path of a keyword, and leaves empty keys out of the path of a value. Before its version
    0.40 it calls by `schema_path` what it calls by `evaluation_path` since.
    """
    said: Said = Counter()
    for error in errors:
        keywords = getattr(error, "evaluation_path", error.schema_path)
        said[without_empty(error.instance_path), tuple(step for step in keywords if step != "$ref")] += 1
    return said


def without_empty(steps: Any) -> Steps:
    return tuple(step for step in steps if step != "")


@cache
def engines(root: str, roles: Roles = ()) -> tuple[Any, Any]:
    bundled = bundle(root, roles)
    return jsonschema.Draft202012Validator(bundled), jsonschema_rs.Draft202012Validator(bundled)


def verdict(root: str, data: Any, roles: Roles = ()) -> bool:
    """Hold both engines, and what the package makes of them, to the same errors; return whether there are none."""
    reference, fast = engines(root, roles)
    said = said_by_reference(reference.iter_errors(data))
    assert said_by_fast(fast.iter_errors(data)) == said, (root, data)
    assert fast.is_valid(data) is is_valid(root, data, roles) is (not said)
    if said:
        assert said_by_reference(explain_errors(root, data, roles)) == said
    assert told(root, data, roles) == {where for where, _ in said}
    return not said


def told(root: str, data: Any, roles: Roles) -> set[Steps]:
    """Return the places that problems are told of, those of keys and entries told as that of what holds them."""
    places = set()
    for problem in check_schema(root, data, roles):
        inner = problem.on_key or problem.code == "repeated-value"
        places.add(without_empty(problem.where[:-1] if inner else problem.where))
    return places


# Documents, sound and spoilt.


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """Sound data of each root: of the real corpus, of the toy, of a generated one, and of one that has everything."""
    made = [write_full(tmp_path_factory.mktemp("full")), write_generated_corpus(tmp_path_factory.mktemp("made"), 5)]
    found: dict[str, list[Any]] = {root: [] for root in ROOTS}
    for top in (TOP, TOY, *made):
        for checked in iter_documents(read_corpus(top)):
            assert checked.document is not None, checked.findings
            found["canonical"].append(checked.document)
            if checked.entry.path.endswith(".yaml"):
                found["source"].append(_read(top / checked.entry.path, "source"))
            elif checked.document["copy_of"] is None:
                found["source"].append(read_yaml(write_source(checked.document, {})).plain(shape("source"))[0])
        for root in ROOTS:
            paths = [*(top / "annotations").glob(f"{root}.*"), *(top / "annotations" / root).glob("*")]
            found[root] += [_read(path, root) for path in sorted(paths) if path.suffix in {".yaml", ".json"}]
    found["vocabulary"] += [_read(TOP / "corpus_pkg" / name, "vocabulary") for name in ("plover.yaml", "words.yaml")]
    found["explained"].append(_read(TOP / "tests/valid/explanation-unfit/annotations/explained.yaml", "explained"))
    return found


def _read(path: Path, root: str) -> Any:
    text = path.read_text("utf-8")
    return json.loads(text) if path.suffix == ".json" else read_yaml(text).plain(shape(root))[0]


ODD: Sequence[Any] = [
    *(None, True, False, 0, 1, -1, 2.0, 1.5, -0.0, 10**17, 10**18, 10**30, 1e30, float(2**53), 2**53 + 1),
    *("", " ", "x", "x\n", "\n", "a\r", "a\u2028", "\x00", "\u0661", "é", "e\u0301", "ſ", "K", "İ", "ß", "\U00020000"),
    *("x" * 101, "null", "true", "1", "/x", "x/", "a/b/c", "2021", "2021-05-03", "AUTHOR", "Q0", "Q1", "AZE", "aze"),
    *("https://é", "http://", "x" * 5_001, [], {}, [[]], [{}], [None], {"": 1}, {"": ""}, {"x": {"": []}}),
    *(["x", "x"], [1, 1.0], [1, True], [0, False], ["a", "a", "b"], {"q": "x"}),
    *({"start": 0, "end": 1, "text": "M"}, {"start": -1, "end": 0, "text": ""}),
]
KEYS = ["mode", "type", "note", "x", "", "a b", "q", "at", "start", "id", "$ref", "__proto__", "\n", "ə", "draft"]
SPICE = [
    "\n",
    "\r",
    "\u2028",
    "\x85",
    "\x00",
    " ",
    "\u00a0",
    "\u0661",
    "é",
    "ſ",
    "K",
    "/",
    "𝒳",
    "\u200c",
    "-",
    "_",
    ".",
]


def steps(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything in the value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        yield (*where, step)
        yield from steps(part, (*where, step))


def pruned(value: Any, rng: random.Random) -> Any:
    """Return a copy with at most two entries of each list, chosen at random, and six keys of a long mapping."""
    if isinstance(value, dict):
        keys = [*value] if len(value) < 18 or "language" in value else rng.sample([*value], 6)
        return {key: pruned(value[key], rng) for key in keys}
    if isinstance(value, list):
        kept = sorted(rng.sample(range(len(value)), min(len(value), 2)))
        return [pruned(value[index], rng) for index in kept]
    return value


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _inner(value: Any, where: Sequence[Any]) -> Any:
    for step in where:
        value = value[step]
    return value


def _replace(parent: Any, last: Any, rng: random.Random, whole: Any) -> None:
    parent[last] = _copy(rng.choice(ODD))


def _delete(parent: Any, last: Any, rng: random.Random, whole: Any) -> None:
    del parent[last]


def _season(parent: Any, last: Any, rng: random.Random, whole: Any) -> None:
    """Put a character that engines may read differently anywhere in a string; shift a number."""
    value = parent[last]
    if isinstance(value, str):
        at = rng.choice([0, len(value), rng.randint(0, len(value))])
        parent[last] = value[:at] + rng.choice(SPICE) + value[at:]
    elif isinstance(value, int):
        parent[last] = rng.choice([value - 1, -value, float(value), str(value), value + 10**18])


def _double(parent: Any, last: Any, rng: random.Random, whole: Any) -> None:
    if isinstance(parent, list):
        parent.insert(rng.randint(0, len(parent)), parent[last])


def _add(parent: Any, last: Any, rng: random.Random, whole: Any) -> None:
    if isinstance(parent, dict):
        parent[rng.choice(KEYS)] = _copy(rng.choice(ODD))


def _rename(parent: Any, last: Any, rng: random.Random, whole: Any) -> None:
    if isinstance(parent, dict):
        parent[rng.choice([last[1:], last + rng.choice(SPICE), last.upper()])] = parent.pop(last)


def _move(parent: Any, last: Any, rng: random.Random, whole: Any) -> None:
    """Put in what stands elsewhere in the document."""
    parent[last] = _copy(_inner(whole, rng.choice(list(steps(whole)))))


CHANGES: Sequence[Callable[[Any, Any, random.Random, Any], None]] = [
    *(_replace, _replace, _delete, _season, _season, _double, _add, _rename, _move),
]


def mutated(value: Any, rng: random.Random) -> Any:
    """Return a copy of the data, cut down, with none to three places spoilt."""
    value = pruned(value, rng)
    for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3, 3])):
        if places := list(steps(value)):
            *above, last = rng.choice(places)
            rng.choice(CHANGES)(_inner(value, above), last, rng, value)
    return value


# What holds of them.


@pytest.mark.parametrize("root", ROOTS)
def test_engines_agree_on_what_is_wrong_and_where(root, samples):
    """On every sound document, and on those that are spoilt: the verdict, the places, and the keyword for each."""
    rng = random.Random(root)
    own = (("agent", "Who does it."), ("actor", "Whose it is."))
    assert samples[root]
    assert all(verdict(root, data) for data in samples[root])
    verdicts = [verdict(root, mutated(rng.choice(samples[root]), rng)) for _ in range(MUTATIONS - 50)]
    verdicts += [
        verdict(root, mutated(rng.choice(samples[root]), rng), roles) for roles in (own, ANY_ROLE) for _ in range(25)
    ]
    assert verdicts.count(False) > MUTATIONS / 3
    assert verdicts.count(True) > MUTATIONS / 20


def test_what_each_keyword_finds_is_found(samples):
    """No keyword of the schemas is one that no mutation breaks: the comparison would say nothing of it."""
    rng = random.Random("keywords")
    used = {key for root in ROOTS for node in nodes(bundle(root)) for key in node}
    silent = {"$schema", "$id", "$defs", "$ref", "title", "description", "default"}
    asserting = used & set(jsonschema.Draft202012Validator.VALIDATORS) - silent
    rare = {"maxItems", "minProperties"}  # each in one place alone
    said: set[Any] = set()
    for root in ROOTS * 400:
        if asserting - said <= rare:
            break
        reference, _ = engines(root)
        data = mutated(rng.choice(samples[root]), rng)
        said |= {step for _, keywords in said_by_reference(reference.iter_errors(data)) for step in keywords}
    assert asserting - said <= rare


values = st.recursive(
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, -1, 1.0, 0.0, -0.0, 2**53, 10**17])
    | st.sampled_from(["", "1", "é", "e\u0301"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["", "a", "b"]), inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, database=None)
@given(st.lists(values, max_size=6))
def test_equal_entries_are_equal_to_both_engines_and_to_us(entries):
    """1 and 1.0 are, 1 and true are not, keys have no order."""
    wanted = {"uniqueItems": True}
    ours = next(conform._unique_items(None, True, entries, wanted), None) is None
    assert ours is jsonschema_rs.Draft202012Validator(wanted).is_valid(entries)
    assert ours is jsonschema.Draft202012Validator(wanted).is_valid(entries)


# Patterns.

TOKEN = r"""
    [A-Za-z0-9 :/_-]                                              # a letter, digit or mark that means itself to all
  | \\[/\\.]                                                     # an escaped mark
  | \\u(?!d[89a-f])[0-9a-f]{4}                                    # a character of the first plane
  | \[\^?(?![^\]]*--)(?:[A-Za-z0-9\ \#.:;()/_+-]|\\\\|\\u[0-9a-f]{4})+\]   # a class of such, and no other in it
  | \((?!\?) | \) | \| | \^                                       # groups and alternatives, the beginning
  | (?:\?|\{[0-9]+(?:,[0-9]+)?\})(?![?+])                         # an option, a bounded repetition, both greedy
  | \$\(\?!\\n\)                                                 # the very end: `$` lets a line end follow in Python
"""
PORTABLE = re.compile(rf"(?:{TOKEN})+", re.VERBOSE)


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a schema."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


def patterns() -> list[str]:
    found = (node.get("pattern") for name in (*ROOTS, "definitions") for node in nodes(read_schema(name)))
    return sorted({pattern for pattern in found if isinstance(pattern, str)})


@pytest.mark.parametrize("pattern", patterns())
def test_patterns_are_made_of_what_every_engine_reads_alike(pattern):
    """Nothing repeats without bound, and what looks ahead begins in one place: else engines give up in long strings."""
    assert PORTABLE.fullmatch(pattern)
    assert "(?!" not in pattern or re.fullmatch(r"\^[^|]*(\([^()]*\)[^|]*)*", pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "a*",
            "a+",
            "a{2,}",
            "a++",
            "a??",
            "a{1,2}?",
            ".",
            "\\d",
            "\\w",
            "\\s",
            "\\bx",
            "\\Bx",
            "x$",
            "\\Ax",
            "x\\Z",
            "x\\z",
        ),
        *("(?i)a", "(?:a)", "(?<=a)b", "(?<!a)b", "(?=a)", "(?!a)", "(a)\\1", "(?P<n>a)", "(?<n>a)", "(?>a)", "(?#x)a"),
        *(
            "\\p{L}",
            "[[:alpha:]]",
            "[a&&b]",
            "[a--b]",
            "[\\d]",
            "[a[b]]",
            "\\x41",
            "\\u{41}",
            "\\ud83d",
            "\\N{DASH}",
            "\\cA",
            "\\0",
        ),
        *("é", "𝒳", "ſ", "\n", "\\n", "(?m)^a", "#", "&", "~"),
    ],
)
def test_what_engines_read_differently_is_no_pattern_of_ours(pattern):
    """Classes and boundaries of letters, line ends, case, look-behind, references, possession, sets, names."""
    assert not PORTABLE.fullmatch(pattern)


LONG = 1_200_000
WORST = ["a", "A", "1", "-a", "/", "é", " ", "\n", ".1", "Q", "https://", "\u2028", "𝒳"]


@pytest.mark.parametrize("pattern", patterns())
def test_a_long_string_is_judged_and_not_given_up_on(pattern):
    """By both engines alike: `jsonschema-rs` takes a string for wrong when it has to go back a million times."""
    fast, reference = jsonschema_rs.Draft202012Validator({"pattern": pattern}), re.compile(pattern)
    for head in ("", "https://"):
        for word in WORST:
            string = head + word * (LONG // len(word))
            errors = [error.message for error in fast.iter_errors(string)]
            assert [message[-40:] for message in errors if "does not match" not in message] == []
            assert bool(reference.search(string)) is (not errors)


# What a hostile document costs.


def large(**spoilt: Any) -> Any:
    """A document with 50,000 sound mentions, in canonical form."""
    mention = {"q": {"start": 0, "end": 1, "text": "M"}, "actors": ["a"]}
    sound = {
        "document": "d",
        "language": "en",
        "annotated": [],
        "text": "M",
        "passages": [{"start": 0, "end": 1, "zone": "z"}],
    }
    return sound | {"mentions": [mention] * 50_000} | spoilt


def test_what_is_sound_is_not_gone_into(monkeypatch):
    """One fault among 50,000 mentions is explained without looking at the others, which would take seconds."""
    data = large(cases=[1, 2, "x"])
    data["mentions"][-1] = {"q": {"start": 0, "end": "1", "text": "M"}, "actors": ["a"]}
    looked_at: list[Any] = []
    keywords = conform._explainer("canonical", ()).VALIDATORS
    check_type = keywords["type"]
    monkeypatch.setitem(keywords, "type", lambda *about: (looked_at.append(about[2]), check_type(*about))[1])
    assert is_valid("canonical", large())
    assert [problem.where for problem in check_schema("canonical", data)] == [
        ("mentions", 49_999, "q", "end"),
        ("cases", 2),
    ]
    assert len(looked_at) < 20


@pytest.mark.parametrize(
    "cases",
    [
        [*range(1, 100_000), *map(str, range(100_000))],
        [{"x": number} for number in range(100_000)],
        [[number] for number in range(100_000)] + [["x"]] * 100_000,
    ],
)
def test_a_long_list_of_anything_is_searched_for_equals_in_one_go(cases):
    """Each with each would be ten thousand million comparisons."""
    assert len(list(check_schema("canonical", large(cases=cases)))) == PROBLEM_LIMIT + 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"annotated": ["x"] * 200_000},
        {"cases": ["x"] * 200_000},
        {"cases": [1] * 200_000},
        {"mentions": [{"q": 1, "actors": [], "x": 2}] * 200_000},
        {f"key{number}": 1 for number in range(200_000)},
        {"events": [{"id": "e", "type": "T", "counts": {f"{number}": -1 for number in range(200_000)}}]},
    ],
)
def test_a_thousand_problems_are_told_and_that_there_are_more(spoilt):
    """The same in every run, and none is made that is not told: each takes memory."""
    problems = list(check_schema("canonical", large(**spoilt)))
    assert len(problems) == PROBLEM_LIMIT + 1
    assert problems == list(check_schema("canonical", large(**spoilt)))
    assert [problem.code for problem in problems].index("faults-untold") == PROBLEM_LIMIT
    assert "1,000" in problems[-1].message


def test_a_thousand_problems_are_all(samples):
    """Nothing is said of more where there are none."""
    problems = list(check_schema("canonical", large(annotated=["x"] + ["date"] * (PROBLEM_LIMIT))))
    assert len(problems) == PROBLEM_LIMIT
    assert {problem.code for problem in problems} == {"unknown-value", "repeated-value"}


def test_of_one_value_the_first_fault_of_form_is_told():
    """What is too long, or of another type, has not the form wanted either, and nobody needs to be told."""
    spoilt = {"document": "/" * 300, "language": 7, "events": [{"id": "1" * 101, "type": ""}]}
    problems = list(check_schema("canonical", large(**spoilt)))
    assert [(problem.code, problem.where, problem.message[:20]) for problem in problems] == [
        ("bad-form", ("document",), "this has 300 charact"),
        ("wrong-type", ("language",), "expected words, foun"),
        ("bad-form", ("events", 0, "id"), "this has 101 charact"),
        ("bad-form", ("events", 0, "type"), "this is empty"),
    ]


def test_engines_that_differ_are_a_fault_of_ours(monkeypatch):
    """What one refuses and the other cannot explain is not passed over in silence."""
    monkeypatch.setattr(conform, "explain_errors", lambda *_: iter(()))
    with pytest.raises(AssertionError, match="what jsonschema accepts"):
        list(check_schema("canonical", large(language=7)))
