"""Publishing: shown first, one commit, read back, tagged for good; failures are outlived or told, and no token is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import SETTINGS, full_documents, write_corpus
from hub.clients import NO_WAITS, NOWHERE, Client, open_client
from hub.server import Account, Hub

from corpus_pkg.build import build_dataset
from corpus_pkg.manifest import NAME as MANIFEST

TOKEN, READER = "hf_topsecretwriter", "hf_topsecretreader"
START = """
import json, os
from corpus_pkg.cli import main

def publish(token, *words):
    os.environ.pop("HF_TOKEN", None)
    if token:
        os.environ["HF_TOKEN"] = token
    waits.clear()
    try:
        return main(["publish", *words])
    except SystemExit as ended:
        return ended.code
"""


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    """Two versions of a dataset: in the second a document has another note, and one is gone."""
    root = tmp_path_factory.mktemp("small")
    for version, documents in (("1.0.0", full_documents()[2:]), ("1.1.0", full_documents()[3:])):
        documents[-1]["note"] = f"As of {version}."
        write_corpus(root, documents, SETTINGS | {"version": version}, inventory=INVENTORY)
        build_dataset(root, root / version)
    return root


INVENTORY = {
    "actors": [
        {"id": name, "type": kind, "name": name.title()}
        for name, kind in (("arden", "GPE"), ("hasanov", "PER"), ("wire", "ORG"))
    ],
    "events": [{"id": "meeting", "type": "CONSULT/visit", "name": "The meeting in Corvia"}],
}


@pytest.fixture(scope="module")
def hub(open_hub):
    """A hub with an account that may write, and one that may not."""
    open_hub.accounts |= {TOKEN: Account("ann"), READER: Account("ann", "read")}
    return open_hub


@pytest.fixture(autouse=True)
def empty_hub(hub, calm_hub):
    """An empty hub for every test."""
    hub.repositories.clear()
    hub.objects.clear()


@pytest.fixture(scope="module")
def client(hub, home):
    """A process in which `corpus publish` is run. Large files go by the older way, which is asked anew every time."""
    with open_client(hub.url, home, START, NO_WAITS, HF_HUB_DISABLE_XET="1") as client:
        yield client


class Published:
    """What a run of `corpus publish` came to."""

    def __init__(self, client: Client, token: str | None, words: tuple[str, ...]) -> None:
        self.status = client.run("result = publish(token, *words)", token=token, words=words)
        self.out, self.err = client.out, client.err
        self.waits: list[float] = client.run("result = waits")


@pytest.fixture
def publish(client, datasets):
    """Run `corpus publish ann/small` on a version, with the edition `full` unless another is said."""

    def run(version: str | Path, *words: str, token: str | None = TOKEN, edition: str = "full") -> Published:
        place = ("--dataset", str(datasets / version), "--edition", edition)
        return Published(client, token, ("ann/small", *place, *words))

    return run


def files_in(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def files_of(hub: Hub, revision: str) -> dict[str, bytes]:
    files = hub.dataset("ann/small").at(revision).files
    return {path: file.data for path, file in files.items() if path != ".gitattributes"}


# --- what is shown, and what is done ---


def test_without_yes_nothing_is_sent(publish, hub):
    """Files, rows and rights are shown; a token is not needed for looking."""
    run = publish("1.0.0", token=None)
    assert (run.status, run.err) == (0, "")
    for shown in (
        "small 1.0.0, edition full, to ann/small at http://127.0.0.1:",
        "there is no such dataset yet",
        "+ documents/test-00000-of-00001.parquet",
        "documents                            0           2",
        "b1                        unknown                 unknown                 unknown",
        "warning: 2 of 2 texts would be published without being cleared for it",
        "the tag v1.0.0 will be set on the new commit, and never moved",
        "nothing was sent; --yes sends it",
    ):
        assert shown in run.out
    assert {entry.method for entry in hub.log} == {"GET"}


def test_yes_makes_one_commit_and_a_tag(publish, hub, datasets):
    """With every byte of the folder; the digest of the manifest stands in the messages of both."""
    run = publish("1.0.0", "--yes")
    assert (run.status, run.err, run.waits) == (0, "", [])
    assert files_of(hub, "v1.0.0") == files_of(hub, "main") == files_in(datasets / "1.0.0")
    repository = hub.dataset("ann/small")
    assert [commit.title for commit in repository.commits.values()] == ["initial commit", "small 1.0.0, edition full"]
    digest = json.loads(publish("1.0.0", "--json").out)["digest"]
    assert digest in repository.at("main").message
    assert digest in repository.messages["v1.0.0"]
    assert f"published: {repository.at('main').oid}" in run.out


def test_a_second_time_nothing_is_left_to_do(publish, hub):
    """Neither commit nor tag."""
    publish("1.0.0", "--yes")
    before = len(hub.log)
    run = publish("1.0.0", "--yes")
    assert run.status == 0
    assert "published already, at" in run.out
    assert {entry.method for entry in hub.log[before:]} <= {"GET", "HEAD"}


def test_the_next_version_shows_what_changes(publish, hub, datasets):
    """Files that are new, other or gone, with rows there and here; only they are sent, and the old tag stays."""
    publish("1.0.0", "--yes")
    old, commit = files_of(hub, "v1.0.0"), hub.dataset("ann/small").at("v1.0.0")
    plan = json.loads(publish("1.1.0", "--json").out)
    kinds = {change["path"]: change["kind"] for change in plan["files"]}
    gone = {*old} - {*files_in(datasets / "1.1.0")}
    assert {path for path, kind in kinds.items() if kind == "deleted"} == gone
    assert gone
    assert kinds["README.md"] == "changed"
    assert plan["tables"]["documents"] == {"before": 2, "after": 1}
    assert (plan["before"]["version"], plan["before"]["commit"], plan["published"]) == ("1.0.0", commit.oid, None)
    run = publish("1.1.0", "--yes")
    assert run.status == 0
    assert "~ README.md" in run.out
    assert files_of(hub, "v1.1.0") == files_in(datasets / "1.1.0")
    assert files_of(hub, "v1.0.0") == old
    assert hub.dataset("ann/small").at("v1.1.0").parent == commit


def test_a_tag_never_moves(publish, hub, datasets, tmp_path):
    """A version that is published is refused with other bytes, and so is an earlier one on top of a later."""
    publish("1.1.0", "--yes")
    root = tmp_path / "other"
    write_corpus(root, full_documents()[3:], SETTINGS | {"version": "1.1.0"}, inventory=INVENTORY)
    build_dataset(root)
    before = files_of(hub, "main")
    for version, words in (
        (root / "dataset", "v1.1.0 is published already, with other bytes (MANIFEST.json, README.md,"),
        ("1.0.0", "version 1.1.0 is there already, which is later than 1.0.0"),
    ):
        for yes in ((), ("--yes",)):
            run = publish(version, *yes)
            assert run.status == 1
            assert words in run.err
    assert files_of(hub, "main") == before
    assert {*hub.dataset("ann/small").tags} == {"v1.1.0"}


def test_another_dataset_is_not_written_over(publish, hub, tmp_path):
    """The names are compared."""
    publish("1.0.0", "--yes")
    root = write_corpus(tmp_path, full_documents()[3:], SETTINGS | {"version": "2.0.0", "name": "other"})
    build_dataset(root)
    run = publish(root / "dataset", "--yes")
    assert (run.status, "the dataset there is small, and this is other" in run.err) == (1, True)


def test_the_edition_is_compared(publish, hub):
    """With what the folder says of itself."""
    run = publish("1.0.0", "--yes", edition="standoff")
    assert run.status == 2
    assert "is the edition full, and standoff is asked for" in run.err
    assert hub.log == []


def test_a_new_dataset_can_be_private(publish, hub):
    """Then nobody else sees it."""
    assert publish("1.0.0", "--yes", "--private").status == 0
    assert hub.dataset("ann/small").visibility == "private"
    assert "there is no such dataset yet, or none that may be seen" in publish("1.0.0", token=None).out


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "README.md").unlink(), "README.md: missing: it is not there; build the dataset anew"),
        (lambda folder: (folder / "notes.txt").write_text("x"), "notes.txt: extra: it is no part of the release"),
        (lambda folder: (folder / "README.md").write_text("x"), "README.md: altered: its sha256 is"),
        (lambda folder: (folder / MANIFEST).unlink(), "holds no built dataset"),
    ],
)
def test_a_folder_that_is_not_as_it_was_built_is_refused(spoil, words, publish, datasets, tmp_path, hub):
    """Before anybody is asked."""
    folder = shutil.copytree(datasets / "1.0.0", tmp_path / "spoilt")
    spoil(folder)
    run = publish(folder, "--yes")
    assert (run.status, hub.log) == (2, [])
    assert words in run.err


def test_what_a_hub_adds_to_a_folder_is_no_part_of_a_release(publish, hub, datasets, tmp_path):
    """A folder that was downloaded can be published."""
    folder = shutil.copytree(datasets / "1.0.0", tmp_path / "downloaded")
    (folder / ".gitattributes").write_text("other")
    (folder / ".cache").mkdir()
    (folder / ".cache/x").write_text("x")
    assert publish(folder, "--yes").status == 0
    assert files_of(hub, "main") == files_in(datasets / "1.0.0")


# --- what goes wrong ---


@pytest.mark.parametrize(
    ("method", "path", "fault"),
    [
        ("GET", "/revision/main", {"status": 500}),
        ("GET", "/revision/main", {"status": 429, "headers": {"Retry-After": "7"}}),
        ("GET", "/tree/", {"status": 502}),
        ("POST", "/repos/create", {"status": 503}),
        ("POST", "/repos/create", {"cut": "answer"}),
        ("POST", "/validate-yaml", {"status": 502, "body": b"<html>Bad gateway</html>"}),
        ("POST", "/preupload/", {"cut": "request"}),
        ("PUT", "/lfs/", {"cut": "request"}),
        ("PUT", "/lfs/", {"status": 504}),
        ("POST", "/commit/", {"status": 503}),
        ("POST", "/commit/", {"cut": "request"}),
        ("POST", "/commit/", {"cut": "answer"}),
        ("POST", "/tag/", {"cut": "answer"}),
        ("POST", "/tag/", {"status": 500}),
    ],
)
def test_what_passes_is_outlived(method, path, fault, publish, hub, datasets):
    """Wherever it happens, twice where that can be: with growing waits, and still one commit."""
    once = (
        fault.get("cut") == "answer" or method == "PUT"
    )  # done all the same; or many at a time, with waits of their own
    hub.fail(method, path, 1 if once else 2, **fault)
    run = publish("1.0.0", "--yes", "--quiet")
    assert (run.status, run.out) == (0, "")
    wait = int(fault.get("headers", {}).get("Retry-After", 0))
    assert run.waits[:2] == ([wait, wait] if wait else [1, 2][: len(run.waits)])
    assert files_of(hub, "v1.0.0") == files_in(datasets / "1.0.0")
    assert len(hub.dataset("ann/small").commits) == 2
    for line in run.err.splitlines():
        assert line.startswith("corpus publish: ")
        assert "; trying again in " in line


def test_what_does_not_pass_is_told(publish, hub):
    """After waits that have grown; nothing is half done."""
    hub.fail("POST", "/commit/", 99)
    run = publish("1.0.0", "--yes", "--quiet")
    assert (run.status, run.waits) == (1, [1, 2, 4, 8, 16])
    assert run.err.endswith("corpus publish: sending the files to ann/small: the hub answers 503\n")
    assert hub.dataset("ann/small").tags == {}


def test_a_card_that_the_hub_refuses_is_told(publish, hub):
    """In the hub's own words."""
    errors = {"errors": [{"message": '"language" is wrong'}], "warnings": []}
    hub.fail("POST", "/validate-yaml", status=400, body=errors)
    run = publish("1.0.0", "--yes", "--quiet")
    assert (run.status, run.waits) == (1, [])
    assert run.err.endswith('ann/small: Invalid metadata in README.md. - "language" is wrong\n')


def test_a_run_that_was_broken_off_is_taken_up(publish, hub, datasets):
    """What has arrived is not sent again."""
    hub.fail("POST", "/commit/", 99)
    publish("1.0.0", "--yes", "--quiet")
    hub.faults.clear()
    sent = len(hub.requests("PUT", "/lfs/"))
    assert sent > 5
    assert publish("1.0.0", "--yes", "--quiet").status == 0
    assert len(hub.requests("PUT", "/lfs/")) == sent
    hub.dataset("ann/small").tags.clear()  # as if it had been broken off before the tag
    assert publish("1.0.0", "--yes", "--quiet").status == 0
    assert files_of(hub, "v1.0.0") == files_in(datasets / "1.0.0")
    assert len(hub.dataset("ann/small").commits) == 2


def test_a_branch_that_has_moved_is_told(publish, hub, datasets, monkeypatch):
    """What was shown is no longer true then."""
    publish("1.0.0", "--yes")
    preupload = hub.fail("POST", "/preupload/", 0)

    def meets(method: str, path: str) -> bool:
        if "/preupload/" in path:
            repository = hub.dataset("ann/small")
            repository.commit("main", repository.at("main").files, "somebody else", "", "bob")
        return False

    monkeypatch.setattr(preupload, "meets", meets)
    run = publish("1.1.0", "--yes", "--quiet")
    assert (run.status, run.waits) == (1, [])
    assert run.err.endswith("somebody else has changed the branch in the meantime\n")
    assert {*hub.dataset("ann/small").tags} == {"v1.0.0"}


def test_bytes_that_arrive_otherwise_are_told(publish, hub, monkeypatch):
    """No tag is set on them."""
    from hub.store import File, Repository

    apply = Repository.apply

    def spoil(self: Repository, *arguments: Any) -> Any:
        commit = apply(self, *arguments)
        files = {**commit.files, "README.md": File(b"other", large=False)}
        return self.commit("main", files, "spoilt", "", "ann")

    monkeypatch.setattr(Repository, "apply", spoil)
    run = publish("1.0.0", "--yes", "--quiet")
    assert run.status == 1
    assert "the hub holds other bytes than were sent (README.md); no tag was set" in run.err
    assert hub.dataset("ann/small").tags == {}


@pytest.mark.parametrize(
    ("token", "status", "words"),
    [
        (None, 2, "there is no token to publish with; set HF_TOKEN, or run `hf auth login`"),
        (READER, 1, "the token has no right to do this there"),
        ("hf_topsecretnobody", 1, "the hub does not accept the token; see HF_TOKEN, or run `hf auth login`"),
    ],
)
def test_what_a_token_may_not_do_is_told(token, status, words, publish, hub):
    """At once: none of it passes."""
    run = publish("1.0.0", "--yes", token=token)
    assert (run.status, run.waits) == (status, [])
    assert run.err.count("\n") == 1
    assert words in run.err
    assert hub.repositories == {}


def test_the_name_of_a_repository_is_checked(client, datasets):
    """Before anybody is asked."""
    words = ("nothing", "--edition", "full", "--dataset", str(datasets / "1.0.0"))
    run = Published(client, TOKEN, words)
    assert (run.status, run.err) == (
        2,
        "corpus publish: 'nothing' is no name of a repository; it is written OWNER/NAME\n",
    )


def test_without_a_network(datasets, home):
    """Looking shows all as new and says so; sending is refused."""
    words = ("ann/small", "--edition", "full", "--dataset", str(datasets / "1.0.0"))
    with open_client(NOWHERE, home, START, NO_WAITS) as client:
        look, send = Published(client, TOKEN, words), Published(client, TOKEN, (*words, "--yes"))
    assert (look.status, look.err, look.waits) == (0, "", [])
    assert f"what is there is not known: looking at ann/small: {NOWHERE} cannot be reached" in look.out
    assert (send.status, send.out, send.waits) == (1, "", [])
    assert f"{NOWHERE} cannot be reached" in send.err


# --- tokens, and the default way ---


def test_the_default_way_and_no_token_anywhere(hub, datasets, tmp_path):
    """By Xet, with a store that breaks off once; no file, line or message holds a token, debugging included."""
    home = tmp_path / "home"
    login = "user:hf_topsecretlogin"
    url = hub.url.replace("//", f"//{login}@")
    written = ""
    for place, token in ((hub.url, TOKEN), (hub.url, READER), (url, TOKEN)):
        client = Client(place, home, HF_DEBUG="1", HF_HUB_VERBOSITY="debug", PYTHONWARNINGS="default")
        client.run("from corpus_pkg.cli import main; import os; os.environ['HF_TOKEN'] = token", token=token)
        hub.fail("POST", "/xorbs/", cut="request")
        words = ["publish", "ann/small", "--edition", "full", "--dataset", str(datasets / "1.0.0"), "--yes"]
        client.run("result = main(words)", words=words)
        written += client.out + client.err
        client.run("result = main([*words, '--json'])", words=words)
        written += client.out + client.err + client.close()
        hub.faults.clear()
    assert files_of(hub, "v1.0.0") == files_in(datasets / "1.0.0")
    assert hub.requests("POST", "/xorbs/")
    places = [*files_in(tmp_path).items(), *files_in(datasets).items(), ("output", written.encode())]
    assert [name for name, data in places if b"topsecret" in data] == []
    told = [commit.message + commit.title for commit in hub.dataset("ann/small").commits.values()]
    assert "topsecret" not in "".join([*told, *hub.dataset("ann/small").messages.values()])
