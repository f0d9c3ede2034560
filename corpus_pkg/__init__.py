"""Annotated corpora of texts: read, check, build, load.

The package holds one corpus, `baku-tehran`, and the tools that made it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus_pkg.build import build_dataset
    from corpus_pkg.errors import CorpusError, DatasetMissingError, HubError, UnknownNameError
    from corpus_pkg.findings import Finding
    from corpus_pkg.load import Documents, class_label, dataset_path, load_dataset, load_documents
    from corpus_pkg.validate import validate_corpus
    from corpus_pkg.where import Where

__version__ = "0.1.0"

# Name to module: nothing heavy is imported until a name is used (PEP 562).
_HOMES = {
    "CorpusError": "errors",
    "DatasetMissingError": "errors",
    "Documents": "load",
    "Finding": "findings",
    "HubError": "errors",
    "UnknownNameError": "errors",
    "Where": "where",
    "build_dataset": "build",
    "class_label": "load",
    "dataset_path": "load",
    "load_dataset": "load",
    "load_documents": "load",
    "validate_corpus": "validate",
}

__all__ = [
    "CorpusError",
    "DatasetMissingError",
    "Documents",
    "Finding",
    "HubError",
    "UnknownNameError",
    "Where",
    "__version__",
    "build_dataset",
    "class_label",
    "dataset_path",
    "load_dataset",
    "load_documents",
    "validate_corpus",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
