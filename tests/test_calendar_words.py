"""What calendar words an expression names, in several languages."""

from __future__ import annotations

from datetime import date

import pytest

from corpus_pkg.calendar_words import MONTHS, WEEKDAYS, CalendarWords, read_calendar_words, read_parts


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("Wednesday", "en", (3, None, None, None)),
        ("on Wednesday, May 3", "en-GB", (3, 3, 5, None)),
        ("December 7, 2023", "en", (None, 7, 12, 2023)),
        ("July 24, 2024 00:56", "en", (None, 24, 7, 2024)),
        ("the 3rd of May", "en", (None, 3, 5, None)),
        ("2021-10-13", "fi", (None, 13, 10, 2021)),
        ("2021-10", "en", (None, None, 10, 2021)),
        ("the fall of 2020", "en", (None, None, None, 2020)),
        ("2 may 2021-ci il", "az-Latn", (None, 2, 5, 2021)),
        ("çərşənbə axşamı", "az", (2, None, None, None)),
        ("çərşənbə", "az", (3, None, None, None)),
        ("پنجشنبه", "fa", (4, None, None, None)),
        ("3. Mai", "de", (None, 3, 5, None)),
        ("Monday or Tuesday", "en", (None, None, None, None)),
        ("May 3 to 5", "en", (None, None, 5, None)),
        ("44 days", "en", (None, None, None, None)),
        ("the 1990s", "en", (None, None, None, None)),
        ("between 1991 and 1994", "en", (None, None, None, None)),
        ("the day after 5 May 2021", "en", (None, None, None, None)),
        ("two days before Thursday", "en", (None, None, None, None)),
        ("Monday two weeks ago", "en", (None, None, None, None)),
        ("before 2020", "en", (None, None, None, None)),
        ("1402", "fa", (None, None, None, None)),
        ("Mondays", "en", (None, None, None, None)),
        ("Monday", "az", (None, None, None, None)),
        ("", "en", (None, None, None, None)),
    ],
)
def test_what_is_named(words, language, expected):
    """What stands there twice is not known, and other languages say nothing."""
    assert tuple(read_calendar_words(words, language)) == expected


def test_every_language_has_seven_days_and_twelve_months():
    """Each name is read back as its number."""
    for language, names in WEEKDAYS.items():
        assert [read_calendar_words(name, language).weekday for name in names] == [*range(1, 8)]
    for language, names in MONTHS.items():
        assert [read_calendar_words(f"5 {name} 2021", language).month for name in names] == [*range(1, 13)]


@pytest.mark.parametrize(
    ("words", "first", "last", "fault"),
    [
        (CalendarWords(day=7, month=12, year=2023), (2023, 12, 7), (2023, 12, 7), None),
        (CalendarWords(day=7, month=12), (2023, 12, 8), (2023, 12, 8), "the day is 07"),
        (CalendarWords(month=12), (2023, 11, 1), (2023, 11, 30), "the month is 12"),
        (CalendarWords(year=2022), (2023, 1, 1), (2023, 12, 31), "the year is 2022"),
        (CalendarWords(day=7), (2023, 1, 1), (2023, 1, 31), None),
        (CalendarWords(month=3), (2023, 1, 1), (2023, 12, 31), None),
    ],
)
def test_what_contradicts_a_date(words, first, last, fault):
    """Only what the date says as well can be contradicted."""
    assert words.disagree(date(*first), date(*last)) == fault


@pytest.mark.parametrize(
    ("words", "years", "months", "days", "counts"),
    [
        ("13 October 2021", {2021}, {10}, {13}, False),
        ("Sept. 17", set(), {9}, {17}, False),
        ("4/5/23", {1923, 2023}, {4, 5}, {4, 5, 23}, False),
        ("the 2020s", {*range(2020, 2030)}, set(), set(), False),
        ("the 5th century", {*range(400, 501)}, {5}, {5}, True),
        ("the nineties", {*range(1990, 2000), *range(2090, 2100)}, set(), set(), False),
        ("two decades later", set(), set(), set(), True),
        ("all’s well", set(), set(), set(), False),
    ],
)
def test_words_are_read_for_all_they_can_name(words, years, months, days, counts):
    assert read_parts(words, "en") == (years, months, days, counts)
