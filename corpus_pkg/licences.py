"""Names of licences and of rights: SPDX expressions, and the statements of rightsstatements.org."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from corpus_pkg.errors import closest

UNKNOWN = "unknown"
_STATEMENTS = "http://rightsstatements.org/vocab/{}/1.0/"
_IN_COPYRIGHT = ("InC", "InC-OW-EU", "InC-EDU", "InC-NC", "InC-RUU")
_OTHER = ("NoC-CR", "NoC-NC", "NoC-OKLR", "NoC-US", "CNE", "UND", "NKC")
STATEMENTS = tuple(_STATEMENTS.format(code) for code in (*_IN_COPYRIGHT, *_OTHER))
"""The twelve statements, by the addresses that name them (with `http`, as their makers say)."""


def is_licence(name: str) -> bool:
    """Return whether this names rights: `unknown`, an SPDX expression in its own spelling, or a statement's address."""
    return name == UNKNOWN or name in STATEMENTS or _spelt(name) == name


def nearest_licence(name: str) -> str | None:
    """Return what a wrong name may have been meant for."""
    if "rightsstatements.org" in name:
        near = closest(name.replace("https://", "http://").replace("/page/", "/vocab/"), STATEMENTS)
        return near[0] if near else STATEMENTS[0]
    return _spelt(name) or _spelt("-".join(name.split()))


@lru_cache(maxsize=10_000)
def _spelt(name: str) -> str | None:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    with suppress(InvalidLicenseExpression):
        return str(canonicalize_license_expression(name))
    return None
