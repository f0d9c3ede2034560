"""Pulling: pinned to a commit, offline afterwards, never another revision; streaming fetches what it needs and ends."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import build_in, full_documents, write_corpus, write_full
from hub.clients import NO_WAITS, NOWHERE, environment, open_client
from hub.server import Hub

import corpus_pkg
from corpus_pkg.arrow import arrow_schema, open_writer
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import file_record

GROUPS, SIZE = 8, 1_200_000
"""Row groups of the larger dataset, of one document each, with so many characters that compress by half."""
START = "import corpus_pkg"

pytestmark = pytest.mark.usefixtures("calm_hub")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Two versions of a dataset with rows in every table; in the second the first document has another note."""
    root = write_full(tmp_path_factory.mktemp("full"))
    old = build_in(root, tmp_path_factory)
    settings = json.loads((root / "annotations/corpus.json").read_text("utf-8"))
    documents = full_documents()
    documents[0]["note"] = "Changed."
    write_corpus(root, documents, settings | {"version": "1.3.0"})
    return old, build_in(root, tmp_path_factory)


@pytest.fixture(scope="module")
def large(folders, tmp_path_factory):
    """A dataset of many row groups, each of some hundred thousand bytes."""
    folder = shutil.copytree(folders[0], tmp_path_factory.mktemp("large") / "dataset")
    manifest = json.loads((folder / MANIFEST).read_bytes())
    path = manifest["tables"]["documents"]["test"]["file"]
    (row, *_) = pq.ParquetFile(folder / path).read().to_pylist()
    chosen = random.Random(5)
    rows = [row | {"doc_id": f"d{n:02}", "text": f"{chosen.getrandbits(4 * SIZE):x}"} for n in range(GROUPS)]
    table = pa.Table.from_pylist(rows, schema=arrow_schema("documents"))
    with open_writer(folder / path, "documents") as writer:
        writer.write_table(table, row_group_size=1)
    manifest["files"][path] |= file_record(folder / path)
    manifest["tables"]["documents"] = {"test": manifest["tables"]["documents"]["test"] | {"rows": GROUPS}}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def hub(open_hub, folders, large):
    """A hub that holds both versions, the larger dataset, and something that is no release."""
    for folder, tag in zip(folders, ("v1.2.3", "v1.3.0"), strict=True):
        open_hub.add_dataset("ann/small", folder, tag)
    open_hub.add_dataset("ann/large", large, "v1.2.3")
    (large.parent / "other").mkdir()
    (large.parent / "other/README.md").write_text("# Nothing\n")
    open_hub.add_dataset("ann/other", large.parent / "other")
    return open_hub


@pytest.fixture(scope="module")
def client(hub, home):
    """A process that loads from the hub; it has no token."""
    with open_client(hub.url, home, START, NO_WAITS) as client:
        yield client


@pytest.fixture(scope="module")
def offline(client, hub, home):
    """The same user, who has pulled `documents` and `zones` at v1.2.3, without a network."""
    code = "corpus_pkg.load_documents(repo='ann/small', revision='v1.2.3')"
    client.run(f"{code}; corpus_pkg.load_dataset('zones', repo='ann/small', revision='v1.2.3')")
    with open_client(hub.url, home, START, HF_HUB_OFFLINE="1") as client:
        yield client


def commit(hub: Hub, revision: str) -> str:
    return hub.dataset("ann/small").at(revision).oid


NOTES = "result = [d.note for d in corpus_pkg.load_documents(repo='ann/small', revision=revision)]"


ZONES = "result = told(lambda: corpus_pkg.load_dataset('zones', repo='ann/small', revision=revision))"

# --- pulled ---


def test_documents_of_a_revision(client, hub, folders):
    """By tag, by commit, and of the default branch; equal to those of the folder."""
    for revision in ("v1.2.3", commit(hub, "v1.2.3")):
        assert client.run(NOTES, revision=revision) == [None] * 4
    for revision in ("v1.3.0", "main", None):
        assert client.run(NOTES, revision=revision) == ["Changed.", None, None, None]
    code = "result = corpus_pkg.load_documents(folder)[:] == 0 or [*corpus_pkg.load_documents(folder)] == "
    code += "[*corpus_pkg.load_documents(repo='ann/small', revision='v1.2.3')]"
    assert client.run(code, folder=str(folders[0])) is True
    assert (client.out, client.err) == ("", "")


def test_tables_of_a_revision(client, folders):
    """As `datasets` gives them; nothing of one revision is given for another."""
    code = "result = corpus_pkg.load_dataset(table, repo='ann/small', revision=revision)['test'].to_list()"
    for folder, revision in zip(folders, ("v1.2.3", "v1.3.0"), strict=True):
        for table in ("event_mentions", "documents"):
            expected = pq.ParquetFile(folder / table / "test-00000-of-00001.parquet").read().to_pylist()
            assert client.run(code, table=table, revision=revision) == expected


def test_datasets_loads_the_same_without_us(client, folders):
    """With no script; the configurations are those of the card."""
    code = (
        "import datasets; result = datasets.load_dataset('ann/small', 'event_mentions', revision='v1.2.3')['test'][:]"
    )
    expected = pq.ParquetFile(folders[0] / "event_mentions/test-00000-of-00001.parquet").read().to_pydict()
    assert client.run(code) == expected


def test_only_what_is_asked_for_is_pulled(hub, tmp_path):
    """The table, the card, the manifest; the second time the tag alone is asked for, and of a commit nothing."""
    code = "result = len(corpus_pkg.load_dataset('zones', repo='ann/small', revision=revision)['test'])"
    tables = [f"zones/{split}-00000-of-00001.parquet" for split in ("test", "train")]
    with open_client(hub.url, tmp_path, START) as client:
        assert client.run(code, revision="v1.2.3") > 5
        got = [entry.path.split("/resolve/")[1].split("/", 1)[1] for entry in hub.requests("GET", "/resolve/")]
        assert sorted(got) == [MANIFEST, "README.md", *tables]
        hub.log.clear()
        client.run(code, revision="v1.2.3")
        assert [entry.path for entry in hub.log] == ["/api/datasets/ann/small/revision/v1.2.3"]
        hub.log.clear()
        client.run(code, revision=commit(hub, "v1.2.3"))
    assert hub.log == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            "repo='ann/small', revision='v1.2.4'",
            "UnknownNameError: no revision of ann/small is called 'v1.2.4'; did you mean v1.2.3",
        ),
        ("repo='ann/small', revision='deadbeef'", "UnknownNameError: no revision of ann/small is called 'deadbeef'"),
        (
            "repo='ann/none'",
            "HubError: pulling ann/none at main: there is no such dataset",
        ),
        ("repo='ann/other'", "CorpusError: ann/other at main holds no release: there is no MANIFEST.json"),
        ("repo='small'", "CorpusError: 'small' is no name of a repository; it is written OWNER/NAME"),
        ("repo='ann/small', revision='../x'", "CorpusError: '../x' is no name of a revision"),
        (
            "repo='ann/small', split='dev'",
            "UnknownNameError: no split of documents is called 'dev'",
        ),
        ("revision='v1.2.3'", "CorpusError: revision says which state of a repo is meant, and no repo is given"),
        (
            "path='x', repo='ann/small'",
            "CorpusError: a dataset is in a folder, an installed corpus or a repo, and two of them are given",
        ),
    ],
)
@pytest.mark.parametrize("streaming", [False, True])
def test_what_is_not_there_is_told(arguments, words, streaming, client):
    """With near matches, and at once."""
    told = client.run(
        f"waits.clear(); result = told(lambda: corpus_pkg.load_documents({arguments}, streaming={streaming}))"
    )
    assert told.startswith(words)
    assert client.run("result = waits") == []


def test_a_table_that_is_not_there_is_told(client):
    """Before it is asked for."""
    told = client.run("result = told(lambda: corpus_pkg.load_dataset('zone', repo='ann/small'))")
    assert told == "UnknownNameError: no table is called 'zone'; did you mean zones?"


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"status": 429, "headers": {"Retry-After": "3"}}, {"cut": "request"}]
)
@pytest.mark.parametrize("path", ["/revision/v1.3.0", "/tree/", "/resolve/.*parquet"])
def test_failures_that_pass_are_outlived(path, fault, hub, client, tmp_path):
    """With waits, and the rows are right."""
    client.run("from huggingface_hub import constants; kept = constants.HF_HUB_CACHE")
    hub.fail("GET", path, 2, **fault)
    client.run("constants.HF_HUB_CACHE = place; waits.clear()", place=str(tmp_path))
    try:
        assert client.run(NOTES, revision="v1.3.0") == ["Changed.", None, None, None]
    finally:
        client.run("constants.HF_HUB_CACHE = kept")
    assert client.run("result = waits") != []


# --- offline ---


def test_offline_afterwards(offline, hub):
    """What has been pulled is there: records, tables, streaming; the hub is not asked."""
    hub.log.clear()
    code = """
at = {'repo': 'ann/small', 'revision': 'v1.2.3'}
result = [len(corpus_pkg.load_documents(**at)), corpus_pkg.load_dataset('zones', split='test', **at).num_rows]
result += [len([*corpus_pkg.load_dataset('zones', split='test', streaming=True, **at)])]
result += [len([*corpus_pkg.load_documents(streaming=True, **at)])]
"""
    documents, zones, streamed, records = offline.run(code)
    assert (documents, records) == (4, 4)
    assert zones == streamed > 5
    assert hub.log == []


def test_offline_no_other_revision_is_given(offline, client, hub):
    """Not the one that is there, nor one that is half there."""
    client.run("corpus_pkg.load_documents(repo='ann/small', revision='v1.3.0')")
    other = commit(hub, "v1.3.0")
    for revision in ("v9.9.9", "deadbeef", other[:10], "0" * 40):
        told = offline.run(
            f"result = told(lambda: corpus_pkg.load_dataset('zones', repo='ann/small', revision={revision!r}))"
        )
        assert re.match(rf"HubError: ann/small at {revision} was not pulled before.*HF_HUB_OFFLINE is set", told), told
    told = offline.run(ZONES, revision="v1.3.0")
    assert "ann/small at v1.3.0 was not pulled before, or not all that is asked for, and HF_HUB_OFFLINE is set" in told
    told = offline.run("result = told(lambda: corpus_pkg.load_documents(repo='ann/none'))")
    assert told.startswith("HubError: ann/none at main was not pulled before")


def test_a_hub_that_is_away_is_no_hindrance(offline, home):
    """The cache serves then too, and a revision that is not in it is refused at once."""
    with open_client(NOWHERE, home, START, NO_WAITS) as client:
        assert client.run(NOTES, revision="v1.2.3") == [None] * 4
        told = client.run("result = [told(lambda: corpus_pkg.load_documents(repo='ann/small', revision='v9')), waits]")
    assert "ann/small at v9 was not pulled before" in told[0]
    assert f"{NOWHERE} cannot be reached" in told[0]
    assert told[1] == []


# --- documents that are wanted ---

WANTED = [
    ({"event_type": "AGREE"}, ["a1"]),
    ({"event_type": "CONSULT/visit"}, ["a1", "a2", "b1"]),
    ({"actor": ["arden", "hasanov"]}, ["a1", "a2", "b1"]),
    ({"date": "2021-05"}, ["a1"]),
    ({"date": "1999"}, []),
    ({"doc_id": ["b1", "a2"], "event_type": "CONSULT"}, ["a2", "b1"]),
]
PICK = "result = [d.doc_id for d in corpus_pkg.load_documents(repo='ann/small', where=where, streaming=streaming)]"


@pytest.mark.parametrize("streaming", [False, True], ids=["pulled", "streamed"])
@pytest.mark.parametrize(("where", "ids"), WANTED, ids=str)
def test_documents_that_are_wanted(client, folders, where, ids, streaming):
    """The same as of a folder, pulled or streamed, of all splits."""
    assert [document.doc_id for document in corpus_pkg.load_documents(folders[1], where=where)] == ids
    assert client.run(PICK, where=where, streaming=streaming) == ids


def test_an_unknown_name_is_told_with_near_matches(client):
    """Before any text is fetched."""
    code = f"result = told(lambda: exec({PICK!r}, globals()))"
    for where, words in (
        ({"event_type": "AGRE"}, "no type of event is called 'AGRE'; did you mean AGREE?"),
        ({"actor": "ardn"}, "no actor is called 'ardn'; did you mean arden?"),
        ({"doc_id": "a9"}, "no document is called 'a9'"),
    ):
        assert words in client.run(code, where=where, streaming=True)


def test_what_is_wanted_is_picked_offline_too(offline):
    """From what was pulled before."""
    code = PICK.replace("repo='ann/small'", "repo='ann/small', revision='v1.2.3'")
    assert offline.run(code, where={"event_type": "AGREE"}, streaming=False) == ["a1"]


def test_picking_fetches_no_text_of_others(client, hub):
    """Of the row groups the columns that are asked about, and then one whole; with no date in 1999, none."""
    code = "found = corpus_pkg.load_documents(repo='ann/large', revision='v1.2.3', streaming=True, where=where)"
    client.run(code, where={"date": "1999", "event_type": "AGREE"})
    assert client.run("result = len(found)") == 0
    assert fetched(hub) < SIZE // 2  # the footer; a text alone is longer
    client.run(code, where={"event_type": "AGREE"})
    assert client.run("result = [len(found), found[5].doc_id]") == [GROUPS, "d05"]
    assert SIZE // 2 < fetched(hub) < SIZE


# --- streaming ---


def fetched(hub: Hub) -> int:
    """Return how many bytes of Parquet the hub has sent."""
    return sum(entry.sent for entry in hub.requests("GET", "parquet"))


def test_streaming_gives_the_same_rows(client, folders):
    """Of every split, with the same features, and of some columns where they are asked for."""
    code = """
at = {'repo': 'ann/small', 'revision': 'v1.3.0'}
streams = corpus_pkg.load_dataset('event_mentions', streaming=True, **at)
loaded = corpus_pkg.load_dataset('event_mentions', **at)
same = streams['test'].features == loaded['test'].features
few = corpus_pkg.load_dataset('event_mentions', streaming=True, split='test', columns=['text', 'type'], **at)
result = [same, {split: [*rows] for split, rows in streams.items()}, next(iter(few))]
"""
    same, rows, first = client.run(code)
    assert same
    for split in ("test", "train"):
        file = folders[1] / f"event_mentions/{split}-00000-of-00001.parquet"
        assert rows[split] == pq.ParquetFile(file).read().to_pylist()
    assert first == {name: rows["test"][0][name] for name in ("type", "text")}


def test_streaming_fetches_only_the_row_groups_that_it_needs(client, hub, large):
    """The bytes are counted at the hub: a footer, and a group for each document that is asked for."""
    group = SIZE // 2  # four bits a character
    size = (large / "documents/test-00000-of-00001.parquet").stat().st_size
    assert size > GROUPS * group
    client.run("at = {'repo': 'ann/large', 'revision': 'v1.2.3', 'streaming': True}")
    client.run("documents = corpus_pkg.load_documents(**at); result = len(documents)")
    footer = fetched(hub)
    assert footer < group
    first = client.run("result = documents[5].doc_id")
    assert first == "d05"
    assert footer + group < fetched(hub) < footer + 1.5 * group
    hub.log.clear()
    client.run("rows = iter(corpus_pkg.load_dataset(split='test', **at)); next(rows)")
    assert group < fetched(hub) < 2.5 * group  # `datasets` looks one row ahead
    hub.log.clear()
    ids = client.run("result = [*corpus_pkg.load_dataset(split='test', columns=['doc_id'], **at)]")
    assert ids == [{"doc_id": f"d{number:02}"} for number in range(GROUPS)]
    assert fetched(hub) < group // 10
    assert len(hub.requests("GET", "parquet")) == GROUPS


def test_ids_are_fetched_without_the_texts(client, hub):
    """A look for a document by its id reads the ids, and one row group."""
    code = "result = corpus_pkg.load_documents(repo='ann/large', revision='v1.2.3', streaming=True)['d06'].doc_id"
    assert client.run(code) == "d06"
    assert SIZE // 2 < fetched(hub) < SIZE


def test_a_stream_that_breaks_goes_on(client, hub):
    """Each request is tried again; a bit that was turned on its way is told."""
    hub.fail("GET", "parquet", 2, cut="request")
    code = "result = len([*corpus_pkg.load_documents(repo='ann/large', revision='v1.2.3', streaming=True)])"
    assert client.run(f"waits.clear(); {code}") == GROUPS
    assert client.run("result = waits") == [1, 2]


STOP = """
import corpus_pkg, sys
at = {"repo": "ann/large", "revision": "v1.2.3", "streaming": True}
rows = corpus_pkg.load_dataset(split="test", **at) if sys.argv[1] == "rows" else corpus_pkg.load_documents(**at)
for number, row in enumerate(rows):
    if number == 2:
        break
print("end")
"""


@pytest.mark.parametrize("what", ["rows", "records"])
def test_a_stream_that_is_broken_off_ends_cleanly(what, hub, home):
    """The interpreter ends as it should."""
    command, settings = [sys.executable, "-c", STOP, what], environment(hub.url, home)
    for _ in range(3):
        run = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=60)
        assert (run.returncode, run.stdout, run.stderr) == (0, "end\n", "")


FORKED = """
import corpus_pkg, corpus_pkg.release.pull, datasets, huggingface_hub, os, pyarrow.parquet, scipy.io, sys
for _ in range(100):
    if (child := os.fork()) == 0:
        break
    os.waitpid(child, 0)[1] == 0 or sys.exit("a child ended otherwise")
else:
    sys.exit()
"""


@pytest.mark.parametrize("what", ["rows", "records"])
def test_a_hundred_streams_that_are_broken_off_end_cleanly(what, hub, home):
    """Each in an interpreter that branches off when all is imported, and ends as any does: a hundred take seconds."""
    command, settings = [sys.executable, "-c", FORKED + STOP, what], environment(hub.url, home)
    run = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=300)
    assert (run.returncode, run.stdout, run.stderr) == (0, "end\n" * 100, "")


def test_a_local_stream_is_broken_off_as_well(full_dataset, tmp_path):
    """It is read the same way."""
    code = "import corpus_pkg, sys\nrows = corpus_pkg.load_dataset('zones', sys.argv[1], split='test', streaming=True)"
    code += "\nfor row in rows:\n    break\nprint(row['doc_id'])"
    command = [sys.executable, "-c", code, str(full_dataset)]
    run = subprocess.run(command, env=environment(NOWHERE, tmp_path), capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "a1\n", "")


def test_streams_are_divided_among_workers(client):
    """By row groups: each worker has its own, and together they have all."""
    code = """
rows = corpus_pkg.load_dataset(split='test', repo='ann/large', streaming=True)
result = [rows.num_shards, [row['doc_id'] for index in range(3) for row in rows.shard(3, index)]]
"""
    shards, ids = client.run(code)
    assert shards == GROUPS
    assert sorted(ids) == [f"d{number:02}" for number in range(GROUPS)]
