"""Rules about actors: what their type allows, codes of countries and sectors, and offices with their days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from corpus_pkg.anchors import fold_space
from corpus_pkg.checks.rule import Data, Known, Rule, own_actors
from corpus_pkg.countries import COUNTRIES
from corpus_pkg.edtf import Edtf, are_apart, parse_edtf, read_edtf
from corpus_pkg.findings import Problem, clip


def identifier_misfit(holder: Data, known: Known) -> Iterator[Problem]:
    """Only places have a GeoNames identifier, and only people hold offices.

    An identifier at the wrong actor joins other data to it in silence.

    Take it away, or correct the type.
    """
    traits = known.vocabulary.traits
    for index, actor in enumerate(holder["actors"]):
        if actor["geonames"] is not None and actor["type"] not in traits["place"]:
            message = f"{actor['id']!r} is of type {actor['type']}, which has no GeoNames identifier"
            place = ("actors", index, "geonames")
            yield Problem("identifier-misfit", place, message, str(actor["geonames"]), "no `geonames`")
        if actor["offices"] and actor["type"] not in traits["person"]:
            message = f"{actor['id']!r} is of type {actor['type']}, which holds no office"
            yield Problem("identifier-misfit", ("actors", index, "offices"), message, actor["type"], "no `offices`")


def identifier_repeated(holder: Data, known: Known) -> Iterator[Problem]:
    """No two actors share a Wikidata or a GeoNames identifier.

    One thing in the world is one actor; two with one identifier are one twice, or one of them is wrong.

    Put both together, or take the identifier away where it is not verified.
    """
    for key, shared in known.identifiers.items():
        seen: dict[Any, str] = {}
        for index, actor in enumerate(holder["actors"]):
            number = actor[key]
            first = shared.get(number) if "document" in holder else None
            if number is not None and seen.setdefault(number, first or actor["id"]) != actor["id"]:
                message = f"{actor['id']!r} has the {key} identifier of {seen[number]!r}"
                place = ("actors", index, key)
                yield Problem("identifier-repeated", place, message, str(number), "an identifier of its own")


def country_unknown(holder: Data, known: Known) -> Iterator[Problem]:
    """A country is a code of ISO 3166, alpha-3, one of today or of the past.

    `IRA` and `AZB` look right and join with nothing.

    Write the code of the country.
    """
    for index, actor in enumerate(holder["actors"]):
        code = actor["country"]
        if code is not None and code not in COUNTRIES:
            near = sorted(known for known in COUNTRIES if known[:2] == code[:2])
            hint = f"did you mean {' or '.join(near)}?" if near else None
            message = f"{clip(code)!r} is no code of ISO 3166-1 alpha-3"
            wanted = "a code such as AZE or IRN"
            yield Problem("country-unknown", ("actors", index, "country"), message, clip(code), wanted, hint)


def press_miscoded(document: Data, known: Known) -> Iterator[Problem]:
    """Who publishes a text has no sector that is mistaken for that of the press.

    In PLOVER `MED` is health and the press is `JRN`; in CAMEO `MED` was media, and old tables still say so.

    Correct the sectors of the actor, in the inventory or in the document.
    """
    own, traits = own_actors(document), known.vocabulary.traits
    stated, told = document["parties"], document["source"]["parties"]
    for home, parties in ((("parties",), stated), (("source", "parties"), told)):
        for index, party in enumerate(parties):
            actor = own.get(party["actor"]) or known.actors.get(party["actor"], _NOBODY)
            wrong = traits["never_press"].intersection(actor["sectors"])
            if wrong and party["role"] in traits["press_role"]:
                sector = min(wrong)
                message = f"{party['actor']!r} is a {party['role']} and has the sector {sector}, which is not the press"
                where, wanted = (*home, index, "actor"), "the sector of the press (JRN)"
                yield Problem("press-miscoded", where, message, sector, wanted)


def office_not_held(document: Data, known: Known) -> Iterator[Problem]:
    """Who is called by the title of an office held it when the text was written, as far as both are dated.

    "The president" of 2019 is not the one of 2023. Texts do call people by offices of the past: hence a warning.

    Link the mention to who held the office, or correct the days of the office.
    """
    if not (day := _published(document)):
        return
    own = {actor["id"]: actor["offices"] for actor in document["actors"] if actor["offices"]}
    named = {name for mention in document["mentions"] for name in mention["actors"]}
    titled = {name: own.get(name) or known.offices[name] for name in named if name in own or name in known.offices}
    holders = {name: offices for name, offices in titled.items() if any(_is_apart(office, day) for office in offices)}
    for index, mention in enumerate(document["mentions"] if holders else ()):
        for name in mention["actors"]:
            if name in holders and (office := _missed(holders[name], document, mention, day)):
                days = _days(office["from"], office["to"])
                message = f"{name!r} was {clip(office['title'])} {days}, and the text is of another time"
                yield Problem("office-not-held", ("mentions", index, "actors"), message, days, "who held the office")


ACTOR_RULES = (identifier_misfit, identifier_repeated, country_unknown)
RULES = (
    *(Rule(check, "layers", needs=("vocabulary",)) for check in ACTOR_RULES),
    Rule(press_miscoded, "layers", "source", needs=("inventory", "vocabulary")),
    Rule(office_not_held, "layers", "actors", needs=("inventory",), severity="warning"),
)
INVENTORY_RULES = tuple(Rule(check, "layers", needs=("vocabulary",), home="inventory") for check in ACTOR_RULES)


_NOBODY: Data = {"sectors": ()}
_BEFORE = 80
"""So many characters before a name are looked at for a title."""
_STOP = re.compile(r"[.!?;,:\n]|\band\b")
_WITHIN = 400
"""So many of a description are looked at for what makes its title another: it may be as long as its text."""
_OTHER = re.compile(
    r"\b(?:former|formerly|ex|late|then|previous|vice|deputy|prime|acting|assistant|shadow)\b[- ]*(?:\S+ ){0,3}$",
    re.IGNORECASE,
)
"""What makes a title that follows one of the past, or another."""
_OF = " (?:of|for|to|in|at)"  # of titles and words whose white space is folded
_HEAD = re.compile(f"{_OF} .*", re.IGNORECASE)
_NAME = r"(?:\s+(?:of|the|[A-Z]\S*))+"


def _published(document: Data) -> str | None:
    """Return the best date of the document that can be read."""
    for basis in ("external", "known", "text"):
        if read_edtf(day := document["date"][basis]):  # what cannot be read is told by `date-not-edtf`
            return str(day)
    return None


def _words_at(document: Data, mention: Data) -> tuple[str, str]:
    """Return the words before a mention in its sentence, as far as a title can reach, and its own."""
    start = mention["q"]["start"]
    lead = _STOP.split(document["text"][max(start - _BEFORE, 0) : start])[-1]
    return fold_space(lead), fold_space(mention["q"]["text"])


def _missed(offices: Sequence[Data], document: Data, mention: Data, day: str) -> Data | None:
    """Return the office by whose title somebody is called when nobody can have held it, in this person, that day."""
    near = document["text"][max(mention["q"]["start"] - _BEFORE, 0) : mention["q"]["end"]]
    near_offices = [office for office in offices if _first_word(office["title"]).search(near)]
    words = _words_at(document, mention) if near_offices else ("", "")
    named = [office for office in near_offices if _is_titled(office["title"], *words)]
    apart = [office for office in named if _is_apart(office, day)]
    return apart[0] if named and len(apart) == len(named) else None


def _is_apart(office: Data, day: str) -> bool:
    """Return whether nobody can have held an office that day."""
    return _lies_outside(office["from"], office["to"], day)


@lru_cache(maxsize=10_000)
def _lies_outside(first: str | None, last: str | None, day: str) -> bool:
    span, found = _span(first, last), read_edtf(day)
    return bool(span and found and are_apart(span, found))


def _is_titled(title: str, lead: str, own: str) -> bool:
    """Return whether a title, or its head (`Minister` of `Minister of Defence`), is that of a mention.

    It stands directly before the name, or is what the mention itself says. One further off is that of somebody else:
    "Minister Raz met Ana Dell".
    """
    before, within = _title(title)
    if found := before.search(lead):
        return not _OTHER.search(lead[: found.start()])
    found = within.search(own)
    return bool(found) and not _OTHER.search(f"{lead} {own[: found.start()]}"[-_WITHIN:] if found else "")


@cache
def _first_word(title: str) -> re.Pattern[str]:
    """Return a pattern that is found, and soon, wherever a title is, or its head."""
    return re.compile(re.escape(fold_space(title).partition(" ")[0]), re.IGNORECASE)


@cache
def _title(title: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of a title that ends before a name, and of one that is the head of a description."""
    whole = fold_space(title)
    words = "|".join(map(re.escape, (whole, _HEAD.sub("", whole))))
    before = re.compile(rf"\b(?i:{words})(?:{_OF}{_NAME})?\s*$")
    return before, re.compile(rf"\b(?:{words})(?:$|{_OF}\b)", re.IGNORECASE)


def _days(first: str | None, last: str | None) -> str:
    return f"from {first} to {last}" if first and last else f"until {last}" if last else f"from {first} on"


@cache
def _span(first: str | None, last: str | None) -> Edtf | None:
    """Return the days from one date to another as one; null when neither can be read."""
    try:
        start, end = (parse_edtf(value) if value else None for value in (first, last))
    except ValueError:
        return None
    return Edtf("lasting", start.first if start else None, end.last if end else None, "day", "")
