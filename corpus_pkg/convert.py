"""An Arrow table as what other libraries work with. Each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from corpus_pkg.errors import CorpusError

if TYPE_CHECKING:
    import pyarrow as pa


def as_pandas(table: pa.Table) -> Any:
    """Return a `pandas.DataFrame`. Raises CorpusError when pandas is not installed."""
    _library("pandas")
    return table.to_pandas()


def as_polars(table: pa.Table) -> Any:
    """Return a `polars.DataFrame`. Raises CorpusError when polars is not installed."""
    return _library("polars").from_arrow(table)


def as_hf(table: pa.Table) -> Any:
    """Return a `datasets.Dataset`. Raises CorpusError when datasets is not installed."""
    return _library("datasets").Dataset(table)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise CorpusError(f"{name} is needed for this and not installed; pip install {name}") from error
