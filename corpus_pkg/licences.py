"""Licences: their names (SPDX expressions, and the statements of rightsstatements.org), addresses and texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.resources import files
from typing import Any

from corpus_pkg.errors import closest

UNKNOWN = "unknown"
_STATEMENTS = "http://rightsstatements.org/vocab/{}/1.0/"
_IN_COPYRIGHT = ("InC", "InC-OW-EU", "InC-EDU", "InC-NC", "InC-RUU")
_OTHER = ("NoC-CR", "NoC-NC", "NoC-OKLR", "NoC-US", "CNE", "UND", "NKC")
STATEMENTS = tuple(_STATEMENTS.format(code) for code in (*_IN_COPYRIGHT, *_OTHER))
"""The twelve statements, by the addresses that name them (with `http`, as their makers say)."""
FOLDER = "LICENSES"
CODE = "Apache-2.0"
"""The licence of the programs that made the release."""
ADDRESSES = {
    "Apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC-BY-NC-SA-4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    "CC-BY-ND-4.0": "https://creativecommons.org/licenses/by-nd/4.0/",
    "ODC-By-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
}
"""Addresses by SPDX identifier, of the licences under which data are commonly published."""
_BUNDLED = ("Apache-2.0", "CC-BY-4.0", "CC0-1.0")


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


def licence_address(licence: str) -> str | None:
    """Return the address of a licence given by its SPDX identifier; null for one that is not known here."""
    return ADDRESSES.get(licence)


def licence_files(licences: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file of `LICENSES/`: what applies to what, and the licences themselves."""
    yield f"{FOLDER}/README.md", "\n".join(_terms(licences)) + "\n"
    for licence in dict.fromkeys((CODE, licences["annotations"], licences["texts"])):
        if licence in _BUNDLED:
            text = files("corpus_pkg").joinpath("licences", f"{licence}.txt").read_text(encoding="utf-8")
            yield f"{FOLDER}/{licence}.txt", text


def _terms(licences: Mapping[str, Any]) -> Iterator[str]:
    yield "# What is under which terms\n"
    yield "| what | terms |\n|---|---|"
    yield f"| annotations, and all that is computed from them | {_shown(licences['annotations'])} |"
    texts = "none are said" if licences["texts"] == "unknown" else _shown(licences["texts"])
    yield f"| texts, and every quote of them | {texts}; `source` of each document says more |"
    yield f"| `corpus_pkg`, the program that wrote these files, which is not among them | {_shown(CODE)} |"
    yield "\nThe licence of the annotations grants nothing in the texts, which belong to their holders."


def _shown(licence: str) -> str:
    place = f"[{licence}]({licence}.txt)" if licence in _BUNDLED else licence
    address = licence_address(licence)
    return f"{place}, {address}" if address else place
