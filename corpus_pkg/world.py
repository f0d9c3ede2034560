"""The tables of the whole corpus: actors, events of the world, the event table, and what the settings say.

`Gathering` takes the row of each document as it passes and keeps only what these tables need, most of it on the disk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from heapq import merge
from itertools import combinations, groupby
from operator import itemgetter
from typing import Any

from corpus_pkg.anchors import fold_space
from corpus_pkg.corpus import Corpus
from corpus_pkg.documents import text_of
from corpus_pkg.edtf import Edtf, are_apart, parse_edtf
from corpus_pkg.items import Reviewed, item_name
from corpus_pkg.rows import Row, World, actor_row, is_contested, strongest
from corpus_pkg.similar import MEASURE, similarity
from corpus_pkg.spool import Spool
from corpus_pkg.tables import all_tables

_PRECISION = ("day", "month", "year")
_OUTLETS = ("publisher", "republisher", "wire_agency")
_TOLD = ("type", "mode", "contexts", "date_external", "counts", "modality", "factuality", "contested")
"""What of a document's event the tables of the world tell, besides who takes part in it."""


def read_world(corpus: Corpus) -> World:
    """Return what the rows of documents need to know of their corpus."""
    groups = {doc_id: name for name, doc_ids in corpus.settings["groups"].items() for doc_id in doc_ids}
    actors = {actor["id"]: actor_row(actor, actor["id"]) for actor in corpus.inventory["actors"]}
    return World(corpus.vocabulary, actors, groups)


class Gathering:
    """What the documents say of the world, gathered row by row.

    What each document has of its own waits in the `spool`: in memory, 100,000 documents would take 5 GB.
    """

    def __init__(self, corpus: Corpus, world: World, spool: Spool) -> None:
        self._corpus, self._world, self._spool = corpus, world, spool
        self._inventory = {event["id"]: event for event in corpus.inventory["events"]}
        self._quoted: set[str] = set()
        """The events of the inventory of which a quote is there."""
        self._pairs = _pairs(corpus)
        self._places: dict[int, list[str]] = defaultdict(list)
        self._reviewed = Reviewed(corpus.reviews)
        for actor in corpus.inventory["actors"]:
            self._add_offices(actor["id"], actor, {})
        self._add_places(corpus.inventory, "inventory")
        self._add_places(corpus.settings, "corpus")

    def add(self, row: Row, document: Mapping[str, Any]) -> None:
        """Take in a document: its row and its canonical form."""
        doc_id = row["doc_id"]
        for actor in row["actors"]:
            if actor["actor_id"] not in self._world.actors:
                self._spool.add("actors", actor["actor_id"], actor)
        own = {actor["id"]: f"{doc_id}#{actor['id']}" for actor in document["actors"]}
        for actor in document["actors"]:
            self._add_offices(own[actor["id"]], actor, own)
        for event in row["events"]:
            self._add_report(event["corpus_event_id"], _report(event, row))
        if row["copy_of"]:
            self._add_copy(doc_id, row["copy_of"])
        self._add_places(document, doc_id)
        self._reviewed.add(document)

    def _add_report(self, event_id: str, report: Row) -> None:
        if event_id in self._quoted:
            report["quote"] = None  # the first is shown, and many documents may report what is in the inventory
        elif report["quote"] and event_id in self._inventory:
            self._quoted.add(event_id)
        self._spool.add("reports", event_id, report)

    def _add_offices(self, actor_id: str, actor: Mapping[str, Any], own: Mapping[str, str]) -> None:
        """Take in the offices of an actor; `own` are the actors of its document, by the names they have there."""
        for n, office in enumerate(actor["offices"]):
            row = {
                "actor_id": actor_id,
                "n": n,
                "title": office["title"],
                "body_id": own.get(office["body"], office["body"]),
                "date_from": office["from"],
                "date_to": office["to"],
                "cite": office["cite"],
                "note": office["note"],
            }
            self._spool.add("offices", actor_id, row)

    def _add_places(self, holder: Mapping[str, Any], name: str) -> None:
        if self._corpus.hardcases["cases"]:
            for case, place in _case_places(holder, name):
                self._places[case].append(place)

    def tables(self) -> dict[str, Iterable[Row]]:
        """Return the rows of every table of the whole corpus, in the order of their keys.

        Those that grow with the documents are made as they are asked for, and once.
        """
        corpus = self._corpus
        return {
            "actors": self._all_actors(),
            "offices": (row for _, rows in self._spool.by_key("offices") for row in rows),
            "corpus_events": (event for event, _ in self._corpus_events()),
            "corpus_event_relations": sorted(
                map(_relation, corpus.inventory["relations"]), key=_by("from_id", "type", "to_id")
            ),
            "document_relations": self._document_relations(),
            "pages": sorted((_renamed(page, "page_id") for page in corpus.inventory["pages"]), key=_by("page_id")),
            "hard_cases": [self._case(case) for case in sorted(corpus.hardcases["cases"], key=_by("id"))],
            "annotators": sorted(
                (_renamed(a, "annotator_id") for a in corpus.annotators["annotators"]), key=_by("annotator_id")
            ),
            "reviews": sorted(map(self._review, corpus.reviews), key=_by(*all_tables()["reviews"].key)),
            "decisions": sorted(
                (_of_document(_renamed(d, "decision_id")) for d in corpus.decisions), key=_by("decision_id")
            ),
            "event_table": self._event_table(),
            "withdrawn": sorted(map(_of_document, corpus.settings["withdrawn"]), key=_by("doc_id")),
        }

    def _review(self, review: Row) -> Row:
        return {**_of_document(review), "holds": self._reviewed.holds(review)}

    def _case(self, case: Row) -> Row:
        return {**_renamed(case, "case_id"), "places": self._places[case["id"]]}

    def _all_actors(self) -> Iterator[Row]:
        inventory = (self._world.actors[name] for name in sorted(self._world.actors))
        return merge(inventory, (row for _, rows in self._spool.by_key("actors") for row in rows), key=_by("actor_id"))

    def _actor(self, actor_id: str) -> Row:
        """Return the row of an actor, empty when there is none."""
        return self._world.actors.get(actor_id) or self._spool.first("actors", actor_id) or {}

    def _all_reports(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield each event with what is reported of it; one of the inventory also when nothing is."""
        listed: Iterator[tuple[str, list[Row]]] = ((name, []) for name in sorted(self._inventory))
        both = merge(listed, self._spool.by_key("reports"), key=itemgetter(0))
        for event_id, found in groupby(both, key=itemgetter(0)):
            yield event_id, [report for _, reports in found for report in reports]

    def _corpus_events(self) -> Iterator[tuple[Row, list[Row]]]:
        """Yield the row of each event, with what is reported of it."""
        for event_id, reports in self._all_reports():
            entry = self._inventory.get(event_id, {})
            head = entry or reports[0]["event"]
            first, last, _ = _period(reports)
            row = {
                "corpus_event_id": event_id,
                "name": entry.get("name"),
                "type": head["type"],
                "mode": head["mode"],
                "class": self._corpus.vocabulary.event_class(head["type"]),
                "doc_ids": sorted({report["doc_id"] for report in reports}),
                "n_reports": len({report["group"] for report in reports}),
                "date_start": first,
                "date_end": last,
                "conflicts": [*_conflicts(reports)],
                "cite": entry.get("cite", []),
                "cases": entry.get("cases", []),
                "note": entry.get("note"),
            }
            yield row, reports

    def _event_table(self) -> Iterator[Row]:
        for event, reports in self._corpus_events():
            if reports and not event["type"].startswith("x:"):
                shared = self._shared_columns(event, reports)
                for actor, recipient, symmetric in _parties(reports):
                    parties = self._party("actor", actor) | self._party("recipient", recipient)
                    yield {**shared, **parties, "symmetric": symmetric}

    def _shared_columns(self, event: Row, reports: list[Row]) -> Row:
        first, last, precision = _period(reports)
        values = [value for report in reports for value in report["values"]]
        return {
            **{key: event[key] for key in ("corpus_event_id", "type", "mode", "class", "n_reports", "doc_ids")},
            "date_start": first,
            "date_end": last,
            "date_precision": precision,
            "contexts": sorted({context for report in reports for context in report["event"]["contexts"]}),
            "places": [self._actor(place)["name"] for place in sorted({p for r in reports for p in r["places"]})],
            "counts": [*_ranges(reports)],
            "actual": any(report["event"]["modality"] == "actual" for report in reports),
            "outlets": sorted({self._actor(outlet)["name"] for report in reports for outlet in report["outlets"]}),
            "asserted_by": sorted({source for source, value in values if value.endswith("+")}),
            "factuality": strongest(report["event"]["factuality"] for report in reports),
            "contested": bool(event["conflicts"]) or any(report["event"]["contested"] for report in reports),
            "quote": next((report["quote"] for report in reports if report["quote"]), None),
        }

    def _party(self, side: str, actor_id: str) -> Row:
        actor = self._actor(actor_id)
        keys: Row = {"name": None, "country": None, "sectors": [], "wikidata": None}
        return {side: actor_id, **{f"{side}_{key}": actor.get(key, empty) for key, empty in keys.items()}}

    def _document_relations(self) -> Iterator[Row]:
        for (doc_id, other), relation in sorted(self._pairs.items()):
            alike = similarity(self._text(doc_id), self._text(other))
            yield {"doc_id": doc_id, "other": other, **relation, "similarity": alike, "measure": MEASURE}

    def _text(self, doc_id: str) -> str:
        # Read again, since only the few documents that are related need theirs here.
        return text_of(self._corpus, doc_id) or ""

    def _add_copy(self, doc_id: str, original: str) -> None:
        pair = (min(doc_id, original), max(doc_id, original))
        direction = "forward" if doc_id == pair[0] else "backward"
        self._pairs.setdefault(pair, {"type": "same_text", "direction": direction, "cases": [], "note": None})


def _by(*keys: str) -> Any:
    return lambda row: tuple(row[key] or "" for key in keys)


def _renamed(row: Row, key: str) -> Row:
    return {key: row["id"], **{name: value for name, value in row.items() if name != "id"}}


def _of_document(row: Row) -> Row:
    return {"doc_id": row["document"], **{key: value for key, value in row.items() if key != "document"}}


def _relation(relation: Row) -> Row:
    ends = {"from_id": relation["from"], "to_id": relation["to"]}
    return ends | {key: relation[key] for key in ("type", "mode", "cite", "cases", "note")}


def _pairs(corpus: Corpus) -> dict[tuple[str, str], Row]:
    """Return the relations that the settings state, by the pair in the order of ids."""
    pairs = {}
    for relation in corpus.settings["relations"]:
        first, second = relation["documents"]
        direction = None if not relation["directed"] else "forward" if first < second else "backward"
        kept = {key: relation[key] for key in ("type", "cases", "note")}
        pairs[min(first, second), max(first, second)] = {**kept, "direction": direction}
    return pairs


def _report(event: Row, row: Row) -> Row:
    """Return what one document says of an event, as far as the tables of the world need it."""
    triggers = [mention for mention in row["event_mentions"] if mention["event_id"] == event["event_id"]]
    zones = [zone["text"] for zone in row["zones"] if triggers and zone["start"] <= triggers[0]["start"] < zone["end"]]
    roles = [{**role, "actor_id": _at_home(role["actor_id"], row)} for role in event["roles"]]
    return {
        "doc_id": row["doc_id"],
        "group": row["group"],
        "event": {**{key: event[key] for key in _TOLD}, "roles": roles},
        "places": [role["actor_id"] for role in roles if role["role"] == "place"],
        "outlets": [party["actor_id"] for party in row["publication_roles"] if party["role"] in _OUTLETS],
        "values": [
            (item["source"], item["value"]) for item in row["factuality"] if item["event_id"] == event["event_id"]
        ],
        "quote": fold_space(zones[0]) if zones else None,
    }


def _at_home(actor_id: str, row: Row) -> str:
    """Return an actor of a copy's own as that of its original, from which it is taken over."""
    home, mark, name = actor_id.rpartition("#")
    return f"{row['copy_of']}#{name}" if mark and row["copy_of"] and home == row["doc_id"] else actor_id


def _dates(reports: Iterable[Row]) -> list[Edtf]:
    """Return the dates that reports give, each once."""
    values = {report["event"]["date_external"]: None for report in reports}
    return [parse_edtf(value) for value in values if value is not None]


def _period(reports: Iterable[Row]) -> tuple[str | None, str | None, str | None]:
    """Return the first and last day over all reports that give a date, and the precision that they share."""
    dates = _dates(reports)
    if not dates:
        return None, None, None
    firsts, lasts = [d.first for d in dates if d.first], [d.last for d in dates if d.last]
    first = min(firsts) if len(firsts) == len(dates) else None
    last = max(lasts) if len(lasts) == len(dates) else None
    precision = max((d.precision for d in dates), key=_PRECISION.index)
    return _iso(first), _iso(last), precision


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _conflicts(reports: list[Row]) -> Iterator[str]:
    """Yield in what the reports of an event contradict each other."""
    if any(are_apart(one, other) for one, other in combinations(_dates(reports), 2)):
        yield "time"
    places = {frozenset(report["places"]) for report in reports if report["places"]}
    if any(one.isdisjoint(other) for one, other in combinations(places, 2)):
        yield "place"
    if any(count["least"] != count["most"] for count in _ranges(reports)):
        yield "counts"
    if is_contested(report["event"]["factuality"] for report in reports):
        yield "factuality"


def _ranges(reports: Iterable[Row]) -> Iterator[Row]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for report in reports:
        for count in report["event"]["counts"]:
            numbers[count["what"]].append(count["number"])
    for what in sorted(numbers):
        yield {"what": what, "least": min(numbers[what]), "most": max(numbers[what])}


def _parties(reports: Iterable[Row]) -> list[tuple[str, str, bool]]:
    """Return the pairs of actor and recipient over all reports; a joint act gives each pair of its actors once."""
    pairs: set[tuple[str, str, bool]] = set()
    for report in reports:
        roles = report["event"]["roles"]
        actors = sorted({role["actor_id"] for role in roles if role["role"] == "actor"})
        recipients = sorted({role["actor_id"] for role in roles if role["role"] == "recipient"})
        if recipients or len(actors) < 2:
            pairs |= {(actor, recipient, False) for actor in actors or [""] for recipient in recipients or [""]}
        else:
            pairs |= {(one, other, True) for one, other in combinations(actors, 2)}
    return sorted(_most_told(pairs))


def _most_told(pairs: set[tuple[str, str, bool]]) -> Iterator[tuple[str, str, bool]]:
    """Leave out a party alone where another report names both, and a joint pair where one names who acts on whom."""
    both = [pair for pair in pairs if pair[0] and pair[1]]
    paired = {actor for pair in both for actor in pair[:2]}
    directed = {frozenset(pair[:2]) for pair in both if not pair[2]}
    for pair in pairs:
        named = {actor for actor in pair[:2] if actor}
        alone = "" in pair and len(pairs) > 1 and named <= paired
        told = pair[2] and frozenset(pair[:2]) in directed
        if not alone and not told:
            yield pair


def _case_places(holder: Mapping[str, Any], name: str) -> Iterator[tuple[int, str]]:
    """Yield each hard case to which a document, or a file of settings, points, with the item in which it does so."""
    for case in holder.get("cases", ()):
        yield case, name
    for layer, value in holder.items():
        if isinstance(value, dict):
            yield from ((case, f"{name}/{layer}") for case in _cases(value))
        elif isinstance(value, list):
            for item in value:
                yield from ((case, f"{name}/{layer}/{item_name(item)}") for case in _cases(item))


def _cases(value: Any) -> list[int]:
    """Return the hard cases to which an item, or something in it, points; each once."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = value.get("cases", []) if isinstance(value, dict) else []
    return [*dict.fromkeys((*own, *(case for each in inner for case in _cases(each))))]
