"""Rules that a corpus need not keep while it is worked on, and must keep to be built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus_pkg.checks.rule import Data, Known, Rule
from corpus_pkg.findings import Path, Problem, clip
from corpus_pkg.licences import is_licence, nearest_licence
from corpus_pkg.paths import iter_at, key_patterns, values_at


def draft(document: Data, known: Known) -> Iterator[Problem]:
    """No item is a draft when the corpus is built.

    A draft is what a program proposed and nobody has looked at. It is a warning here, and a build refuses it.

    Look at the item, then take `draft: true` away.
    """
    hint = "look at it, then take `draft: true` away"
    message = "this item is a draft: `corpus build` refuses it"
    for where in _drafts(document):
        yield Problem("draft", where, message, "true", None, hint, on_key=True)


def redistribution_unfounded(document: Data, known: Known) -> Iterator[Problem]:
    """A text that may be passed on has a licence, or says on what that rests.

    Whoever publishes the corpus relies on this word.

    Write the licence, or the `basis` of the decision; or `redistribution: unknown`.
    """
    source = document["source"]
    if source["redistribution"] == "yes" and source["licence"] == "unknown" and not source["basis"]:
        message = "this text may be passed on, says `redistribution`, and neither a licence nor a basis says why"
        yield Problem(
            "redistribution-unfounded", ("source", "redistribution"), message, "yes", "a `licence` or `basis`"
        )


def licence_unsound(document: Data, known: Known) -> Iterator[Problem]:
    """A licence is an SPDX expression, a statement of rightsstatements.org by its address, or `unknown`.

    Machines that decide what may be done with a text know these names and no others.

    Write the identifier of https://spdx.org/licenses/, or an address such as
    `http://rightsstatements.org/vocab/InC/1.0/`.
    """
    places: list[tuple[Path, str]] = [(("source", "licence"), document["source"]["licence"])]
    places += [
        (("rights", n, "licence"), each["licence"]) for n, each in enumerate(document["rights"]) if each["licence"]
    ]
    for where, name in places:
        if not is_licence(name):
            near = nearest_licence(name)
            message = f"{clip(name)!r} is no SPDX expression and no statement of rightsstatements.org"
            wanted = "an SPDX expression, the address of a statement, or `unknown`"
            yield Problem("licence-unsound", where, message, clip(name), wanted, f"write {near}" if near else None)


RULES = (
    Rule(draft, "release", severity="warning"),
    Rule(redistribution_unfounded, "release", "source"),
    Rule(licence_unsound, "release"),
)


def _drafts(document: Data) -> Iterator[Path]:
    for pattern in key_patterns("draft"):
        drafts: list[Any] = values_at(document, pattern)
        if True in drafts:
            yield from (where for where, value in iter_at(document, pattern) if value is True)
