"""Dates: a small profile of EDTF, and nothing beside it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hostile import MANY
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg.edtf import are_apart, contradict, lies_outside, lies_within, parse_edtf


@pytest.mark.parametrize(
    ("string", "kind", "first", "last", "precision"),
    [
        ("2021", "point", "2021-01-01", "2021-12-31", "year"),
        ("2021-02", "point", "2021-02-01", "2021-02-28", "month"),
        ("2024-02", "point", "2024-02-01", "2024-02-29", "month"),
        ("2021-10-13", "point", "2021-10-13", "2021-10-13", "day"),
        ("0001", "point", "0001-01-01", "0001-12-31", "year"),
        ("9999-12-31", "point", "9999-12-31", "9999-12-31", "day"),
        ("2020-09-27/2020-11-10", "lasting", "2020-09-27", "2020-11-10", "day"),
        ("2020-09/2020-11-10", "lasting", "2020-09-01", "2020-11-10", "month"),
        ("1991/..", "lasting", "1991-01-01", None, "year"),
        ("../2021-10", "lasting", None, "2021-10-31", "month"),
        ("2021/2021", "lasting", "2021-01-01", "2021-12-31", "year"),
        ("[2021-10-12..2021-10-13]", "within", "2021-10-12", "2021-10-13", "day"),
        ("[..2021-10-13]", "within", None, "2021-10-13", "day"),
        ("[2020-09..]", "within", "2020-09-01", None, "month"),
        ("[2021-10-12,2021-10-13]", "within", "2021-10-12", "2021-10-13", "day"),
        ("[2019,2020-05,2021-01-01]", "within", "2019-01-01", "2021-01-01", "year"),
    ],
)
def test_a_date_has_a_first_and_a_last_day(string, kind, first, last, precision):
    """The first and the last that it can mean or covers; its precision is that of its coarsest part."""
    for qualifier in ("", "?", "~", "%"):
        parsed = parse_edtf(string + qualifier)
        days = tuple(day and day.isoformat() for day in (parsed.first, parsed.last))
        assert (parsed.kind, *days, parsed.precision, parsed.qualifier) == (kind, first, last, precision, qualifier)


@pytest.mark.parametrize(
    ("string", "reason"),
    [
        *(
            (string, "no date of the profile")
            for string in ("", "?", "..", "/", "21", "2021-1", "2021-10-1", "20211013")
        ),
        *((string, "no date of the profile") for string in ("Y17000", "-0001", "2021-10-13T12:00", "156X", "2021-XX")),
        *((string, "no date of the profile") for string in ("2021?-10", "2021??", "{2021,2022}", "[2021]", "[2021..")),
        *((string, "no date of the profile") for string in ("2021/", "/2021", "2021/2022/2023", "[2021,2022..]")),
        *((string, "no date of the profile") for string in (" 2021", "2021\n", "٢٠٢١", "2021-10-13/", "[,2021]")),
        *((string, "not in the calendar") for string in ("0000", "2021-00", "2021-13", "2021-02-29", "2021-04-31")),
        *((string, "not in the calendar") for string in ("2021-10-00", "[..2021-02-30]", "2021/2022-21")),
        *((string, "open at both ends") for string in ("../..", "[..]", "[..]?")),
        *(
            (string, "ends before it begins")
            for string in ("2021/2020", "[2021-10-13..2021-10-12]", "2021-10/2021-09-30")
        ),
        *((string, "not in order") for string in ("[2021-10-13,2021-10-12]", "[2021,2021]", "[2020,2022,2021]")),
    ],
)
def test_all_else_is_refused(string, reason):
    """With the reason; digits are those of ASCII."""
    with pytest.raises(ValueError, match=reason):
        parse_edtf(string)


@MANY
@given(st.dates(), st.integers(0, 1000))
def test_a_span_holds_the_days_between_its_ends(first, days):
    """And is refused the other way round."""
    last = min(first + timedelta(days), date.max) if first < date.max - timedelta(1000) else first
    for form in ("{}/{}", "[{}..{}]"):
        parsed = parse_edtf(form.format(first, last))
        assert (parsed.first, parsed.last) == (first, last)
        if first < last:
            with pytest.raises(ValueError, match="before it begins"):
                parse_edtf(form.format(last, first))


@MANY
@given(st.text("0123456789-/.,[]?~%", max_size=24))
def test_any_string_is_a_date_or_refused(string):
    """With a ValueError, and nothing else."""
    try:
        parsed = parse_edtf(string)
    except ValueError:
        return
    assert parsed.first or parsed.last


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("[2021-10-12,2021-10-20]", "2021-10-12", False),
        ("[2021-10-12,2021-10-20]", "2021-10-13", True),
        ("[2021-10-12,2021-10-20]", "2021-10-13/2021-10-19", True),
        ("[2021-10-12,2021-10-20]", "2021-10", False),
        ("[2021-10-12,2021-10-20]", "[2021-10-14,2021-10-20]", False),
        ("[2021-10-12,2021-10-20]", "[2021-10-14,2021-10-21]", True),
        ("[2019,2021-05]", "2020", True),
        ("[2019,2021-05]", "[2020..]", False),
        ("[2021-10-12,2021-10-20]~", "2021-10-13", False),
    ],
)
def test_of_several_dates_each_is_meant_and_nothing_between(one, other, apart):
    """Tuesday or Wednesday week is no Thursday."""
    assert contradict(one, other) is contradict(other, one) is apart


@pytest.mark.parametrize(
    ("inner", "outer", "within"),
    [
        ("2021-10-13", "[2021-10-12,2021-10-14]", False),
        ("2021-10-14", "[2021-10-12,2021-10-14]", True),
        ("[2021-10-12,2021-10-14]", "[2021-10-12..2021-10-14]", True),
        ("[2021-10-12..2021-10-14]", "[2021-10-12,2021-10-14]", False),
        ("[2021-10-12..2021-10-14]", "[2021-10-12,2021-10-13,2021-10-14]", True),
        ("[2021-05-30..2021-06-02]", "[2021-05,2021-06]", True),
        ("9999-12-31", "[2021,9999-12-30,9999-12-31]", True),
    ],
)
def test_a_date_lies_within_several(inner, outer, within):
    """Those that follow one another are as good as one."""
    assert lies_within(parse_edtf(inner), parse_edtf(outer)) is within


@pytest.mark.parametrize(
    ("part", "whole", "outside"),
    [
        ("2021-05-01/2021-05-09", "2021-05-03/2021-05-09", True),
        ("2021-05-03/2021-05-10", "2021-05-03/2021-05-09", True),
        ("2021-05-03/2021-05-09", "2021-05-03/2021-05-09", False),
        ("2021-05/2021-06", "2021-05-31/2021-06-01", False),  # may have begun on the 31st and ended on the 1st
        ("2021-04/2021-06", "2021-05-31/2021-06-01", True),
        ("2020/2021", "[2020-09..]", False),
        ("../2021-05-09", "2021-05-03/2021-05-09", False),
        ("2021-05-04/..", "2021-05-03/2021-05-09", False),
        ("2021-05-02/..", "2021-05-03/2021-05-09", True),
        ("2021-05-02/2021-05-04~", "2021-05-03/2021-05-09", False),
        ("[2021-05-01..2021-05-09]", "2021-05-03", False),
        ("2021-05", "2021-05-03/2021-05-09", False),
        ("2021-06", "2021-05-03/2021-05-09", True),
        (None, "2021-05-03", False),
        ("2021-05-03/2021-05-04", None, False),
    ],
)
def test_what_lasts_longer_than_its_whole_is_no_part(part, whole, outside):
    """Said of the days that are sure: a month may have been begun on its last day."""
    assert lies_outside(part, whole) is outside


@MANY
@given(st.lists(st.dates(), min_size=2, max_size=5, unique=True).map(sorted), st.dates(), st.integers(0, 400))
def test_several_dates_are_held_against_a_day_one_by_one(days, day, rest):
    day = days[0] + timedelta(rest % 3) if rest < 300 and days[0].year < 9999 else day
    one_of = parse_edtf(f"[{','.join(map(str, days))}]")
    assert are_apart(one_of, parse_edtf(str(day))) is (day not in days)
    assert lies_within(parse_edtf(str(day)), one_of) is (day in days)
