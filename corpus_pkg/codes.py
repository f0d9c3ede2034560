"""The catalogue of findings: what each code means, why it matters, and how to mend it.

Of a rule, its docstring says all three; what reading, schema and anchors refuse has no function of its own and stands
in `codes.yaml`. The examples are those of the tests, as `scripts/generate` has written them down.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from inspect import getdoc
from typing import Any, NamedTuple

from corpus_pkg.checks import corpus, references, text, work
from corpus_pkg.checks.rule import Rule
from corpus_pkg.findings import LEVELS
from corpus_pkg.read import read_yaml
from corpus_pkg.validate import DOCUMENT_RULES, SETTINGS_RULES


class Entry(NamedTuple):
    """What is known of a code. `example` is a finding as the command shows it; null where no file can be kept."""

    code: str
    level: str
    severity: str
    what: str
    why: str
    mend: str
    example: str | None


def all_rules() -> tuple[Rule, ...]:
    """Return every rule, in the order in which they are run; one for several files stands several times."""
    return (
        *references.WRITTEN_RULES,
        *text.PASSAGE_RULES,
        *text.SPAN_RULES,
        *corpus.COPY_RULES,
        *SETTINGS_RULES,
        *work.RULES,
        *work.REVIEW_RULES,
        *work.EXPLANATION_RULES,
        *DOCUMENT_RULES,
        *corpus.RULES,
    )


@cache
def catalogue() -> Mapping[str, Entry]:
    """Return every code with what is known of it, by level and then by name."""
    examples: dict[str, str] = json.loads(_shipped("examples.json"))
    entries = [*_rule_entries(examples), *_other_entries(examples)]
    return {entry.code: entry for entry in sorted(entries, key=lambda e: (LEVELS.index(e.level), e.code))}


def known_codes() -> frozenset[str]:
    """Return the codes that findings can have."""
    return frozenset(catalogue())


def explain(entry: Entry) -> Iterator[str]:
    """Yield what is known of a code, as lines for people."""
    yield f"{entry.code} ({entry.severity}, level {entry.level})"
    for part in (entry.what, entry.why, entry.mend):
        yield ""
        yield part
    if entry.example:
        yield ""
        yield "For example:"
        yield from (f"    {line}" for line in entry.example.splitlines())


def _rule_entries(examples: Mapping[str, str]) -> Iterator[Entry]:
    for rule in {rule.code: rule for rule in reversed(all_rules())}.values():
        what, why, mend = (" ".join(part.split()) for part in (getdoc(rule.check) or "").split("\n\n"))
        yield Entry(rule.code, rule.level, rule.severity, what, why, mend, examples.get(rule.code))


def _other_entries(examples: Mapping[str, str]) -> Iterator[Entry]:
    listed: dict[str, Any] = read_yaml(_shipped("codes.yaml")).plain({})[0]
    for code, about in listed.items():
        yield Entry(code=code, **about, example=examples.get(code))


def _shipped(name: str) -> str:
    return files("corpus_pkg").joinpath(name).read_text(encoding="utf-8")
