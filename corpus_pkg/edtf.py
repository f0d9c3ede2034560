"""Dates as a small profile of EDTF (ISO 8601-2:2019).

`Y`, `Y-M`, `Y-M-D` are points; `a/b`, `../b`, `a/..` last; `[a..b]`, `[..b]`, `[a..]`, `[a,b,...]` happened once,
within; `?` (uncertain), `~` (approximate), `%` (both) may stand at the end. All else is refused.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Literal, NamedTuple

QUALIFIERS = "?~%"
"""What may stand at the end of a date: uncertain, approximate, both."""
BASES = ("text", "known", "external")
"""On what a date rests: the words of the text, what an informed reader adds, pages outside."""
_DATE = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_POINT = re.compile(rf"({_DATE})")
_LASTING = re.compile(rf"({_DATE}|\.\.)/({_DATE}|\.\.)")
_WITHIN = re.compile(rf"\[({_DATE})?\.\.({_DATE})?\]")
_ONE_OF = re.compile(rf"\[({_DATE}(?:,{_DATE})+)\]")


class Edtf(NamedTuple):
    """A date: the first and the last day it can mean or covers (null: open), what kind it is, and how sure.

    `precision` is that of its parts: day, month or year; the coarsest where they differ.
    """

    kind: Literal["point", "lasting", "within"]
    first: date | None
    last: date | None
    precision: Literal["day", "month", "year"]
    qualifier: str
    choices: tuple[tuple[date, date], ...] = ()
    """Of `[a,b]` the first and the last day of each; what lies between them is not meant."""

    @property
    def is_approximate(self) -> bool:
        """Return whether it is only about right: `~` or `%`."""
        return self.qualifier in ("~", "%")


@lru_cache(maxsize=10_000)
def parse_edtf(string: str) -> Edtf:
    """Return what a date means. Raises ValueError, saying why, for all that is not in the profile."""
    body, qualifier = (string[:-1], string[-1]) if string[-1:] in tuple(QUALIFIERS) else (string, "")
    if match := _POINT.fullmatch(body):
        return _dated("point", [match[1]], match[1], match[1], qualifier)
    if match := _LASTING.fullmatch(body):
        return _span("lasting", match[1].strip("."), match[2].strip("."), qualifier)
    if match := _WITHIN.fullmatch(body):
        return _span("within", match[1] or "", match[2] or "", qualifier)
    if match := _ONE_OF.fullmatch(body):
        parts = match[1].split(",")
        if parts != sorted(set(parts), key=lambda part: _days(part)):
            raise ValueError("its dates are not in order")
        found = _dated("within", parts, parts[0], parts[-1], qualifier)
        return found._replace(choices=_merged(map(_days, parts)))
    raise ValueError("it is no date of the profile")


@lru_cache(maxsize=10_000)
def read_edtf(string: str | None) -> Edtf | None:
    """Return what a date means; null for none, and for one that is not in the profile."""
    try:
        return parse_edtf(string) if string else None
    except ValueError:
        return None


def _span(kind: Literal["lasting", "within"], first: str, last: str, qualifier: str) -> Edtf:
    if not first and not last:
        raise ValueError("it is open at both ends")
    return _dated(kind, [part for part in (first, last) if part], first, last, qualifier)


def _dated(
    kind: Literal["point", "lasting", "within"], parts: list[str], first: str, last: str, qualifier: str
) -> Edtf:
    start = _days(first)[0] if first else None
    end = _days(last)[1] if last else None
    if start and end and start > end:
        raise ValueError("it ends before it begins")
    shortest = min(len(part) for part in parts)
    return Edtf(kind, start, end, "year" if shortest == 4 else "month" if shortest == 7 else "day", qualifier)


@lru_cache(maxsize=10_000)
def _days(part: str) -> tuple[date, date]:
    """Return the first and the last day of a year, month or day."""
    try:
        if len(part) == 10:
            day = date.fromisoformat(part)
            return day, day
        if len(part) == 4:
            return date(int(part), 1, 1), date(int(part), 12, 31)
        year, month = int(part[:4]), int(part[5:])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    except ValueError as error:
        raise ValueError(f"{part} is not in the calendar") from error


def _merged(stretches: Iterable[tuple[date, date]]) -> tuple[tuple[date, date], ...]:
    """Return stretches, in the order of their first days, with those as one that meet or overlap."""
    merged: list[tuple[date, date]] = []
    for first, last in stretches:
        if merged and first.toordinal() - merged[-1][1].toordinal() <= 1:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return tuple(merged)


def are_apart(one: Edtf, other: Edtf) -> bool:
    """Return whether two dates cannot have a day in common; one that is approximate can be any near it."""
    if one.is_approximate or other.is_approximate:
        return False
    pairs = product(_stretches(one), _stretches(other))
    return all(last < start or end < first for (first, last), (start, end) in pairs)


def _stretches(value: Edtf) -> tuple[tuple[date, date], ...]:
    """Return the first and the last day of each stretch that a date can mean; far ends where it is open."""
    return value.choices or ((value.first or date.min, value.last or date.max),)


@lru_cache(maxsize=10_000)
def contradict(one: str | None, other: str | None) -> bool:
    """Return whether two dates, as they are written, cannot be the same time."""
    first, second = read_edtf(one), read_edtf(other)
    return bool(first and second and are_apart(first, second))


@lru_cache(maxsize=10_000)
def is_later(one: str | None, other: str | None) -> bool:
    """Return whether all of one date, as it is written, lies after all of another."""
    first, second = read_edtf(one), read_edtf(other)
    return bool(first and second and first.first and second.last and first.first > second.last)


def lies_within(inner: Edtf, outer: Edtf) -> bool:
    """Return whether every day that a date can mean is one that the other can mean; approximate ones have no edges."""
    if inner.is_approximate or outer.is_approximate:
        return True
    wholes = _stretches(outer)
    return all(any(start <= first and last <= end for start, end in wholes) for first, last in _stretches(inner))


@lru_cache(maxsize=10_000)
def lies_outside(part: str | None, whole: str | None) -> bool:
    """Return whether one date, as it is written, cannot lie in another: they are apart, or it lasts beyond an end."""
    inner, outer = read_edtf(part), read_edtf(whole)
    if not part or not inner or not outer or inner.is_approximate or outer.is_approximate:
        return False
    return are_apart(inner, outer) or (inner.kind == "lasting" and _outlasts(part, outer))


def _outlasts(lasting: str, outer: Edtf) -> bool:
    """Return whether something begins, at the latest, before a date, or ends, at the earliest, behind it."""
    first, last = lasting.rstrip(QUALIFIERS).split("/")
    before = first != ".." and outer.first and _days(first)[1] < outer.first
    return bool(before or (last != ".." and outer.last and _days(last)[0] > outer.last))
