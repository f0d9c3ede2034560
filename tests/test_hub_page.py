"""Every block of `docs/hub.md` is run against the hub of the tests, and prints what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from hub.clients import Client
from hub.server import Account, Hub

PAGE = (Path(__file__).resolve().parent.parent / "docs/hub.md").read_text("utf-8")


def blocks(language: str) -> str:
    return "".join(re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A user with a token, in an empty folder."""
    with Hub() as hub:
        hub.accounts["hf_writer0"] = Account("nobody")
        client = Client(hub.url, tmp_path_factory.mktemp("home"), HF_TOKEN="hf_writer0")
        place = str(tmp_path_factory.mktemp("place"))
        client.run("import doctest, os; from corpus_pkg.cli import main; os.chdir(place)", place=place)
        yield client
        client.close()


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
