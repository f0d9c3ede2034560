"""Which findings are wanted: by code, by the beginning of codes, by level or by severity."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import get_args

from corpus_pkg.errors import UnknownNameError
from corpus_pkg.findings import LEVELS, Finding, Severity

SEVERITIES: tuple[str, ...] = get_args(Severity)


def select_findings(
    findings: Iterable[Finding], select: Collection[str], ignore: Collection[str], codes: Collection[str]
) -> list[Finding]:
    """Return the findings that `select` names (all, where it is empty), without those that `ignore` names, in order.

    Each selector is a level or a severity, or else a code or the words that codes begin with: `anchor` and `anchor-`
    stand for `anchor-ambiguous` and the like. `corpus` and `file` are levels, `corpus-` and `file-` the codes.
    Raises UnknownNameError, with the near matches, for a selector that names none of these nor of the known `codes`.
    """
    check_selectors((*select, *ignore), codes)
    return [
        finding
        for finding in findings
        if (not select or any(_matches(selector, finding) for selector in select))
        and not any(_matches(selector, finding) for selector in ignore)
    ]


def check_selectors(selectors: Iterable[str], codes: Collection[str]) -> None:
    """Raise UnknownNameError for a selector that names no level, no severity and none of the known codes."""
    for selector in selectors:
        if not _is_known(selector, codes):
            raise UnknownNameError("kind of finding", selector, {*codes, *LEVELS, *SEVERITIES})


def _is_known(selector: str, codes: Collection[str]) -> bool:
    return selector in (*LEVELS, *SEVERITIES) or any(_begins(selector, code) for code in codes)


def _matches(selector: str, finding: Finding) -> bool:
    if selector in LEVELS:
        return finding.level == selector
    return selector == finding.severity or _begins(selector, finding.code)


def _begins(selector: str, code: str) -> bool:
    """Return whether a code is this one, or begins with these whole words."""
    return code == selector or code.startswith(selector.removesuffix("-") + "-")
