"""`croissant.json`: the release as Croissant 1.1 describes data sets, with its vocabulary for responsible AI.

A record set is a table. Of `documents` it has the columns of the documents themselves: what nests deeper than one level
Croissant 1.1 cannot say, and reading it would lose values silently; the tables joined by `doc_id` have all of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from corpus_pkg.citation import cite_bibtex, doi_address
from corpus_pkg.corpus import Corpus
from corpus_pkg.licences import licence_address
from corpus_pkg.tables import Column, Table, all_tables

NAME = "croissant.json"
Parts = Mapping[str, Mapping[str, Mapping[str, Any]]]
Files = Mapping[str, Mapping[str, Any]]
_TERMS = (
    *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileProperty"),
    *("fileObject", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5"),
    *("parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator"),
    *("source", "subField", "transform"),
)
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS},
}
_TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean"}
_HOMES = {
    "doc_id": "documents",
    "actor_id": "actors",
    "event_id": "document_events",
    "corpus_event_id": "corpus_events",
    "page_id": "pages",
}
"""The table whose rows a column points to, where it stands in another table."""


def make_croissant(
    corpus: Corpus,
    parts: Parts,
    files: Files,
    languages: Collection[str],
) -> str:
    """Return the description as JSON-LD; `files` holds sha256 and size of every Parquet file by its path."""
    settings = corpus.settings
    data = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": settings["name"],
        "description": " ".join(filter(None, (settings["sampling"], settings["description"]))),
        "version": settings["version"],
        "datePublished": settings["date"],
        "license": licence_address(settings["licences"]["annotations"]) or settings["licences"]["annotations"],
        "url": settings["homepage"] or (doi_address(settings) if settings["doi"] else None),
        "citeAs": cite_bibtex(settings),
        "creator": [_creator(author) for author in settings["authors"]],
        "keywords": settings["keywords"],
        "inLanguage": sorted(languages),
        **_responsible(corpus),
        **_provenance(corpus),
        **_contents(parts, files),
    }
    return _text({key: value for key, value in data.items() if value})


def restored_croissant(text: str, parts: Parts, files: Files) -> str:
    """Return the description of an edition `standoff` for what was restored of it."""
    return _text({**json.loads(text), **_contents(parts, files)})


def _contents(parts: Parts, files: Files) -> dict[str, Any]:
    return {
        "distribution": [*_distribution(parts, files)],
        "recordSet": [_record_set(all_tables()[name], splits, parts) for name, splits in parts.items()],
    }


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _creator(author: Mapping[str, Any]) -> dict[str, Any]:
    kind = "sc:Person" if author["kind"] == "person" else "sc:Organization"
    orcid = {"url": f"https://orcid.org/{author['orcid']}"} if author["orcid"] else {}
    return {"@type": kind, "name": author["name"], **orcid}


def _responsible(corpus: Corpus) -> dict[str, Any]:
    """Return what the vocabulary for responsible AI asks, as far as the corpus says it."""
    settings, annotators = corpus.settings, corpus.annotators["annotators"]
    machines = [_named(each) for each in annotators if each["kind"] != "human"]
    told = {
        "dataCollection": settings["collection"],
        "dataAnnotationProtocol": [_protocol(each) for each in annotators if each["instructions"]],
        "annotatorDemographics": [f"{_named(each)}, {each['kind']}" for each in annotators],
        "machineAnnotationTools": list(dict.fromkeys(machines)),
        "dataUseCases": [*settings["intended_uses"], *(f"Not for: {use}" for use in settings["unfit_uses"])],
        "dataLimitations": settings["limits"],
        "dataBiases": [settings["sampling"]] if settings["sampling"] else [],
        "personalSensitiveInformation": [settings["personal"]] if settings["personal"] else [],
        "dataReleaseMaintenancePlan": settings["maintenance"],
    }
    return {f"rai:{key}": value for key, value in told.items()}


def _named(annotator: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (annotator["name"], annotator["version"])))


def _protocol(annotator: Mapping[str, Any]) -> str:
    return f"{annotator['id']}: {annotator['instructions']}"


def _provenance(corpus: Corpus) -> dict[str, Any]:
    """Return by whom and when the annotations were made, and from what, in terms of PROV."""
    activities = [
        {
            "@type": "prov:Activity",
            "prov:label": each["part"] or "annotation",
            **({"prov:endedAtTime": each["date"]} if each["date"] else {}),
            "prov:wasAssociatedWith": {
                "@type": "prov:Person" if each["kind"] == "human" else "prov:SoftwareAgent",
                "prov:label": f"{each['id']}: {_named(each)}",
            },
        }
        for each in corpus.annotators["annotators"]
    ]
    return {"prov:wasGeneratedBy": activities}


def _distribution(parts: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for name, splits in parts.items():
        for part in splits.values():
            path = part["file"]
            yield {
                "@type": "cr:FileObject",
                "@id": path,
                "name": path,
                "contentUrl": path,
                "contentSize": f"{files[path]['size']} B",
                "encodingFormat": "application/x-parquet",
                "sha256": files[path]["sha256"],
            }
        if len(splits) > 1:
            yield {
                "@type": "cr:FileSet",
                "@id": f"{name}-files",
                "name": f"{name}-files",
                "encodingFormat": "application/x-parquet",
                "includes": f"{name}/*.parquet",
            }


def _record_set(table: Table, splits: Mapping[str, Any], parts: Collection[str]) -> dict[str, Any]:
    paths = [part["file"] for part in splits.values()]
    source = {"fileObject": {"@id": paths[0]}} if len(paths) == 1 else {"fileSet": {"@id": f"{table.name}-files"}}
    fields = [_field(table, column, source, parts) for column in _shown(table.columns)]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": f"One row is {table.row}.",
        "key": [{"@id": f"{table.name}/{key}"} for key in table.key],
        "field": fields,
    }


def _shown(columns: Sequence[Column]) -> list[Column]:
    """Return the columns that nest no deeper than Croissant can say."""
    nested = {table.nested for table in all_tables().values()}
    return [column for column in columns if column.name not in nested or isinstance(column.type, str)]


def _field(table: Table, column: Column, source: Mapping[str, Any], parts: Collection[str]) -> dict[str, Any]:
    extract = {**source, "extract": {"column": column.name}}
    name = f"{table.name}/{column.name}"
    head = {"@type": "cr:Field", "@id": name, "name": column.name, "description": column.description}
    if isinstance(column.type, str):
        home = _HOMES.get(column.name, table.name)
        known = home in parts and home != table.name
        points = {"references": {"field": {"@id": f"{home}/{column.name}"}}} if known else {}
        return {**head, **_typed(column.type), "source": extract, **points}
    inner = [
        {
            **{"@type": "cr:Field", "@id": f"{name}/{each.name}", "name": each.name},
            **{"description": each.description, **_typed(str(each.type))},
            "source": {**extract, "transform": {"jsonPath": f"$.{each.name}"}},
        }
        for each in column.type
        if isinstance(each.type, str)
    ]
    return {**head, **({"repeated": True} if column.many else {}), "subField": inner}


def _typed(type_: str) -> dict[str, Any]:
    if type_ in _TYPES:
        return {"dataType": _TYPES[type_]}
    return {"dataType": _TYPES[type_.removesuffix("s")], "isArray": True, "arrayShape": "-1"}
