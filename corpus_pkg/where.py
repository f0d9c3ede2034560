"""Which documents are wanted: by id, date, actor or type of event.

Only the columns that are asked about are read, and only of row groups whose bounds do not exclude what is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypedDict, cast

from corpus_pkg.edtf import Edtf, parse_edtf, read_edtf
from corpus_pkg.errors import CorpusError, UnknownNameError

if TYPE_CHECKING:
    import pyarrow as pa

Names = str | Sequence[str]
Bounds = Mapping[str, tuple[Any, Any]]
"""The least and the greatest value by the path of a leaf column, where the file says so."""


class Where(TypedDict, total=False):
    """What documents are wanted: all that is given must hold; of several names, one is enough.

    `doc_id`: ids of documents. `actor`: ids of actors that a document names. `event_type`: types of events that it
    reports, `ACCUSE`, or with the mode `ACCUSE/disapprove`. `date`: a date or span of time in EDTF, `2021`, `2021-10`,
    `2021-10-01/2022-03`, `../2021`: wanted are documents that may have been published then, as far as pages outside
    tell; where those say nothing, what an informed reader adds counts, and then the text. `date_text`, `date_known`
    and `date_external` ask for one of these bases alone.
    """

    doc_id: Names
    date: str
    date_text: str
    date_known: str
    date_external: str
    actor: Names
    event_type: Names


class Groups(Protocol):
    """Row groups of documents, numbered through all files, with the place of the first row of each."""

    @property
    def starts(self) -> Sequence[int]:
        """The place of the first row of each, and at the end the number of rows."""

    def bounds(self, group: int) -> Bounds:
        """Return the bounds of the columns of a row group."""

    def read(self, group: int, columns: Sequence[str]) -> pa.Table:
        """Return columns of a row group."""


class _Condition(NamedTuple):
    """What must hold: of which leaf columns, whether it may hold within bounds, and of which rows it does (a mask)."""

    columns: tuple[str, ...]
    may_hold: Callable[[Bounds], bool]
    holds: Callable[[pa.Table], Any]


_ACTOR = "actors.list.element.actor_id"
_TYPE, _MODE = "events.list.element.type", "events.list.element.mode"
_DATES = {
    "date": ("date.external", "date.known", "date.text"),
    "date_text": ("date.text",),
    "date_known": ("date.known",),
    "date_external": ("date.external",),
}


def find_places(groups: Groups, where: Where) -> list[int]:
    """Return the places of the documents that are wanted, in order; there is at least one condition.

    Raises CorpusError for what is none.
    """
    conditions = [*_conditions(where)]
    columns = [*dict.fromkeys(column for condition in conditions for column in condition.columns)]
    places: list[int] = []
    for group, start in enumerate(groups.starts[:-1]):
        if all(condition.may_hold(groups.bounds(group)) for condition in conditions):
            table = groups.read(group, columns)
            places += (start + place for place in _rows(table, conditions))
    return places


def names_of(where: Where, key: str) -> list[str]:
    """Return the names that a condition lists. Raises CorpusError when it lists no words."""
    given: Any = where.get(key, ())
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, Sequence | set | frozenset) or not all(isinstance(name, str) for name in names):
        raise CorpusError(f"where {key!r} takes a name or a list of names, and {given!r} is neither")
    return [*names]


def _conditions(where: Where) -> Iterator[_Condition]:
    for key, value in where.items():
        if key in _DATES:
            yield _dated(_DATES[key], _span_of_time(key, value))
        elif key in _NAMED:
            yield _NAMED[key](names_of(where, key))
        else:
            raise UnknownNameError("condition of where", key, [*_DATES, *_NAMED])


def _rows(table: pa.Table, conditions: Sequence[_Condition]) -> list[int]:
    import pyarrow.compute as pc

    mask = conditions[0].holds(table)
    for condition in conditions[1:]:
        mask = pc.and_(mask, condition.holds(table))
    return cast(list[int], pc.indices_nonzero(mask).to_pylist())


# --- names ---


def _of_ids(names: Sequence[str]) -> _Condition:
    return _Condition(
        ("doc_id",), lambda bounds: _may_hold(bounds, "doc_id", names), lambda table: _among(table["doc_id"], names)
    )


def _of_actors(names: Sequence[str]) -> _Condition:
    def holds(table: pa.Table) -> Any:
        actors = table["actors"].combine_chunks()
        return _parents(actors, _among(_flat(actors, "actor_id"), names))

    return _Condition((_ACTOR,), lambda bounds: _may_hold(bounds, _ACTOR, names), holds)


def _of_types(names: Sequence[str]) -> _Condition:
    types = [name.partition("/")[0] for name in names]

    def holds(table: pa.Table) -> Any:
        import pyarrow.compute as pc

        events = table["events"].combine_chunks()
        found = _flat(events, "type")
        both = pc.binary_join_element_wise(found, _flat(events, "mode"), "/")
        return _parents(events, pc.or_(_among(found, names), _among(both, names)))

    return _Condition((_TYPE, _MODE), lambda bounds: _may_hold(bounds, _TYPE, types), holds)


_NAMED: dict[str, Callable[[Sequence[str]], _Condition]] = {
    "doc_id": _of_ids,
    "actor": _of_actors,
    "event_type": _of_types,
}


def _may_hold(bounds: Bounds, column: str, names: Sequence[str]) -> bool:
    """Return whether a value within the bounds of a column, where they are known, can be one of the names."""
    if column not in bounds:
        return True
    least, greatest = bounds[column]
    return any(least <= name <= greatest for name in names)


def _among(values: Any, names: Sequence[str]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(values, value_set=pa.array(names, pa.string()))


def _flat(lists: Any, field: str) -> Any:
    """Return one field of the structs in all lists."""
    import pyarrow.compute as pc

    return pc.struct_field(pc.list_flatten(lists), field)


def _parents(lists: Any, mask: Any) -> Any:
    """Return for each list whether one of its items is marked."""
    import pyarrow as pa
    import pyarrow.compute as pc

    marked = pc.list_parent_indices(lists).filter(mask)
    return pc.is_in(pa.array(range(len(lists)), marked.type), value_set=marked)


# --- dates ---


def _dated(bases: Sequence[str], wanted: Edtf) -> _Condition:
    def holds(table: pa.Table) -> Any:
        import pyarrow.compute as pc

        columns = [pc.struct_field(table["date"], base.partition(".")[2]) for base in bases]
        values = pc.coalesce(*columns)
        fitting = {value for value in pc.unique(values).to_pylist() if _overlap(read_edtf(value), wanted)}
        return _among(values, sorted(fitting))

    return _Condition(tuple(bases), lambda bounds: True, holds)


def _overlap(found: Edtf | None, wanted: Edtf) -> bool:
    """Return whether two dates can have a day in common, taken as they are written, approximate or not."""
    if found is None:
        return False
    starts = (found.first or date.min) <= (wanted.last or date.max)
    return starts and (wanted.first or date.min) <= (found.last or date.max)


def _span_of_time(key: str, value: Any) -> Edtf:
    try:
        return parse_edtf(value)
    except (TypeError, ValueError) as error:
        form = "2021, 2021-10, 2021-10-01/2022-03-31, 2021/.. or ../2021"
        raise CorpusError(f"where {key!r} takes a date as {form}, and {value!r} is none: {error}") from error
