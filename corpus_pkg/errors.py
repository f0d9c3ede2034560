"""What a caller can catch. Bad data is a finding, not an exception; these are for misuse and for refusals."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus_pkg.findings import Finding


class CorpusError(Exception):
    """Something a user can mend; the message says how."""


class UnknownNameError(CorpusError, LookupError):
    """A name that is not there, with the near matches.

    `name` is what was asked for, `kind` what it should name, `known` the names there are.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        super().__init__(f"no {kind} is called {name!r}{near_matches(name, self.known, all_if_few=True)}")


class DatasetMissingError(CorpusError, FileNotFoundError):
    """A folder that should hold a built dataset does not."""


class HubError(CorpusError):
    """A hub cannot be reached, or refuses, or holds something else than is asked for.

    `status` is the HTTP status of its answer, `code` its own word for it; both are null where it gave none.
    """

    def __init__(self, message: str, status: int | None = None, code: str | None = None) -> None:
        self.status, self.code = status, code
        super().__init__(message)


class InvalidCorpusError(CorpusError):
    """A corpus with errors, which is not built. `findings` holds all of them."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        errors = sum(finding.severity == "error" for finding in findings)
        first = next(finding for finding in findings if finding.severity == "error")
        super().__init__(f"1 error: {first}" if errors == 1 else f"{errors} errors; the first is {first}")


def refuse_unnamed(path: Path) -> None:
    """Raise CorpusError for a path that this process cannot decode: pyarrow takes paths as text, not as bytes."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        encoding = sys.getfilesystemencoding()
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        hint = "rename the folder" if encoding == "utf-8" else "set PYTHONUTF8=1, or a locale such as LC_ALL=C.UTF-8"
        message = f"{shown}: file names are read as {encoding.upper()} here, and this one is not; {hint}"
        raise CorpusError(message) from OSError(str(error))


_LONGEST = 300
"""What is longer than any name, in characters, is near to none and not compared."""


def closest(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three names that `name` may have been meant for, the likeliest first."""
    if len(name) > _LONGEST:
        return []
    folded = {candidate.casefold(): candidate for candidate in known}
    near = [match for match in folded if len(name) > 1 and match.startswith(name.casefold())]
    near += get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    return [folded[match] for match in dict.fromkeys(near)][:3]


def near_matches(name: str, known: Iterable[str], *, all_if_few: bool = False) -> str:
    """Return `; did you mean ...?` or, where nothing is near and few are known, all of them; else nothing."""
    known = list(known)
    if matches := closest(name, known):
        return "; did you mean " + " or ".join(matches) + "?"
    return "; there are " + ", ".join(known) if all_if_few and 0 < len(known) <= 30 else ""
