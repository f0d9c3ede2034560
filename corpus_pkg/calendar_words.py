"""Calendar words of a text: which weekday, day, month and year a short expression names.

Weekdays and months are those of the Unicode CLDR, wide forms, in the languages of the table; years and ISO 8601 dates
are read in every language. What an expression names twice is not known, nor what one means that counts from what it
names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from corpus_pkg.edtf import parse_edtf

WEEKDAYS: Mapping[str, Sequence[str]] = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "az": ("bazar ertəsi", "çərşənbə axşamı", "çərşənbə", "cümə axşamı", "cümə", "şənbə", "bazar"),
    "de": ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "tr": ("pazartesi", "salı", "çarşamba", "perşembe", "cuma", "cumartesi", "pazar"),
}
"""Monday to Sunday, by language."""
MONTHS: Mapping[str, Sequence[str]] = {
    "en": (
        *("january", "february", "march", "april", "may", "june"),
        *("july", "august", "september", "october", "november", "december"),
    ),
    "az": (
        *("yanvar", "fevral", "mart", "aprel", "may", "iyun"),
        *("iyul", "avqust", "sentyabr", "oktyabr", "noyabr", "dekabr"),
    ),
    "de": (
        *("januar", "februar", "märz", "april", "mai", "juni"),
        *("juli", "august", "september", "oktober", "november", "dezember"),
    ),
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "ru": (
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ),
    "tr": (
        *("ocak", "şubat", "mart", "nisan", "mayıs", "haziran"),
        *("temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık"),
    ),
}
"""January to December, by language."""
RELATIVE: Mapping[str, Sequence[str]] = {
    "en": ("before", "after", "eve", "ago", "later", "earlier", "prior", "following", "until", "till"),
    "az": ("əvvəl", "sonra", "gələn", "keçən"),
    "de": ("vor", "nach", "vorabend", "später", "früher", "bis"),
    "es": ("antes", "después", "víspera", "hasta", "hace"),
    "fr": ("avant", "après", "veille", "jusque"),
    "ru": ("до", "после", "накануне", "спустя"),
    "tr": ("önce", "sonra", "arifesi", "kadar"),
}
"""Words with which an expression may mean another time than the one it names: "the day after 5 May"."""
SPELT: Sequence[str] = ("en", "de", "es", "fr")
"""Languages whose months stand in texts as in the table, whole or cut short: the others inflect them."""
COUNTED: Mapping[str, Sequence[str]] = {
    "en": ("years", "decade", "decades", "century", "centuries", "generation", "anniversary"),
    "de": ("jahre", "jahren", "jahrzehnt", "jahrzehnte", "jahrzehnten", "jahrhundert", "jahrestag"),
    "es": ("años", "década", "décadas", "siglo", "siglos", "aniversario"),
    "fr": ("ans", "années", "décennie", "décennies", "siècle", "siècles", "anniversaire"),
}
"""Words by which a year far from another is reckoned: "three decades earlier"."""
_DECADES = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
_CAPITALS = ("en", "de")  # where months have a capital, without it "may 2000 people" is no date
_SOLAR = ("fa",)  # the years of these languages are mostly not those of the Gregorian calendar
_ISO = re.compile(r"\b([12][0-9]{3})-([01][0-9])(?:-([0-3][0-9]))?\b")
_TIME = re.compile(r"\b[0-9]{1,2}[:.][0-9]{2}(?::[0-9]{2})?\b")
_YEAR = re.compile(r"\b[12][0-9]{3}\b")
_DAY = re.compile(r"\b([0-9]{1,2})(?:st|nd|rd|th|\.)?(?!\w)")


_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_YEARS = re.compile(r"(?<!\d)([12][0-9]{3})(s\b)?(?!\d)")
_SHORT_YEAR = re.compile(r"(?:[’'‘]|\d[/.-]\d{1,2}[/.-])([0-9]{2})(?!\d)")
_CENTURY = re.compile(r"\b([0-9]{1,2})(?:st|nd|rd|th)[- ]century")


class CalendarWords(NamedTuple):
    """What an expression names; null what it does not, or more than once. `weekday` counts from 1, Monday."""

    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None

    def disagree(self, first: date, last: date) -> str | None:
        """Return what in the words contradicts a date that is one day (`first` is `last`), one month or one year."""
        named = (("year", self.year), ("month", self.month), ("day", self.day))
        for unit, number in named:
            one, other = getattr(first, unit), getattr(last, unit)
            if number is not None and one == other and number != one:
                return f"the {unit} is {number:02}" if unit != "year" else f"the year is {number}"
        return None


@lru_cache(maxsize=10_000)
def read_calendar_words(words: str, language: str) -> CalendarWords:
    """Return what an expression names, in a language given as a BCP 47 tag."""
    words, tongue = words.casefold(), language.partition("-")[0].lower()
    if _named(words, RELATIVE.get(tongue, ())):
        return CalendarWords()
    weekday = _only(_named(words, WEEKDAYS.get(tongue, ())))
    if iso := _ISO.search(words):
        return CalendarWords(weekday, int(iso[3]) if iso[3] else None, int(iso[2]), int(iso[1]))
    month = _only(_named(words, MONTHS.get(tongue, ())))
    year = _only(sorted({int(found) for found in _YEAR.findall(words)})) if tongue not in _SOLAR else None
    days = [int(found) for found in _DAY.findall(_TIME.sub(" ", words)) if 1 <= int(found) <= 31]
    return CalendarWords(weekday, _only(days) if month else None, month, year)


class SpeltParts(NamedTuple):
    """Every year, month and day that words can be read to name, and whether they count years."""

    years: frozenset[int]
    months: frozenset[int]
    days: frozenset[int]
    counts: bool


@lru_cache(maxsize=10_000)
def read_parts(words: str, language: str) -> SpeltParts:
    """Return what words can be read to name: any number a month or a day, "Sept." a month, "1990s" ten years."""
    words, tongue = words.casefold(), language.partition("-")[0].lower()
    numbers = {int(found) for found in _NUMBER.findall(words)}
    beginnings = _beginnings(tongue)
    months = {beginnings[word] for word in _WORD.findall(words) if word in beginnings}
    return SpeltParts(
        years=frozenset(_years(words)),
        months=frozenset(months | {number for number in numbers if 1 <= number <= 12}),
        days=frozenset(number for number in numbers if 1 <= number <= 31),
        counts=bool(_named(words, COUNTED.get(tongue, ()))),
    )


@cache
def _beginnings(tongue: str) -> Mapping[str, int]:
    """Return the month of each beginning of a name of three letters or more: "sep", "sept"."""
    names = enumerate(MONTHS.get(tongue, ()), 1)
    return {name[:length]: month for month, name in names for length in range(3, len(name) + 1)}


def _years(words: str) -> Iterator[int]:
    for year, decade in _YEARS.findall(words):
        yield from range(int(year), int(year) + (10 if decade else 1))
    for short in _SHORT_YEAR.findall(words):
        yield from (1900 + int(short), 2000 + int(short))
    for century in _CENTURY.findall(words):
        yield from range(100 * int(century) - 100, 100 * int(century) + 1)
    for tens in _named(words, _DECADES):
        yield from (*range(1910 + 10 * tens, 1920 + 10 * tens), *range(2010 + 10 * tens, 2020 + 10 * tens))


def find_dates(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and value of the dates of a text that name their year and at least their month.

    Each run of white space in the text is one blank. A weekday before a date and a time of day behind it belong to its
    words. What is not in the calendar is no date, and a year before 1500 none in a language with years of its own.
    """
    tongue = language.partition("-")[0].lower()
    for match in _date_pattern(tongue).finditer(text):
        words = read_calendar_words(match[0], language)
        if (value := _value(match[0], words)) and not (tongue in _SOLAR and value < "1500"):
            yield match.start(), match.end(), value


def _value(words: str, named: CalendarWords) -> str | None:
    if not named.year or not named.month or (named.day is None and _names_day(words)):
        return None
    value = "-".join(f"{number:02}" for number in (named.year, named.month, named.day) if number)
    try:
        parse_edtf(value)
    except ValueError:
        return None
    return value


def _names_day(words: str) -> bool:
    return bool(_DAY.search(_TIME.sub(" ", words))) and not _ISO.search(words)


@cache
def _date_pattern(tongue: str) -> re.Pattern[str]:
    """Return the pattern of a date: that of ISO 8601, and those with the names of months in a language."""
    year, day, time = (
        "[12][0-9]{3}",
        "[0-3]?[0-9](?:st|nd|rd|th|\\.)?",
        "(?:,? (?:at )?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?",
    )
    iso = f"{year}-[01][0-9](?:-[0-3][0-9])?(?:[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?Z?)?"
    forms = [iso]
    if tongue in MONTHS:
        month, weekday = _alternatives(MONTHS[tongue], tongue), _alternatives(WEEKDAYS[tongue], tongue)
        small = "(?:(?:of|de|del) )?"
        dated = (f"{day} {small}{month},? {small}{year}", f"{month} {day},? {year}", f"{month},? {small}{year}")
        forms = [f"(?:{weekday},? )?(?:{'|'.join(dated)}){time}", iso]
    flags = 0 if tongue in _CAPITALS else re.IGNORECASE
    return re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w-])", flags)


def _alternatives(names: Sequence[str], tongue: str) -> str:
    written = [name.capitalize() if tongue in _CAPITALS else name for name in names]
    return f"(?:{'|'.join(map(re.escape, sorted(written, key=len, reverse=True)))})"


@lru_cache(maxsize=10_000)
def is_weekday(words: str, language: str) -> bool:
    """Return whether an expression is a weekday and nothing else: "Wednesday last week" is further off."""
    return " ".join(words.casefold().split()) in WEEKDAYS.get(language.partition("-")[0].lower(), ())


def _only(found: Sequence[int]) -> int | None:
    return found[0] if len(found) == 1 else None


def _named(words: str, names: Sequence[str]) -> list[int]:
    """Return the numbers of the names that stand in the words, from 1; the longest where one lies in another."""
    return [names.index(found) + 1 for found in _any_of(tuple(names)).findall(words)] if names else []


@cache
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    by_length = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, by_length))})(?!\w)")
