"""Build hooks: wheel and sdist hold the dataset, and say which of its editions.

`CORPUS_PKG_EDITION` is the edition: `full` (the default, with the texts) or `standoff` (for the public). Both files
of the edition `full` bear a classifier for which package indexes refuse them, since the texts are not cleared. The
standoff sdist holds the package with its built dataset, and none of what that is made of, which quotes the texts.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

FULL, STANDOFF = "full", "standoff"
PRIVATE = "Private :: Do Not Upload"
DATASET = Path("corpus_pkg/dataset")
PUBLIC = (
    "/corpus_pkg",
    "/hatch_build.py",
    "/pyproject.toml",
    "/README.md",
    "/LICENSE",
    "/LICENSES.md",
    "/raw/README.md",
)
"""What a standoff sdist holds, besides what is ignored by git and added by name."""


class EditionHook(MetadataHookInterface):
    """Adds to the classifiers that the full edition is private."""

    def update(self, metadata: dict[str, Any]) -> None:
        private = [PRIVATE] if edition_of(Path(self.root)) == FULL else []
        metadata["classifiers"] = [*self.config["classifiers"], *private]


class DatasetHook(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is hatchling's configuration, unused
    """Always makes `corpus_pkg/dataset/` anew, so that a wheel never holds an older build than its sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        # An editable install reads the checkout, where `corpus build .` makes the dataset; a full sdist holds the
        # sources of it; and a standoff sdist holds it as it is, and nothing to make it of.
        is_full_sdist = self.target_name == "sdist" and edition_of(root) == FULL
        if version == "editable" or is_full_sdist or not has_sources(root):
            return
        self._build(root)
        if self.target_name == "sdist":
            target = self.build_config.target_config
            target |= {"only-include": [*PUBLIC], "exclude": []}
            build_data["artifacts"].append(f"/{DATASET.as_posix()}")

    def _build(self, root: Path) -> None:
        # The checkout's own package, whatever may be installed; and no __pycache__ left behind in it.
        sys.path.insert(0, str(root))
        sys.dont_write_bytecode = True
        from corpus_pkg.build import build_dataset
        from corpus_pkg.errors import CorpusError

        try:
            build_dataset(root, root / DATASET, edition=edition_of(root))
        except CorpusError as error:
            # All the errors of a corpus that is refused; anything else in its own words.
            errors = [finding for finding in getattr(error, "findings", []) if finding.severity == "error"]
            lines = [f"No {self.target_name} is made, since the dataset cannot be built:", *map(str, errors or [error])]
            self.app.abort("\n".join(lines))


def has_sources(root: Path) -> bool:
    """Return whether there is a corpus to build the dataset of."""
    return (root / "annotations").is_dir()


def edition_of(root: Path) -> str:
    """Return the edition that is asked for, or that of the dataset where there is nothing to build another of."""
    if has_sources(root):
        return os.environ.get("CORPUS_PKG_EDITION") or FULL
    return str(json.loads((root / DATASET / "MANIFEST.json").read_bytes())["edition"])
