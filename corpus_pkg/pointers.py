"""Where names stand in documents and in the inventory, as patterns of `paths`."""

from __future__ import annotations

from functools import cache

from corpus_pkg.vocabulary import Vocabulary

OFFICES = ("actors.*.offices.*.body",)
ACTORS = (
    "mentions.*.actors.*",
    "parties.*.actor",
    "source.parties.*.actor",
    "source.holder",
    "rights.*.holder",
    *OFFICES,
)
"""Actors of a document, but for the fillers of roles."""
SOURCES = (
    "attributions.*.sources.*",
    "relations.*.sources.*",
    "claims.*.sources.*",
    "triggers.*.factuality.*.source",
)
"""Actors too, or AUTHOR or ANONYMOUS."""
EVENTS = ("triggers.*.event", "times.*.event", "claims.*.event", "relations.*.from", "relations.*.to")
"""Events of the document itself."""
CORPUS_EVENTS = ("events.*.corpus_event",)
ENDS = ("relations.*.from", "relations.*.to")
"""Events that relations of the inventory join."""


def fillers(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return where the fillers of roles stand in a document."""
    return _fillers(tuple(vocabulary.labels("roles")))


@cache
def _fillers(roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"events.*.{role}.*" for role in roles)
