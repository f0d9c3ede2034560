"""A Python process of its own that runs code against a hub, since its clients read their settings when imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent.parent
NOWHERE = "http://127.0.0.1:9"
"""An address at which there is no hub."""
NO_WAITS = "import time; waits = []; sleep, time.sleep = time.sleep, waits.append"
"""Code that notes in `waits` what would be waited."""
_HELPERS = """
def told(call):
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def kind(call):
    return (told(call) or "").partition(":")[0]
"""
_LOOP = """
import contextlib, io, json, sys, traceback
lines, sys.stdin = sys.stdin, io.StringIO()
answers, names = sys.stdout, {}
for line in lines:
    code, values = json.loads(line)
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    names |= values | {"result": None}
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            exec(code, names)
            error = None
        except BaseException:
            error = traceback.format_exc()
    out.flush(); err.flush()
    written = [stream.buffer.getvalue().decode() for stream in (out, err)]
    print(json.dumps([names["result"], error, *written]), file=answers, flush=True)
"""


class Client:
    """A process in which the hub's clients are imported once; `run` runs code in it and returns its `result`.

    `home` is the folder of its caches; `settings` are variables of its environment.
    """

    def __init__(self, url: str, home: Path, **settings: str) -> None:
        self.out = self.err = ""
        self.home = home
        command = [sys.executable, "-c", _LOOP]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self._process = subprocess.Popen(command, env=environment(url, home, **settings), text=True, **pipes)

    def run(self, code: str, **values: Any) -> Any:
        """Run code with these values; what it printed is then in `out` and `err`. RuntimeError if it raised."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([code, values]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the client has gone: {self._process.communicate()[1]}")
        result, error, self.out, self.err = json.loads(line)
        if error:
            raise RuntimeError(error)
        return result

    def close(self) -> str:
        """End the process; return what its libraries wrote outside of `run`."""
        return self._process.communicate(timeout=30)[1]


@contextmanager
def open_client(url: str, home: Path, *code: str, **settings: str) -> Iterator[Client]:
    """Give a client that has run this code; at its end nothing may have been written outside of `run`.

    In it `kind(call)` is the type of the error that a call raises, and `told(call)` also its message.
    """
    client = Client(url, home, **settings)
    client.run("\n".join((_HELPERS, *code)))
    try:
        yield client
    finally:
        left = client.close()
    assert left == ""


def environment(url: str, home: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a user of the hub at `url`: nothing else is set that a client would heed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    own = {"HF_ENDPOINT": url, "HF_HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1", "PYTHONPATH": str(TOP)}
    return kept | own | settings
