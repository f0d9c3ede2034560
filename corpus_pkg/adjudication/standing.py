"""Whether a decision still fits: what it was taken on must be what both passes say today.

Versions are compared as they are written in a file of decisions, without what two passes may put differently. A
decision whose result stands in the first pass already has been carried out: it asks for nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus_pkg.adjudication.differences import said
from corpus_pkg.findings import Problem, clip
from corpus_pkg.passes import shown_name
from corpus_pkg.read import read_yaml

Data = dict[str, Any]
_SIDES = {"a": "a", "b": "b", "both": "ab", "neither": "", "other": ("value",)}
"""Where what was chosen stands in a decision."""
_AGAIN = (
    "take this decision away to have it asked anew; or keep the file as a record, and adjudicate under another --name"
)


def in_force(found: Sequence[Data], kept: Sequence[Data], given: Sequence[Data]) -> Iterator[Data]:
    """Yield what applies to each difference `found`, of what was `given`: the first version of what is done."""
    known = {each["id"]: each for each in kept if each["choose"]}
    for entry, decision in zip(found, given, strict=False):
        done = entry["id"] in known and _is_carried_out(known[entry["id"]], entry)
        yield {**decision, "choose": "a"} if done else decision


def stale_decisions(found: Sequence[Data], kept: Sequence[Data], passes: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the decisions whose versions are no longer what the passes say, of a file of decisions as `kept`."""
    known = {each["id"]: each for each in found}
    for index, decision in enumerate(kept):
        now = known.get(decision["id"])
        if now is None or not decision["choose"] or _is_carried_out(decision, now):
            continue
        side = next((side for side in "ab" if _said(decision[side]) != _said(now[side])), None)
        if side:
            was, now_is = (clip(each[side] or "nothing", 200) for each in (decision, now))
            message = f"{decision['id']} was taken on another {side} than {shown_name(passes[side])} now has: {now_is}"
            yield Problem("decision-stale", ("decisions", index, side), message, was, now_is, _AGAIN)


def _is_carried_out(decision: Data, now: Data) -> bool:
    """Return whether the first pass has what was chosen, and the second what it had."""
    chosen = [decision[key] for key in _SIDES[decision["choose"]] if decision[key]]
    return bool(_said("\n".join(chosen)) == _said(now["a"]) and _said(decision["b"]) == _said(now["b"]))


def _said(version: str | None) -> Any:
    """Return what the lines of a version say, in no order; a line that cannot be read says its letters."""
    return sorted(map(_line_said, (version or "").splitlines()), key=repr)


def _line_said(line: str) -> Any:
    tree = read_yaml(line)
    plain = tree.plain({})[0] if tree.root is not None and not tree.faults else None
    return [(kind, said(kind, item)) for kind, item in plain.items()] if isinstance(plain, dict) else line
