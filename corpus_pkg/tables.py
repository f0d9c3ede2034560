"""The published tables: names, keys, columns, and what each means. The one place that says so.

Readers, the card, the records and the tests all follow it. Descriptions of what the annotators write are those of the
JSON Schema; only what the tool adds is described here.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from corpus_pkg.schema import Schema, property_shape, shape

Type = str | tuple["Column", ...]
"""`string`, `integer`, `number`, `boolean`, `strings`, `integers`; columns make a struct, with `many` a list."""


class Column(NamedTuple):
    """A column: `type` as in `Type`; `many` makes a list of structs; `null` says whether it may be missing."""

    name: str
    type: Type
    description: str
    many: bool = False
    null: bool = False


class Table(NamedTuple):
    """A table: one row is `row`; `key` names the columns that identify it.

    `nested` is the name under which the rows of one document stand in `documents`; null for tables of the whole corpus.
    """

    name: str
    key: tuple[str, ...]
    row: str
    columns: tuple[Column, ...]
    nested: str | None = None


def _own(name: str, type_: Type, description: str, *, many: bool = False, null: bool = False) -> Column:
    return Column(name, type_, description, many, null)


_TYPES = {"string": "string", "integer": "integer", "boolean": "boolean"}


def _from(root: str, path: str, name: str | None = None) -> Column:
    """Return the column of a property of the schema: `mentions.actors` is that of every item of `mentions`."""
    found: Schema = shape(root)
    for step in path.split("."):
        found = property_shape(found.get("items", found), step)
    if not found:
        raise LookupError(f"the schema {root} has no property {path}")
    name = name or path.rsplit(".", 1)[-1]
    return Column(name, *_column_type(found), null=_is_nullable(found))


def _column_type(found: Schema) -> tuple[Type, str, bool]:
    description = found["description"]
    if found.get("span") and "object" not in found.get("items", {}):
        return _SPAN, description, False
    kind = found.get("type", "string")
    kind = next(k for k in kind if k != "null") if isinstance(kind, list) else kind
    if kind == "array":
        items = found["items"]
        return (
            (_SPAN, description, True) if items.get("span") else (f"{items.get('type', 'string')}s", description, False)
        )
    return _TYPES[kind], description, False


def _is_nullable(found: Schema) -> bool:
    return "null" in found.get("type", ()) if isinstance(found.get("type"), list) else False


_SPAN: tuple[Column, ...] = (
    Column("start", "integer", "Offset of the first character, from 0, in Unicode code points."),
    Column("end", "integer", "Offset after the last character."),
    Column("text", "string", "The characters between."),
)
_DOC = _own("doc_id", "string", "The document.")
_ZONE = _own("zone", "string", "The part of the page in which it stands.", null=True)


def _place(prefix: str, what: str) -> tuple[Column, ...]:
    """Return the columns of a stretch of text that may be absent."""
    return (
        _own(f"{prefix}_start", "integer", f"{what}: offset of its first character, or null.", null=True),
        _own(f"{prefix}_end", "integer", f"{what}: offset after its last character, or null.", null=True),
        _own(f"{prefix}_text", "string", f"{what}, or null.", null=True),
    )


def _optional_span() -> tuple[Column, ...]:
    return tuple(
        column._replace(null=True, description=f"{column.description} Null when no words say it.") for column in _SPAN
    )


def _dates(path: str) -> tuple[Column, ...]:
    """Return the columns of a date: its three bases, the words it rests on, the pages that are cited."""
    return (
        _from("canonical", f"{path}.text", "date_text"),
        _from("canonical", f"{path}.known", "date_known"),
        _from("canonical", f"{path}.external", "date_external"),
        _from("canonical", f"{path}.because"),
        _from("canonical", f"{path}.cite"),
    )


def _remarks(path: str, root: str = "canonical") -> tuple[Column, ...]:
    return _from(root, f"{path}.cases"), _from(root, f"{path}.note")


def _zones() -> Table:
    columns = (
        *_SPAN,
        _from("canonical", "passages.zone"),
        _from("canonical", "passages.language"),
        _from("canonical", "passages.duplicate_of"),
        *_remarks("passages"),
    )
    return Table("zones", ("doc_id", "start"), "a stretch of one text", columns, "zones")


def _date_candidates() -> Table:
    columns = (
        *_SPAN,
        *(_from("canonical", f"date_candidates.{key}") for key in ("kind", "value", "verdict", "reason")),
        *_remarks("date_candidates"),
    )
    row = "a stamp or bound that could date the document, with verdict and evidence"
    return Table("date_candidates", ("doc_id", "start", "end"), row, columns, "date_candidates")


def _time_expressions() -> Table:
    columns = (
        *_SPAN,
        *_dates("times"),
        _from("canonical", "times.anchored"),
        _own("event_id", "string", "The event it counts from, or null.", null=True),
        *_remarks("times"),
    )
    return Table(
        "time_expressions", ("doc_id", "start", "end"), "an expression of time in the text", columns, "time_expressions"
    )


def _publication_roles() -> Table:
    columns = (
        _from("canonical", "parties.role"),
        _own("actor_id", "string", "The actor that has this part."),
        _own("spans", _SPAN, "The words that say so; none when it is known only from outside the text.", many=True),
        _from("canonical", "parties.cite"),
        *_remarks("parties"),
    )
    key = ("doc_id", "role", "actor_id")
    return Table("publication_roles", key, "one party's part in publishing one text", columns, "publication_roles")


def _attributions() -> Table:
    columns = (
        _own("content_start", "integer", "Offset of the first character of the content."),
        _own("content_end", "integer", "Offset after the last character of the content."),
        _own("n", "integer", "Number among the attributions with the same content, from 0."),
        _from("canonical", "attributions.content"),
        _from("canonical", "attributions.sources", "source_ids"),
        *_place("cue", "The words that ascribe it"),
        _from("canonical", "attributions.form"),
        *_place("medium", "Where it was said"),
        *_place("when", "The words that say when it was said"),
        _own("depth", "integer", "How many other attributions its content lies in."),
        *_remarks("attributions"),
    )
    key = ("doc_id", "content_start", "content_end", "n")
    row = "a stretch of content with the sources it is ascribed to"
    return Table("attributions", key, row, columns, "attributions")


_ACTOR_KEYS = ("type", "name", "aliases", "adjectives", "country", "sectors", "wikidata", "geonames", "cite")


def _actors() -> Table:
    columns = (
        _own(
            "actor_id",
            "string",
            "The actor: its name in the inventory, or `doc_id#name` when only one document has it.",
        ),
        *(_from("inventory", f"actors.{key}") for key in _ACTOR_KEYS),
        *_remarks("actors", "inventory"),
    )
    return Table("actors", ("actor_id",), "an actor of the corpus, with codes and ids", columns, "actors")


def _offices() -> Table:
    columns = (
        _own("actor_id", "string", "The person."),
        _own("n", "integer", "Number among the offices of the person, from 0."),
        _from("inventory", "actors.offices.title"),
        _from("inventory", "actors.offices.body", "body_id"),
        _from("inventory", "actors.offices.from", "date_from"),
        _from("inventory", "actors.offices.to", "date_to"),
        _from("inventory", "actors.offices.cite"),
        _from("inventory", "actors.offices.note"),
    )
    return Table("offices", ("actor_id", "n"), "an office of an actor, with its dates", columns)


def _actor_mentions() -> Table:
    columns = (
        *_SPAN,
        _from("canonical", "mentions.actors", "actor_ids"),
        _from("canonical", "mentions.level"),
        _from("canonical", "mentions.metonymy"),
        _ZONE,
        *_remarks("mentions"),
    )
    row = "a span that names one or more actors (`actor_ids`)"
    return Table("actor_mentions", ("doc_id", "start", "end"), row, columns, "actor_mentions")


_EVENT = _own("event_id", "string", "The event as its document has it: `doc_id#name`.")
_TYPED = (
    _from("canonical", "events.type"),
    _from("canonical", "events.mode"),
    _own("class", "string", "The class of its type; null for types outside the classes.", null=True),
)


def _event_mentions() -> Table:
    columns = (
        *_SPAN,
        _EVENT,
        *_TYPED[:2],
        *(_from("canonical", f"triggers.{key}") for key in ("topic", "object", "instrument", "when")),
        _ZONE,
        *_remarks("triggers"),
    )
    key = ("doc_id", "start", "end", "event_id")
    return Table("event_mentions", key, "a trigger in a text", columns, "event_mentions")


_COUNT = (
    Column("what", "string", "What is counted."),
    Column("number", "integer", "How many."),
)
_ROLE = (
    Column("role", "string", "The role."),
    Column("actor_id", "string", "The actor in it."),
)
_CORPUS_EVENT = _own(
    "corpus_event_id", "string", "The event of the world; its own name where no other document reports it."
)


def _document_events() -> Table:
    columns = (
        _EVENT,
        _CORPUS_EVENT,
        *_TYPED,
        _from("canonical", "events.contexts"),
        _own("roles", _ROLE, "The actors by role.", many=True),
        *_dates("events.time"),
        _from("canonical", "events.time.note", "date_note"),
        _own("counts", _COUNT, "Numbers that the text gives.", many=True),
        _from("canonical", "events.modality"),
        _own("factuality", "string", "The author's strongest commitment to it; Uu when there is none."),
        _own("contested", "boolean", "Whether sources say both that it is so and that it is not."),
        *_remarks("events"),
    )
    row = "an event as one document reports it: type, roles, time, counts, modality"
    return Table("document_events", ("doc_id", "event_id"), row, columns, "events")


def _event_arguments() -> Table:
    columns = (
        _EVENT,
        _own("role", "string", "The role."),
        _own("filler_kind", "string", "`actor` or `span`."),
        _own("filler", "string", "The actor, or the span as `start-end`."),
        *_optional_span(),
        _own(
            "triggers",
            _SPAN,
            "The triggers at which it is written; none for actors, who belong to the event.",
            many=True,
        ),
    )
    key = ("doc_id", "event_id", "role", "filler_kind", "filler")
    row = "one filler (actor, or span `start-end`) of one role, with the triggers it came from"
    return Table("event_arguments", key, row, columns, "event_arguments")


def _factuality() -> Table:
    columns = (
        _EVENT,
        _own("start", "integer", "Offset of the first character of the trigger."),
        _own("end", "integer", "Offset after the last character of the trigger."),
        _own("source", "string", "An actor, AUTHOR or ANONYMOUS."),
        _from("canonical", "triggers.factuality.value"),
    )
    key = ("doc_id", "event_id", "start", "end", "source")
    return Table("factuality", key, "a source's commitment to an event at a trigger", columns, "factuality")


def _claims() -> Table:
    columns = (
        _EVENT,
        _from("canonical", "claims.attribute"),
        _own("source", "string", "Who claims it: an actor, AUTHOR or ANONYMOUS."),
        _own("n", "integer", "Number among the claims of this source about this attribute, from 0."),
        _from("canonical", "claims.value"),
        *_optional_span(),
        *_remarks("claims"),
    )
    key = ("doc_id", "event_id", "attribute", "source", "n")
    return Table("claims", key, "a contested attribute, with who claims it", columns, "claims")


def _event_relations() -> Table:
    columns = (
        _own("from_id", "string", "The event from which it runs."),
        _from("canonical", "relations.type"),
        _own("to_id", "string", "The event to which it runs."),
        _from("canonical", "relations.mode"),
        _from("canonical", "relations.sources"),
        *_optional_span(),
        *_remarks("relations"),
    )
    key = ("doc_id", "from_id", "type", "to_id")
    row = "a relation between two events of one document (`sources` a list)"
    return Table("event_relations", key, row, columns, "event_relations")


def _corpus_events() -> Table:
    columns = (
        _CORPUS_EVENT,
        _own("name", "string", "What readers call it; null for an event that one document alone reports.", null=True),
        *_TYPED,
        _own("doc_ids", "strings", "The documents that report it."),
        _own("n_reports", "integer", "How many independent texts report it: those of one group count once."),
        _own("date_start", "string", "The first day it can have happened, over all reports, or null.", null=True),
        _own("date_end", "string", "The last day it can have happened, over all reports, or null.", null=True),
        _own("conflicts", "strings", "What the reports differ in: time, place, counts, factuality."),
        _from("inventory", "events.cite"),
        *_remarks("events", "inventory"),
    )
    row = "an event of the world, with the conflicts between reports and the number of independent ones"
    return Table("corpus_events", ("corpus_event_id",), row, columns)


def _corpus_event_relations() -> Table:
    columns = (
        _own("from_id", "string", "The event from which it runs."),
        _from("inventory", "relations.type"),
        _own("to_id", "string", "The event to which it runs."),
        _own("mode", "string", "Its mode, or null.", null=True),
        _from("inventory", "relations.cite"),
        *_remarks("relations", "inventory"),
    )
    row = "a relation between two events of the world, LOOKS_LIKE above all"
    return Table("corpus_event_relations", ("from_id", "type", "to_id"), row, columns)


def _document_relations() -> Table:
    columns = (
        _DOC,
        _own("other", "string", "The other document, behind this one in the order of ids."),
        _from("corpus", "relations.type"),
        _own(
            "direction",
            "string",
            "`forward` when this one was made from the other, `backward` the other way; null when not known.",
            null=True,
        ),
        _own("similarity", "number", "How like the two texts are, from 0 to 1, by `measure`."),
        _own("measure", "string", "How the similarity was computed."),
        *_remarks("relations", "corpus"),
    )
    return Table("document_relations", ("doc_id", "other"), "a pair of related documents (doc_id < other)", columns)


def _pages() -> Table:
    columns = (
        _own("page_id", "string", "The page: its name in the inventory."),
        *(_from("inventory", f"pages.{key}") for key in ("url", "title", "date", "says", "note")),
    )
    return Table("pages", ("page_id",), "an outside page that is cited", columns)


def _hard_cases() -> Table:
    columns = (
        _own("case_id", "integer", "Number of the case."),
        *(_from("hardcases", f"cases.{key}") for key in ("title", "documents", "options", "decision", "rule")),
        _own(
            "places",
            "strings",
            "The items that are instances of it: `doc_id/layer/start-end` or `doc_id/layer/name`; "
            "`inventory/...` and `corpus/...` where no document has them.",
        ),
        _from("hardcases", "cases.note"),
    )
    return Table("hard_cases", ("case_id",), "a hard case with options, decision, and places", columns)


def _annotators() -> Table:
    keys = ("kind", "name", "version", "orcid", "date", "settings", "instructions", "part", "note")
    columns = (
        _own("annotator_id", "string", "The annotator: its name in the corpus."),
        *(_from("annotators", f"annotators.{key}") for key in keys),
    )
    return Table("annotators", ("annotator_id",), "one who annotated, as truly known", columns)


_DISPUTED = (
    Column("item", "string", "The item, as the places of hard cases are named: `mentions/12-20`, `events/call`."),
    Column("quote", "string", "Its words, or null.", null=True),
    Column("why", "string", "What is wrong with it."),
)


def _reviews() -> Table:
    keys = ("layer", "reviewer", "date", "items", "total", "verdict", "digest")
    columns = (
        _DOC,
        *(_from("reviews", f"reviews.{key}") for key in keys),
        _own("disputed", _DISPUTED, "What was found wrong.", many=True),
        _own(
            "holds",
            "boolean",
            "Whether the layer is still as it was reviewed: its digest is the same.",
        ),
        _from("reviews", "reviews.note"),
    )
    key = ("doc_id", "layer", "reviewer", "date", "digest")
    return Table("reviews", key, "one review of one layer of one document", columns)


def _decisions() -> Table:
    keys = ("layer", "kind", "at", "a", "b", "choose", "value", "why", "cases", "note")
    columns = (
        _own("decision_id", "string", "The decision."),
        _own("doc_id", "string", "The document; null for the inventory.", null=True),
        _own("pass_a", "string", "The first of the two passes, if it is told.", null=True),
        _own("pass_b", "string", "The second of the two passes, if it is told.", null=True),
        *(_from("decisions", f"decisions.{key}") for key in keys),
    )
    return Table("decisions", ("decision_id",), "one adjudication of a difference between two passes", columns)


def _passes() -> Table:
    columns = (
        _own("pass", "string", "The pass: its folder in `annotations/passes/`."),
        _DOC,
        _own("document", "string", "The document as this pass has it, in canonical form, as JSON."),
    )
    return Table("passes", ("pass", "doc_id"), "one document as one pass has it", columns)


def _agreement() -> Table:
    columns = (
        _own("pass_a", "string", "The first pass; `.` is the annotation that is published."),
        _own("pass_b", "string", "The second pass."),
        _own("measure", "string", "What is compared."),
        _own("statistic", "string", "The coefficient: `f1`, `alpha` (Krippendorff), `ac1` (Gwet), `agreement`, ..."),
        _own("unit", "string", "What is counted."),
        _own("n", "integer", "How many were counted."),
        _own("value", "number", "The value; null where it is not defined.", null=True),
        _own("reason", "string", "Why there is no value.", null=True),
    )
    key = ("pass_a", "pass_b", "measure", "statistic")
    return Table("agreement", key, "the consistency of two passes by one measure", columns)


_SPACE = (
    Column("word", "integer", "The word before which it stands, from 0."),
    Column("space", "string", "The white space."),
)


def _withheld() -> Table:
    columns = (
        _DOC,
        *_SPAN[:2],
        _own("kind", "string", "`document`, `zone` or `paragraph`: a stretch of a zone without a line break."),
        _own("sha256", "string", "SHA-256 of its characters in UTF-8."),
        _own("dense_sha256", "string", "The same without white space."),
        _own("word_lengths", "integers", "Lengths of the words of a paragraph; none for the other kinds."),
        _own("spaces", _SPACE, "White space between words that is not one blank.", many=True),
        _own("before", "string", "White space at the beginning of a document."),
        _own("after", "string", "White space between a paragraph and the next, or the end of the text."),
    )
    key = ("doc_id", "start", "end", "kind")
    row = "a stretch of a text that is withheld, with what tells whether a copy is the same and how it is set"
    return Table("withheld", key, row, columns)


def _withdrawn() -> Table:
    columns = (_DOC, *(_from("corpus", f"withdrawn.{key}") for key in ("sha256", "reason", "date")))
    return Table("withdrawn", ("doc_id",), "a document that was withdrawn, and why", columns)


def _party(name: str, what: str) -> tuple[Column, ...]:
    return (
        _own(name, "string", f"{what}: actor, or empty when there is none."),
        _own(f"{name}_name", "string", f"{what}: name.", null=True),
        _own(f"{name}_country", "string", f"{what}: country as ISO 3166-1 alpha-3.", null=True),
        _own(f"{name}_sectors", "strings", f"{what}: sectors."),
        _own(f"{name}_wikidata", "string", f"{what}: Wikidata identifier, when verified.", null=True),
    )


_RANGE = (
    Column("what", "string", "What is counted."),
    Column("least", "integer", "The smallest number reported."),
    Column("most", "integer", "The largest number reported."),
)


def _event_table() -> Table:
    columns = (
        _CORPUS_EVENT,
        _own("date_start", "string", "The first day it can have happened, or null.", null=True),
        _own("date_end", "string", "The last day it can have happened, or null.", null=True),
        _own(
            "date_precision",
            "string",
            "day, month or year: the finest that all reports share; null without a date.",
            null=True,
        ),
        *_TYPED,
        _from("canonical", "events.contexts"),
        *_party("actor", "Who did it"),
        *_party("recipient", "To whom"),
        _own(
            "symmetric",
            "boolean",
            "Whether it is a joint act: then it stands once, actor before recipient in the order of ids.",
        ),
        _own("places", "strings", "Where, as names of actors."),
        _own("counts", _RANGE, "Numbers reported, from the smallest to the largest.", many=True),
        _own("actual", "boolean", "Whether a report presents it as having happened."),
        _own("n_reports", "integer", "How many independent texts report it."),
        _own("outlets", "strings", "Names of the publishers, republishers and wire agencies of the reports."),
        _own("asserted_by", "strings", "Sources that commit themselves to it."),
        _own("factuality", "string", "The strongest commitment of an author; Uu when there is none."),
        _own("contested", "boolean", "Whether reports or sources differ."),
        _own("quote", "string", "The passage of the first report that has its trigger.", null=True),
        _own("doc_ids", "strings", "The documents that report it."),
    )
    row = "one corpus event and one directed pair of parties: the table for who counts"
    return Table("event_table", ("corpus_event_id", "actor", "recipient"), row, columns)


def _documents(nested: tuple[Table, ...]) -> Table:
    date = (*(_from("canonical", f"date.{key}") for key in ("text", "known", "external", "because", "cite", "note")),)
    statement = (*_SPAN, *(_from("canonical", f"rights.{key}") for key in ("licence", "holder", "note")))
    source = (
        *(
            _from("canonical", f"source.{key}")
            for key in ("licence", "holder", "redistribution", "basis", "cite", "note")
        ),
        _own("statements", statement, "Statements of rights in the text.", many=True),
    )
    columns = (
        _DOC,
        _from("canonical", "text"),
        _own("title", "string", "The first passage of the zone `title`, or null.", null=True),
        _from("canonical", "language"),
        _own("group", "string", "Documents of one group share a text and must stay together."),
        _from("canonical", "copy_of"),
        _from("canonical", "annotated"),
        _own("sha256", "string", "SHA-256 of the text in UTF-8, which is that of its raw file."),
        _own("date", date, "When the document was published."),
        _own("source", source, "Rights in the text."),
        *(
            _own(table.nested or "", table.columns, f"{table.row[0].upper()}{table.row[1:]}.", many=True)
            for table in nested
        ),
        *_remarks_of_document(),
    )
    row = "a document with its text, zones, date, source, actors, mentions and events"
    return Table("documents", ("doc_id",), row, columns)


def _remarks_of_document() -> tuple[Column, ...]:
    return _from("canonical", "cases"), _from("canonical", "note")


@cache
def all_tables() -> dict[str, Table]:
    """Return all tables by name, `documents` first. In nested tables the column `doc_id` is left out."""
    nested = (
        _zones(),
        _date_candidates(),
        _time_expressions(),
        _publication_roles(),
        _attributions(),
        _actors(),
        _actor_mentions(),
        _event_mentions(),
        _document_events(),
        _event_arguments(),
        _factuality(),
        _claims(),
        _event_relations(),
    )
    whole = (
        _offices(),
        _corpus_events(),
        _corpus_event_relations(),
        _document_relations(),
        _pages(),
        _hard_cases(),
        _annotators(),
        _reviews(),
        _passes(),
        _agreement(),
        _decisions(),
        _event_table(),
        _withheld(),
        _withdrawn(),
    )
    flat = (table if table.name == "actors" else table._replace(columns=(_DOC, *table.columns)) for table in nested)
    return {table.name: table for table in (_documents(nested), *flat, *whole)}
