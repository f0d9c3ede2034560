"""Every block of `docs/hub.md` is run against the hub of the tests, and prints what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from hub.clients import open_client
from hub.server import Account

PAGE = (Path(__file__).resolve().parent.parent / "docs/hub.md").read_text("utf-8")


def blocks(language: str) -> str:
    return "".join(re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def client(open_hub, home, tmp_path_factory):
    """A user with a token, in an empty folder."""
    open_hub.accounts["hf_writer0"] = Account("nobody")
    start = "import doctest, os; from corpus_pkg.cli import main"
    with open_client(open_hub.url, home, start, HF_TOKEN="hf_writer0") as client:
        client.run("os.chdir(place)", place=str(tmp_path_factory.mktemp("place")))
        yield client


def test_the_blocks(client, tmp_path):
    """First those of the command line; `...` stands for anything. Then those in Python, as one session."""
    steps = re.findall(r"^\$ corpus (.*)\n((?:(?!\$ ).*\n)*)", blocks("console"), re.MULTILINE)
    assert len(steps) > 3
    for command, expected in steps:
        assert client.run("result = main(words)", words=shlex.split(command)) == 0, client.err
        pattern = ".*".join(map(re.escape, expected.split("...")))
        assert re.fullmatch(pattern, client.out + client.err, re.DOTALL), client.out + client.err
    page = tmp_path / "page.txt"
    page.write_text(blocks("python"), "utf-8")
    code = "result = doctest.testfile(page, module_relative=False, encoding='utf-8').attempted"
    assert client.run(code, page=str(page)) > 10
    assert client.out == ""
