"""Rules about dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corpus_pkg.edtf import parse_edtf
from corpus_pkg.findings import Path, Problem, clip

PROFILE = "2021-10-13, 2021-10, 2021, a/b, ../b, a/.., [a..b], [..b], [a..], [a,b], with ?, ~ or % at the end"
_BASES = ("text", "known", "external")


def date_not_edtf(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Every date is in the profile of EDTF, in the calendar, and does not end before it begins."""
    for where, value in _dates(document):
        try:
            parse_edtf(value)
        except ValueError as error:
            yield Problem(
                "date-not-edtf", where, f"{clip(value)!r} cannot be read as a date: {error}", clip(value), PROFILE
            )


def _dates(document: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield every date of a document or inventory with its path."""
    for where, holder, keys in _date_holders(document):
        before = None
        for key in keys:
            # A base that is left out equals the one before; a date is found fault with where it is written.
            if holder.get(key) not in (None, before):
                yield (*where, key), holder[key]
            before = holder.get(key)


def _date_holders(document: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any], tuple[str, ...]]]:
    if "date" in document:
        yield ("date",), document["date"], _BASES
    for index, item in enumerate(document.get("times", ())):
        yield ("times", index), item, _BASES
    for index, event in enumerate(document.get("events", ())):
        yield ("events", index, "time"), event.get("time", {}), _BASES
    for index, item in enumerate(document.get("date_candidates", ())):
        yield ("date_candidates", index), item, ("value",)
    for index, page in enumerate(document.get("pages", ())):
        yield ("pages", index), page, ("date",)
    for index, actor in enumerate(document.get("actors", ())):
        for place, office in enumerate(actor["offices"]):
            yield ("actors", index, "offices", place), office, ("from", "to")
