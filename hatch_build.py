"""Build hook: the wheel holds the dataset, made from raw/ and annotations/ as the wheel is made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DatasetHook(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is hatchling's configuration, unused
    """Always makes `corpus_pkg/dataset/` anew, so that a wheel never holds an older build than its sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # An editable install reads the checkout, where `corpus build .` makes the dataset.
        if version == "editable":
            return
        root = Path(self.root)
        # The checkout's own package, whatever may be installed; and no __pycache__ left behind in it.
        sys.path.insert(0, str(root))
        sys.dont_write_bytecode = True
        from corpus_pkg.build import build_dataset
        from corpus_pkg.errors import CorpusError

        try:
            build_dataset(root, root / "corpus_pkg" / "dataset")
        except CorpusError as error:
            # All the errors of a corpus that is refused; anything else in its own words.
            errors = [finding for finding in getattr(error, "findings", []) if finding.severity == "error"]
            lines = ["No wheel is made, since the dataset cannot be built:", *map(str, errors or [error])]
            self.app.abort("\n".join(lines))
