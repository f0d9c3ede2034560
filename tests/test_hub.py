"""The hub of the tests does for unmodified clients in their default settings what they expect of the Hub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hub.clients import NO_WAITS, Client, environment, open_client
from hub.server import Account, Hub
from hub.store import File

CARD = """---
configs:
- {config_name: pets, default: true, data_files: [{split: train, path: pets/train-*.parquet}]}
- {config_name: sounds, data_files: [{split: train, path: sounds/train-*.parquet}]}
---
# Pets
"""
PETS = {"name": ["Ada", "Bo", "Çınar"], "legs": [4, 2, 4]}

pytestmark = pytest.mark.usefixtures("calm_hub")


def write_folder(folder: Path, pets: dict[str, list[object]] = PETS) -> Path:
    """Write a small dataset that has nothing to do with ours."""
    (folder / "README.md").parent.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(CARD)
    for table, columns in {"pets": pets, "sounds": {"sound": ["wau"]}}.items():
        (folder / table).mkdir(exist_ok=True)
        pq.write_table(pa.table(columns), folder / table / "train-00000-of-00001.parquet")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a small dataset."""
    return write_folder(tmp_path_factory.mktemp("pets"))


@pytest.fixture(scope="module")
def hub(open_hub, folder):
    """A hub that holds the dataset in two states, `v1` and, one pet later, `v2`."""
    open_hub.accounts |= {"hf_writer0": Account("ann", organizations=("zoo",)), "hf_reader0": Account("bob", "read")}
    open_hub.add_dataset("ann/pets", folder, "v1")
    later = {"name": [*PETS["name"], "Dot"], "legs": [*PETS["legs"], 4]}
    open_hub.add_dataset("ann/pets", write_folder(folder.parent / "later", later), "v2")
    return open_hub


@pytest.fixture(scope="module")
def client(hub, home):
    """A client with the right to write."""
    with open_client(
        hub.url, home, "from huggingface_hub import HfApi; api = HfApi()", HF_TOKEN="hf_writer0"
    ) as client:
        yield client


UPLOAD = "result = api.upload_folder(repo_id=repo, folder_path=folder, repo_type='dataset').oid"


def test_a_folder_is_uploaded_by_xet_and_not_again(client, hub, folder):
    """By default what is large goes by Xet; what has not changed makes no commit."""
    client.run("api.create_repo(repo, repo_type='dataset')", repo="ann/new")
    commit = client.run(UPLOAD, repo="ann/new", folder=str(folder))
    assert hub.requests("POST", "/xet/v1/xorbs/")
    files = hub.dataset("ann/new").at(commit).files
    held = {path: file.data for path, file in files.items() if path != ".gitattributes"}
    assert held == {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert files["pets/train-00000-of-00001.parquet"].large
    assert client.run(UPLOAD, repo="ann/new", folder=str(folder)) == commit
    assert len(hub.dataset("ann/new").commits) == 2


def test_a_file_object_is_uploaded_by_lfs(client, hub):
    """Xet does not take it, so the client turns to the older way."""
    code = "import io; api.upload_file(path_or_fileobj=io.BytesIO(b'a\\0b'), path_in_repo='x.bin', repo_id='ann/pets',"
    client.run(f"{code} repo_type='dataset', revision='side')", **branch(client))
    assert hub.requests("PUT", "/lfs/")
    assert hub.dataset("ann/pets").at("side").files["x.bin"].data == b"a\0b"


def branch(client: Client) -> dict[str, str]:
    client.run("api.create_branch('ann/pets', branch='side', repo_type='dataset', exist_ok=True)")
    return {}


def test_repositories_are_made_once_and_deleted(client, hub):
    """In the name of an organization too."""
    client.run("api.create_repo('zoo/new', repo_type='dataset', private=True)")
    assert hub.dataset("zoo/new").visibility == "private"
    client.run("api.create_repo('zoo/new', repo_type='dataset', exist_ok=True)")
    client.run("api.update_repo_settings('zoo/new', repo_type='dataset', visibility='public')")
    client.run("api.delete_repo('zoo/new', repo_type='dataset')")
    assert ("datasets", "zoo/new") not in hub.repositories


def test_tags_and_branches(client, hub):
    """They are listed, made, refused when they are there, and deleted."""
    code = """
api.create_tag('ann/pets', tag='t', revision='v1', repo_type='dataset')
again = kind(lambda: api.create_tag('ann/pets', tag='t', revision='v2', repo_type='dataset'))
refs = api.list_repo_refs('ann/pets', repo_type='dataset')
api.delete_tag('ann/pets', tag='t', repo_type='dataset')
result = [again, sorted(tag.name for tag in refs.tags), refs.branches[0].name]
result.append(len(api.list_repo_commits('ann/pets', repo_type='dataset')))
"""
    assert client.run(code) == ["HfHubHTTPError", ["t", "v1", "v2"], "main", 2]
    assert {*hub.dataset("ann/pets").tags} == {"v1", "v2"}


def test_files_are_listed_page_by_page(client, hub):
    """With what the last commit was, where it is asked for."""
    hub.page = 2
    code = """
listed = [*api.list_repo_tree('ann/pets', recursive=True, expand=True, repo_type='dataset')]
found = api.get_paths_info('ann/pets', ['README.md', 'pets', 'none'], repo_type='dataset')
result = [[entry.path for entry in listed], listed[0].last_commit.title, [entry.path for entry in found]]
"""
    paths, title, found = client.run(code)
    assert paths[0] == ".gitattributes"
    assert sorted(paths)[2:] == sorted(
        f"{t}{f}" for t in ("pets", "sounds") for f in ("", "/train-00000-of-00001.parquet")
    )
    assert (title, found) == ("add", ["README.md", "pets"])


def test_what_is_not_there_is_told_by_type(client):
    """Dataset, revision, file; and what a token may not do."""
    code = """
result = [
    kind(lambda: api.dataset_info('ann/none')),
    kind(lambda: api.dataset_info('ann/pets', revision='v9')),
    kind(lambda: api.hf_hub_download('ann/pets', 'none.txt', repo_type='dataset')),
    kind(lambda: api.create_repo('bob/new', repo_type='dataset')),
    kind(lambda: HfApi(token='hf_nobody').whoami()),
    api.whoami()['name'],
]
"""
    expected = ["RepositoryNotFoundError", "RevisionNotFoundError", "RemoteEntryNotFoundError", *2 * ["HfHubHTTPError"]]
    assert client.run(code) == [*expected, "ann"]


def test_a_stale_parent_is_refused(client, hub):
    """412, and nothing is changed."""
    parent = hub.dataset("ann/pets").at("v1").oid
    code = """
from huggingface_hub import CommitOperationAdd
from huggingface_hub.errors import HfHubHTTPError
try:
    add = CommitOperationAdd('x.txt', b'x')
    api.create_commit('ann/pets', [add], commit_message='x', repo_type='dataset', parent_commit=parent)
except HfHubHTTPError as error:
    result = error.response.status_code
"""
    assert client.run(code, parent=parent) == 412
    assert "x.txt" not in hub.dataset("ann/pets").at("main").files


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503},
        {"status": 429, "headers": {"Retry-After": "0"}},
        {"cut": "request"},
    ],
)
def test_failures_are_met_and_outlived(fault, client, hub):
    """By the clients' own patience; the waits are not waited for here."""
    hub.fail("POST", "/preupload/", **fault)
    before = len(hub.log)
    client.run(NO_WAITS)
    code = "api.upload_file(path_or_fileobj=text.encode(), path_in_repo='f', repo_id='ann/pets', repo_type='dataset',"
    client.run(f"{code} revision='side'); result = waits; time.sleep = sleep", text=json.dumps(fault), **branch(client))
    statuses = [entry.status for entry in hub.log[before:] if "preupload" in entry.path]
    assert statuses == [fault.get("status", 0), 200]
    assert client.run("time.sleep = sleep; result = waits") == [1]


def test_a_download_that_breaks_goes_on(client, hub):
    """The client asks again for what it lacks."""
    data = bytes(range(256)) * 1_000
    hub.dataset("ann/pets").commit("big", {"big.bin": File(data, large=True)}, "big", "", "ann")
    hub.fail("GET", "big.bin", cut="half")
    code = """
import time; sleep, time.sleep = time.sleep, lambda seconds: None
from pathlib import Path
path = api.hf_hub_download('ann/pets', 'big.bin', revision='big', repo_type='dataset')
time.sleep = sleep
result = Path(path).stat().st_size
"""
    assert client.run(code) == len(data)
    assert [entry.sent for entry in hub.requests("GET", "big.bin")] == [len(data) // 2, len(data)]


def test_a_snapshot_and_what_datasets_loads(client):
    """Pinned by tag and by commit, and of the default branch; at once and streaming."""
    code = """
import datasets
from pathlib import Path
sha = api.dataset_info('ann/pets', revision='v1').sha
folder = Path(api.snapshot_download('ann/pets', revision='v1', repo_type='dataset'))
load = lambda **options: len([*datasets.load_dataset('ann/pets', split='train', **options)])
result = [folder.name == sha, sorted(path.name for path in folder.iterdir())]
result += [load(revision='v1'), load(revision=sha), load(), load(revision='v1', streaming=True), load(name='sounds')]
"""
    assert client.run(code) == [True, [".gitattributes", "README.md", "pets", "sounds"], 3, 3, 4, 3, 1]


def test_other_readers_by_address(client, hub):
    """pandas and DuckDB through the file system of the hub's client, polars by plain addresses."""
    code = """
import duckdb, pandas
from huggingface_hub import HfFileSystem
db = duckdb.connect()
db.register_filesystem(HfFileSystem())
place = 'hf://datasets/ann/pets@v1/pets/train-00000-of-00001.parquet'
result = [len(pandas.read_parquet(place)), db.sql(f"select count(*), max(name) from '{place}'").fetchall()[0]]
result.append(db.sql("select count(*) from 'hf://datasets/ann/pets/pets/*.parquet'").fetchall()[0][0])
"""
    assert client.run(code) == [3, [3, "Çınar"], 4]
    url = f"{hub.url}/datasets/ann/pets/resolve/v1/pets/train-00000-of-00001.parquet"
    assert polars.read_parquet(url)["name"].to_list() == PETS["name"]
    assert polars.scan_parquet(url).select("legs").collect()["legs"].sum() == 10


def test_duckdb_by_address(client, hub):
    """By plain addresses, with its extension, which is no part of its wheel: a file that `DUCKDB_HTTPFS` may name."""
    extension = os.environ.get("DUCKDB_HTTPFS", "httpfs")
    db = duckdb.connect()
    try:
        db.load_extension(extension)
    except duckdb.Error as error:
        pytest.skip(f"DuckDB has no httpfs here: {str(error).splitlines()[0]}")
    url = f"{hub.url}/datasets/ann/pets/resolve/v1/pets/train-00000-of-00001.parquet"
    assert db.sql(f"select count(*), max(name) from '{url}'").fetchall() == [(3, "Çınar")]


def hf(hub: Hub, home: Path, *words: str) -> str:
    """Run the clients' command line."""
    command = [str(Path(sys.executable).with_name("hf")), *words]
    settings = environment(hub.url, home, HF_TOKEN="hf_writer0")
    run = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_command_line(hub, home, folder, tmp_path):
    """Make, upload, tag, download."""
    hf(hub, home, "repos", "create", "ann/cli", "--type", "dataset")
    hf(hub, home, "upload", "ann/cli", str(folder), "--type", "dataset")
    hf(hub, home, "repos", "tag", "create", "ann/cli", "v1", "--type", "dataset")
    hf(
        hub,
        home,
        "download",
        "ann/cli",
        "README.md",
        "--type",
        "dataset",
        "--revision",
        "v1",
        "--local-dir",
        str(tmp_path),
    )
    assert (tmp_path / "README.md").read_text() == CARD
    assert {*hub.dataset("ann/cli").tags} == {"v1"}


def test_offline_afterwards(client, hub, home):
    """What has been loaded is there without the hub."""
    client.run("import datasets; datasets.load_dataset('ann/pets', 'pets', revision='v1')")
    client.run("api.snapshot_download('ann/pets', revision='v1', repo_type='dataset')")
    before = len(hub.log)
    code = """
import datasets
from huggingface_hub import snapshot_download
result = [snapshot_download('ann/pets', revision='v1', repo_type='dataset')]
result.append(len(datasets.load_dataset('ann/pets', 'pets', split='train')))
"""
    with open_client(hub.url, home, HF_HUB_OFFLINE="1") as offline:
        folder, rows = offline.run(code)
    assert Path(folder).name == hub.dataset("ann/pets").at("v1").oid
    assert rows in (3, 4)  # `datasets` gives whichever state it loaded last
    assert len(hub.log) == before
