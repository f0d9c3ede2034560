"""The edition for the public over a hub: published, verified, compared, loaded, restored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import TOP
from hub.clients import Client, open_client
from hub.server import Account
from test_editions import leaks

from corpus_pkg.build import build_dataset
from corpus_pkg.corpus import read_corpus
from corpus_pkg.manifest import NAME as MANIFEST

AT = f"ann/public@v{read_corpus(TOP).settings['version']}"
TOKEN = "hf_topsecretwriter"
START = """
import os
import corpus_pkg
from corpus_pkg.cli import main
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the corpus of this checkout in both editions."""
    folder = tmp_path_factory.mktemp("public")
    for edition in ("full", "standoff"):
        build_dataset(TOP, folder / edition, edition=edition)
    return folder


@pytest.fixture(scope="module")
def client(open_hub, built, home):
    """A process of somebody who has published the edition, in that folder."""
    open_hub.accounts[TOKEN] = Account("ann")
    with open_client(open_hub.url, home, START, HF_TOKEN=TOKEN, HF_HUB_DISABLE_XET="1") as client:
        client.run("os.chdir(folder)", folder=str(built))
        words = ["publish", "ann/public", "--dataset", "standoff", "--edition", "standoff", "--yes"]
        assert command(client, *words) == 0
        yield client


def command(client: Client, *words: str) -> int:
    return int(client.run("result = main(words)", words=words))


def test_another_edition_than_is_said_is_not_published(client):
    assert command(client, "publish", "ann/public", "--dataset", "full", "--edition", "standoff") == 2
    assert "is the edition full, and standoff is asked for" in client.err


def test_what_is_published_is_whole(client):
    """And verified where it is, as a revision of the hub."""
    assert command(client, "verify", AT, "--content") == 0
    assert "edition standoff: all is as it should be" in client.out


def test_what_is_pulled_holds_no_withheld_words(client):
    """In no file that the hub gives."""
    code = "import huggingface_hub\nresult = huggingface_hub.snapshot_download('ann/public', repo_type='dataset')"
    texts = [path.read_text("utf-8") for path in (TOP / "raw").glob("*.txt")]
    assert leaks(Path(client.run(code)), texts, []) == set()
    code = "result = [[d.is_withheld, d.text] for d in corpus_pkg.load_documents(repo='ann/public')]"
    assert client.run(code) == [[True, None]] * 5


def test_editions_are_not_compared_as_versions(client):
    assert command(client, "diff", AT, "full") == 1
    assert "these are two editions, standoff and full: compare releases of one" in client.err
    assert command(client, "diff", AT, "standoff") == 0


def test_whoever_has_the_texts_gets_the_full_edition(client, built):
    """From the hub and their copies."""
    assert command(client, "rehydrate", AT, "--texts", str(TOP / "raw"), "--out", "restored", "--quiet") == 0
    assert command(client, "verify", "restored", "--content") == 0
    digests = {json.loads((built / name / MANIFEST).read_bytes())["digest"] for name in ("full", "restored")}
    assert len(digests) == 1
