"""Sections of the card: what a datasheet (Gebru et al. 2021) and a data statement (Bender and Friedman 2018) ask for.

What people say of the corpus stands in its settings; what can be counted is counted and never told by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus_pkg.anchors import fold_space
from corpus_pkg.citation import canary_line, cite_bibtex, cite_text, doi_words
from corpus_pkg.consistency import agreement_table
from corpus_pkg.stats import counts_table

Settings = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]
_BEFORE = (
    ("rationale", "Curation rationale"),
    ("collection", "Collection"),
    ("language_variety", "Language variety"),
    ("text_authors", "Authors of the texts"),
    ("situation", "Situation and form of the texts"),
    ("personal", "Personal and sensitive information"),
    ("intended_uses", "Intended uses"),
    ("unfit_uses", "Unfit uses"),
    ("limits", "Limits"),
)
_AFTER = (("maintenance", "Maintenance"), ("funding", "Funding"))
_CHOICES = ("a", "b", "both", "neither", "other")


def opening(settings: Settings) -> Iterator[str]:
    """Yield the first lines: what the texts are a sample of, and what the corpus is."""
    if settings["sampling"]:
        yield f"**{settings['sampling']}**\n"
    yield f"{settings['description']}\n"


def statement(settings: Settings) -> Iterator[str]:
    """Yield what the corpus says of its texts and uses, and what it does not say."""
    yield from _sections(settings, _BEFORE)
    unsaid = [title.lower() for key, title in (*_BEFORE, *_AFTER) if not settings[key]]
    if unsaid:
        yield f"The corpus says nothing of these: {', '.join(unsaid)}.\n"


def upkeep(settings: Settings) -> Iterator[str]:
    """Yield who keeps the corpus up, where errors are reported, and by what line its copies can be found."""
    yield from _sections(settings, _AFTER)
    yield "## Contact and errata\n"
    yield f"{settings['contact'] or 'The corpus names no contact.'}\n"
    if settings["erratum"]:
        yield f"{settings['erratum']}\n"
    if canary := canary_line(settings):
        yield "## Canary\n"
        yield "This line stands here, in the codebook, and in the metadata of every Parquet file (key `canary`)."
        yield "Whoever finds it in other data has found a copy of this corpus.\n"
        yield f"    {canary}\n"


def citing(settings: Settings) -> Iterator[str]:
    """Yield how the corpus is cited."""
    yield "## How to cite\n"
    yield f"{cite_text(settings)}\n"
    if doi := doi_words(settings):
        yield f"{doi}\n"
    yield f"```bibtex\n{cite_bibtex(settings)}\n```\n"


def statistics(counts: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Yield the counts."""
    yield "## Statistics\n"
    yield "A text that stands in several documents counts once in the second column.\n"
    yield from counts_table(counts)
    yield ""


def consistency(rows: Rows) -> Iterator[str]:
    """Yield how far the passes agree; `rows` are those of the table `agreement`."""
    if not rows:
        return
    yield "## Consistency of passes\n"
    yield "How far passes agree with one another, which is no measure of truth, and in brackets how many were counted."
    yield "`published` is the annotations of this release."
    yield "The table `agreement` has every measure; there they are called `.`.\n"
    yield from agreement_table([dict(row) for row in rows])
    yield ""


def contested(cases: Rows, decisions: Rows) -> Iterator[str]:
    """Yield what could have been annotated otherwise; the rows are those of `hard_cases` and `decisions`."""
    if not cases and not decisions:
        return
    yield "## Contested codings\n"
    if decisions:
        yield from _decided(decisions)
    if cases:
        yield "Hard cases, each with what was done; the table `hard_cases` has what else could have been done,"
        yield "and every place.\n"
        yield "| case | question | what was done | rule | documents | places |\n|---:|---|---|---|---:|---:|"
        yield from map(_case, cases)
        yield ""


def _decided(decisions: Rows) -> Iterator[str]:
    yield f"Differences of two passes that were decided: {len(decisions)}."
    yield "Counted by what differs and what was chosen; the table `decisions` has each with its reason.\n"
    counts: Counter[tuple[str, str]] = Counter((row["kind"] or row["layer"], row["choose"]) for row in decisions)
    yield f"| what differs | {' | '.join(_CHOICES)} |\n|---|{'---:|' * len(_CHOICES)}"
    for kind in sorted({kind for kind, _ in counts}):
        yield f"| {kind} | {' | '.join(str(counts[kind, choice]) for choice in _CHOICES)} |"
    yield ""


def _case(row: Mapping[str, Any]) -> str:
    words = (_cell(row["title"]), _cell(row["decision"]), _cell(row["rule"] or ""))
    return f"| {row['case_id']} | {' | '.join(words)} | {len(row['documents'])} | {len(row['places'])} |"


def _cell(words: str) -> str:
    return fold_space(words).replace("|", "\\|")


def _sections(settings: Settings, sections: Sequence[tuple[str, str]]) -> Iterator[str]:
    for key, title in sections:
        said = settings[key]
        if said:
            yield f"## {title}\n"
            yield "".join(f"- {each}\n" for each in said) if isinstance(said, list) else f"{said}\n"
