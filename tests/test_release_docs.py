"""The page on releases: its console blocks are one session, and print what the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from conftest import TOP

PAGE = (TOP / "docs/release.md").read_text("utf-8")


def steps() -> list[tuple[str, str]]:
    """Return each command with what it prints."""
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks), re.MULTILINE)


def commands(folder: Path) -> Path:
    """Return a folder in which `corpus` is the command of this checkout."""
    folder.mkdir()
    (folder / "corpus").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m corpus_pkg "$@"\n')
    (folder / "corpus").chmod(0o755)
    return folder


def test_console_blocks(tmp_path):
    """In an empty folder."""
    here = tmp_path / "here"
    here.mkdir()
    path = f"{commands(tmp_path / 'bin')}:{os.environ['PATH']}"
    for command, expected in steps():
        run = subprocess.run(
            ["bash", "-c", command],
            cwd=here,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(TOP)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert run.stdout == expected, command


def test_links_lead_somewhere():
    """Names of files in the page are files."""
    assert [name for name in re.findall(r"`(tests/[^`]+)`", PAGE) if not (TOP / name).exists()] == []
