"""How a corpus is cited: in words, as BibTeX, as CITATION.cff (1.2.0), and as metadata of DataCite (4.5)."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from corpus_pkg.licences import licence_address

Settings = Mapping[str, Any]
CFF, DATACITE = "CITATION.cff", "datacite.json"
_SPECIAL = re.compile(r"[&%$#_{}~^\\]")
_ESCAPED = {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
"""Letters that BibTeX would obey, where a backslash before them does not help."""
_TEST_PREFIX = "10.5072/"
"""The prefix of DataCite under which nothing is ever registered."""


def cite_text(settings: Settings) -> str:
    """Return the citation in words: as the corpus words it, else put together."""
    if settings["citation"]:
        return str(settings["citation"])
    year = f" ({settings['date'][:4]})" if settings["date"] else ""
    place = f" {doi_address(settings)}" if is_registered(settings) else ""
    return f"{_authors(settings)}{year}. {settings['title']}. Version {settings['version']}.{place}"


def cite_bibtex(settings: Settings, note: str = "") -> str:
    """Return the citation as an entry of BibTeX, with a note to it."""
    fields = {
        "author": " and ".join(_bib_name(author) for author in settings["authors"]),
        "title": "{" + _bib_text(settings["title"]) + "}",
        "version": settings["version"],
        "year": (settings["date"] or "")[:4],
        "doi": settings["doi"] if is_registered(settings) else "",
        "url": settings["homepage"] or "",
        "note": _bib_text(" ".join(filter(None, (settings["citation"], note)))),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{settings['name']},\n" + ",\n".join(lines) + "\n}"


def is_registered(settings: Settings) -> bool:
    """Return whether the corpus has a DOI that leads somewhere."""
    return bool(settings["doi"]) and settings["doi_state"] == "registered"


def doi_address(settings: Settings) -> str:
    """Return the DOI as an address."""
    return f"https://doi.org/{settings['doi']}"


def doi_words(settings: Settings) -> str | None:
    """Return what is to be known of the DOI in words; null when there is none."""
    if not settings["doi"]:
        return None
    if is_registered(settings):
        return f"DOI: {doi_address(settings)}"
    held = "a place holder under the prefix for tests" if settings["doi"].startswith(_TEST_PREFIX) else "reserved"
    return f"DOI: {settings['doi']}, {held}: it leads nowhere yet, so do not cite it."


def canary_line(settings: Settings) -> str | None:
    """Return the line by which copies of the corpus can be found in other data; null when it has no canary."""
    if not settings["canary"]:
        return None
    return f"Test data, not to be trained on: {settings['name']} canary GUID {settings['canary']}"


def make_cff(settings: Settings) -> str:
    """Return CITATION.cff, valid by its schema 1.2.0."""
    import yaml

    licence = settings["licences"]["annotations"]
    data = {
        "cff-version": "1.2.0",
        "message": "If you use these data, cite them as follows.",
        "type": "dataset",
        "title": settings["title"],
        "abstract": settings["description"],
        "version": settings["version"],
        "date-released": settings["date"],
        "authors": [_cff_author(author) for author in settings["authors"]],
        "keywords": settings["keywords"],
        "doi": settings["doi"] if is_registered(settings) else None,
        "url": settings["homepage"],
        "license": licence if licence_address(licence) else None,
    }
    kept = {key: value for key, value in data.items() if value}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=10_000)


def make_datacite(settings: Settings, languages: Collection[str], annotators: Sequence[Mapping[str, Any]]) -> str:
    """Return the metadata that DataCite takes, as JSON, valid by its schema 4.5; `date` must be known."""
    publisher = settings["publisher"] or _authors(settings)
    language = {"language": next(iter(languages))} if len(languages) == 1 else {}
    data = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "doi": settings["doi"],
        "url": settings["homepage"],
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "annotated corpus"},
        "creators": [_datacite_name(author) for author in settings["authors"]],
        "contributors": [
            {**_datacite_name({**each, "kind": "person", "affiliation": None}), "contributorType": "DataCurator"}
            for each in annotators
            if each["kind"] == "human"
        ],
        "titles": [{"title": settings["title"]}],
        "publisher": {"name": publisher},
        "publicationYear": settings["date"][:4],
        "dates": [{"date": settings["date"], "dateType": "Issued"}],
        "subjects": [{"subject": word} for word in settings["keywords"]],
        **language,
        "version": settings["version"],
        "rightsList": [_datacite_rights(settings["licences"]["annotations"])],
        "descriptions": [
            {"description": words, "descriptionType": kind}
            for words, kind in ((settings["description"], "Abstract"), (settings["sampling"], "Methods"))
            if words
        ],
    }
    kept = {key: value for key, value in data.items() if value}
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def split_name(author: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return family and given name of a person written as `Family, Given`; null for whoever is written otherwise."""
    family, comma, given = author["name"].partition(",")
    is_split = author["kind"] == "person" and comma and family.strip() and given.strip()
    return (family.strip(), given.strip()) if is_split else None


def _authors(settings: Settings) -> str:
    return "; ".join(author["name"] for author in settings["authors"])


def _bib_name(author: Mapping[str, Any]) -> str:
    name = _bib_text(author["name"])
    return name if split_name(author) else "{" + name + "}"


def _bib_text(text: str) -> str:
    return _SPECIAL.sub(lambda match: _ESCAPED.get(match[0], f"\\{match[0]}"), text)


def _cff_author(author: Mapping[str, Any]) -> dict[str, Any]:
    names = split_name(author)
    named = {"family-names": names[0], "given-names": names[1]} if names else {"name": author["name"]}
    orcid = f"https://orcid.org/{author['orcid']}" if author["orcid"] else None
    place = author["affiliation"] if names else None  # an entity has none in this format
    return {**named, **({"orcid": orcid} if orcid else {}), **({"affiliation": place} if place else {})}


def _datacite_name(author: Mapping[str, Any]) -> dict[str, Any]:
    names = split_name(author)
    named = {"familyName": names[0], "givenName": names[1]} if names else {}
    orcid = {"nameIdentifier": f"https://orcid.org/{author['orcid']}", "nameIdentifierScheme": "ORCID"}
    return {
        "name": author["name"],
        "nameType": "Personal" if author["kind"] == "person" else "Organizational",
        **named,
        **({"nameIdentifiers": [{**orcid, "schemeUri": "https://orcid.org"}]} if author["orcid"] else {}),
        **({"affiliation": [{"name": author["affiliation"]}]} if author["affiliation"] else {}),
    }


def _datacite_rights(licence: str) -> dict[str, Any]:
    address = licence_address(licence)
    if not address:
        return {"rights": f"Annotations: {licence}"}
    return {
        "rights": f"Annotations: {licence}; the texts have terms of their own",
        "rightsUri": address,
        "rightsIdentifier": licence,
        "rightsIdentifierScheme": "SPDX",
        "schemeUri": "https://spdx.org/licenses/",
    }
