"""The command `corpus`: exit status, help, near matches, and output that no text can turn against its reader."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus_pkg.build import default_out
from corpus_pkg.cli import EXIT_STATUS, main, make_parser
from corpus_pkg.init import init_corpus
from corpus_pkg.schema import ROOTS

TOP = Path(__file__).resolve().parent.parent
COMMANDS = (
    *("init", "add", "prefill", "validate", "explain", "fix"),
    *("show", "stats", "review", "audit", "sample"),
    *("agree", "adjudicate", "resolve", "schema"),
    *("build", "wheel", "deposit", "rehydrate", "withdraw"),
    *("publish", "verify", "diff", "list", "cite", "license"),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus that `corpus init` has made."""
    folder = tmp_path / "harbour"
    init_corpus(folder)
    return folder


@pytest.fixture
def broken(root: Path) -> Path:
    """The same with a misspelt actor and a draft."""
    path = root / "annotations/example.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("{q: We, actors: [dell", "{q: We, draft: true, actors: [del"), "utf-8")
    return root


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same width everywhere, and the command's own name."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)


def run(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run `python -m corpus_pkg` with these words."""
    environment = {**os.environ, "PYTHONPATH": str(TOP), "COLUMNS": "100"} | options.pop("env", {})
    settings = {"capture_output": True, "text": True, "timeout": 60, "encoding": "utf-8"} | options
    return subprocess.run([sys.executable, "-m", "corpus_pkg", *map(str, words)], env=environment, **settings)


def status(*words: str | Path) -> int:
    """Return the exit status of the command, run in this process."""
    try:
        return main([*map(str, words)])
    except SystemExit as ended:
        return int(ended.code or 0)


# Help.


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(command, capsys, file_regression):
    """It goes to the output, with status 0."""
    assert status(*command.split(), "--help") == 0
    output = capsys.readouterr()
    assert output.err == ""
    file_regression.check(output.out, basename=f"help_{command or 'corpus'}")


def test_every_command_is_tested_here():
    parser = make_parser()
    (commands,) = (action.choices for action in parser._actions if isinstance(action.choices, dict))
    assert set(commands) == set(COMMANDS)


def test_help_says_what_the_exit_status_means(capsys):
    """In every help, in the words of the module."""
    for command in ("", *COMMANDS):
        status(*command.split(), "--help")
        assert EXIT_STATUS.split() == capsys.readouterr().out.split()[-len(EXIT_STATUS.split()) :]


def test_version(capsys):
    from corpus_pkg import __version__

    assert status("--version") == 0
    assert capsys.readouterr().out == f"corpus_pkg {__version__}\n"


# Exit status.


def test_all_is_well(root, capsys):
    """Each command ends with 0, and says nothing but what was asked for."""
    (root.parent / "wire.txt").write_text("Arden reports.\n")
    for words in (
        ["validate", root],
        ["build", root],
        ["show", "example", root],
        ["stats", root],
        ["agree", root, root, root],
        ["resolve", root],
        ["resolve", root, "--id", "example"],
        ["fix", root],
        ["fix", root, "--yes", "--id", "example"],
        ["prefill", "example", root],
        ["add", root.parent / "wire.txt", "--root", root],
        ["init", root.parent / "other"],
        ["list"],
        ["cite", root],
        ["cite", root, "--format", "bibtex"],
        ["license", root],
        ["wheel", root / "dataset", "--out", root.parent / "dist"],
        ["schema", "source", root],
        ["schema", "--write", root / "annotations/.schema", root],
        ["verify", root],
        ["diff", root, root],
    ):
        assert status(*words) == 0, words
        assert capsys.readouterr().err == "", words


def test_the_data_have_errors(broken, capsys):
    """1 for the commands that judge; `show`, `stats` and `resolve` look past what leaves a document readable."""
    assert [status(command, broken) for command in ("validate", "build", "fix")] == [1, 1, 1]
    assert [status("show", "example", broken), status("stats", broken), status("resolve", broken)] == [0, 0, 0]
    capsys.readouterr()
    (broken / "annotations/example.yaml").write_text("document: example\n")
    assert [status(command, broken) for command in ("validate", "build", "stats", "resolve", "fix")] == [1] * 5
    assert status("show", "example", broken) == 1
    output = capsys.readouterr()
    assert "missing-key: the key 'language' is missing" in output.err


def test_warnings_are_no_errors(root, capsys):
    """They are shown, and do not stop a build; a draft does."""
    (root / "raw/notes.md.txt~").write_text("x")
    assert status("validate", root) == 0
    assert "warning file-ignored" in capsys.readouterr().out
    assert status("build", root) == 0
    path = root / "annotations/example.yaml"
    path.write_text(path.read_text("utf-8").replace("{q: her,", "{q: her, draft: true,"), "utf-8")
    assert status("validate", root) == 0
    assert status("build", root) == 1
    assert "error draft: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["vaildate"], "there is no command 'vaildate'; did you mean validate?"),
        (["xyz"], f"there is no command 'xyz'; there are {', '.join(COMMANDS)}"),
        (["--josn", "validate"], "there is no '--josn' here; did you mean --json?"),
        (["validate", "--fromat=json"], "there is no '--fromat=json' here; did you mean --format?"),
        (["validate", ".", "--quite"], "there is no '--quite' here; did you mean --quiet?"),
        (["build", "--output", "x"], "there is no '--output' here; did you mean --out?"),
        (["validate", "--jso"], "there is no '--jso' here; did you mean --json?"),
        (["validate", ".", "more"], "there is no 'more' here"),
        (["validate", "--format", "xml"], "invalid choice: 'xml'"),
        (["show"], "the following arguments are required: ID"),
        (["validate", "nowhere"], "corpus validate: there is no folder nowhere"),
        (["stats", "pyproject.toml"], "corpus stats: pyproject.toml is not a folder"),
        (["show", "exmple", "HERE"], "no document is called 'exmple'; did you mean example?"),
        (["show", "xyz", "HERE"], "no document is called 'xyz'; there are example"),
        (["show", "\x1b[31m", "HERE"], r"no document is called '\x1b[31m'"),
        (["resolve", "HERE", "--id", "exam"], "no document is called 'exam'; did you mean example?"),
        (["fix", "HERE", "--id", "exam", "--yes"], "no document is called 'exam'; did you mean example?"),
        (["fix", "HERE", "--write"], "there is no '--write' here"),
        (["init", "HERE"], "raw is there already, so nothing is written"),
        (["init", "new", "--layers", "actor"], "no layer is called 'actor'; did you mean actors?"),
        (["build", "HERE", "--out", "HERE/raw"], "lies in raw/ of the corpus, so nothing is written there"),
        (["cite", "baku-teheran"], "no installed corpus is called 'baku-teheran'; did you mean baku-tehran?"),
        (["license", "HERE"], "holds no built dataset (there is no MANIFEST.json)"),
        (["wheel", "nowhere"], "there is no folder nowhere"),
        (["explain", "anchor-ambigous"], "no finding is called 'anchor-ambigous'; did you mean anchor-ambiguous"),
        (
            ["validate", "HERE", "--select", "warnings"],
            "no kind of finding is called 'warnings'; did you mean warning?",
        ),
        (["validate", "HERE", "--ignore", "file,layer"], "no kind of finding is called 'layer'; did you mean layers?"),
        (["validate", "HERE", "--max-per-code", "-1"], "'-1' is no whole number from 0 on"),
        (["validate", "HERE", "--max-per-code", "many"], "'many' is no whole number from 0 on"),
        (["validate", "HERE", "--json", "--format", "github"], "--json is --format json, and --format github is asked"),
        (["schema", "invntory"], "no schema is called 'invntory'; did you mean inventory?"),
        (["schema", "source", "HERE", "--write", "new"], "--write writes all schemas, so there is no NAME to give"),
    ],
)
def test_misuse(words, said, root, capsys, monkeypatch):
    """2, with what may have been meant; nothing is printed but the reason."""
    monkeypatch.chdir(TOP)
    assert status(*(str(word).replace("HERE", str(root)) for word in words)) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert said in output.err


def test_abbreviations_are_refused(root, capsys):
    """What is short for one option today may be short for two tomorrow."""
    assert status("validate", root, "--form", "json") == 2


# What is printed.


def test_json(root, broken, capsys):
    """Each command prints one JSON value, and nothing else, to the output."""
    new = root.parent / "schemas"
    reading = (["validate", root], ["show", "example", root], ["stats", root], ["agree", root, root], ["fix", root])
    reviewing = (["audit", root], ["sample", root], ["review", "example", root, "--layer", "date"])
    for words in (*reading, *reviewing, ["build", root], ["schema"]):
        status(*words, "--json")
        json.loads(capsys.readouterr().out)
    for words in (["schema", "corpus", root], ["schema", "--write", new, root]):
        status(*words, "--json")
        json.loads(capsys.readouterr().out)
    status("validate", root, "--format", "json")
    (draft, unknown) = json.loads(capsys.readouterr().out)
    assert list(draft) == [
        *("code", "severity", "level", "path", "line", "column", "pointer", "document"),
        *("message", "found", "expected", "suggestion"),
    ]
    assert (draft["code"], unknown["pointer"]) == ("draft", "/passages/3/mentions/0/actors/0")
    assert status("init", root.parent / "new", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["files"][0] == "raw/example.txt"


def test_quiet(root, capsys):
    """A clean check and a build say nothing; findings are what was asked for."""
    schemas = ["schema", "--write", root.parent / "schemas", root]
    for words in (["validate", root], ["build", root], ["init", root.parent / "new"], ["fix", root], schemas):
        assert status(*words, "--quiet") == 0
        assert capsys.readouterr() == ("", "")
    (root / "raw/example.txt").write_text("Hello\n")
    assert status("validate", root, "--quiet") == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert lines
    assert all(" error " in line for line in lines)


def test_the_default_root_is_here(root, capsys, monkeypatch):
    monkeypatch.chdir(root)
    for words in (["validate"], ["show", "example"], ["stats"], ["resolve"], ["build"], ["fix"], ["schema"]):
        assert status(*words) == 0
    assert (root / "dataset/MANIFEST.json").is_file()
    monkeypatch.chdir(root.parent)
    (root.parent / "new").mkdir()
    monkeypatch.chdir(root.parent / "new")
    assert status("init") == 0
    assert (root.parent / "new/raw/example.txt").is_file()


def test_the_default_out():
    """The corpus of this checkout is built into the package, every other beside its texts."""
    assert default_out(TOP) == TOP / "corpus_pkg/dataset"
    assert default_out(Path("elsewhere")) == Path("elsewhere/dataset")


def test_python_m(root):
    """`python -m corpus_pkg` is the command."""
    ended = run("validate", root)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "0 errors, 0 warnings in 1 document\n", "")


def test_findings_as_text(broken, capsys, file_regression):
    """Place, severity, code and what is wrong; the line with a caret; what to do."""
    folder = broken / "annotations"
    text = (folder / "example.yaml").read_text("utf-8")
    (folder / "example.yaml").write_text(text.replace("zone: dateline", "zone: datelin").replace("her,", "Corvia,"))
    with (folder / "inventory.yaml").open("a") as inventory:
        inventory.write("pages: [{id: p, url: x}]\n")
    (folder / "all.jsonl").write_text('{"document": "🤝🤝", "note": "", "note": ""}\n', "utf-8")
    (broken / "raw/new.txt").write_text("Hello\n")
    status("validate", broken)
    file_regression.check(capsys.readouterr().out, basename="findings")


@pytest.fixture
def many(root: Path) -> Path:
    """A corpus with 25 misspelt actors, 23 hard cases that there are not, and a draft."""
    path = root / "annotations/example.yaml"
    text = path.read_text("utf-8").replace("{q: her,", "{q: her, draft: true,")
    names = ", ".join(f"x{number}" for number in range(25))
    cases = ", ".join(map(str, range(1, 24)))
    path.write_text(text.replace("{q: We, actors: [", f"{{q: We, cases: [{cases}], actors: [{names}, "), "utf-8")
    return root


def test_findings_are_capped_by_code_in_what_people_read(many, capsys):
    """20 of each as text and for GitHub; the rest is counted; the summary counts all, and so does the exit status."""
    more = [
        "... 5 more of actor-unknown; --max-per-code 0 shows all",
        "... 3 more of case-unknown; --max-per-code 0 shows all",
    ]
    for form in ("text", "github"):
        assert status("validate", many, "--format", form) == 1
        lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
        assert len(lines) == 20 + 20 + 1 + 2 + 1
        assert lines[-3:] == [*more, "48 errors, 1 warning in 1 document"]
    for form in ("json", "jsonl"):
        assert status("validate", many, "--format", form) == 1
        output = capsys.readouterr()
        assert (output.out.count('"code"'), output.err) == (49, "")


def test_how_many_findings_of_a_code_are_shown_can_be_said(many, capsys):
    for number, shown in ((0, 49), (1, 3), (24, 48), (10**9 - 1, 49)):
        for form in ("text", "github", "json", "jsonl"):
            assert status("validate", many, "--format", form, "--max-per-code", str(number)) == 1
            output = capsys.readouterr()
            assert (
                len(re.findall(r": error |: warning |^::(?:error|warning) |\"code\"", output.out, re.MULTILINE))
                == shown
            )
            assert ("more of" in output.out + output.err) is (shown < 49)
            assert "more of" not in output.out or form in ("text", "github")


def test_a_build_that_is_refused_shows_some_of_each(many, capsys):
    """And says how to see all; a selection of `validate` changes nothing about what it refuses."""
    assert status("validate", many, "--select", "file") == 0
    assert status("build", many) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if not line.startswith(" ")]
    assert len(lines) == 20 + 20 + 1 + 2 + 1
    assert lines[-3] == "... 5 more of actor-unknown; corpus validate --max-per-code 0 shows all"


def test_formats_tell_the_same(many, capsys):
    """In the same order: one JSON array, one record a line, one workflow command a line."""
    status("validate", many, "--json")
    records = json.loads(capsys.readouterr().out)
    status("validate", many, "--format", "jsonl")
    assert [json.loads(line) for line in capsys.readouterr().out.split("\n")[:-1]] == records
    status("validate", many, "--format", "github", "--max-per-code", "0", "--quiet")
    commands = capsys.readouterr().out.splitlines()
    titles = [re.fullmatch(r"::(\w+) .*,line=(\d+),col=(\d+),title=([a-z-]+)::.*", command) for command in commands]
    assert [title.groups() if title else None for title in titles] == [
        (record["severity"], str(record["line"]), str(record["column"]), record["code"]) for record in records
    ]


def test_a_selection(many, capsys):
    """By code, beginning, level and severity, with commas and given again; what is not selected is counted."""
    for words, counted in (
        (["--select", "actor,case"], "48 errors, 0 warnings in 1 document; 1 finding not selected"),
        (["--select", "actor-unknown"], "25 errors, 0 warnings in 1 document; 24 findings not selected"),
        (["--select", "warning,case-unknown"], "23 errors, 1 warning in 1 document; 25 findings not selected"),
        (["--select", "warning", "--select", "case-unknown"], "23 errors, 1 warning in 1 document; 25 findings"),
        (["--select", "references", "--ignore", "case-unknown"], "25 errors, 0 warnings in 1 document; 24 findings"),
        (["--ignore", "error"], "0 errors, 1 warning in 1 document; 48 findings not selected"),
        (["--select", "corpus"], "0 errors, 0 warnings in 1 document; 49 findings not selected"),
        (["--select", ""], "48 errors, 1 warning in 1 document"),
    ):
        assert status("validate", many, *words) == (0 if counted.startswith("0 errors") else 1)
        assert capsys.readouterr().out.splitlines()[-1].startswith(counted)


def test_a_selection_is_known_before_anything_is_checked(root, monkeypatch, capsys):
    """A code that nothing here has is no misuse; one that there is not is told at once, however long a check takes."""
    assert status("validate", root, "--select", "anchor-ambiguous,yaml", "--ignore", "release") == 0
    monkeypatch.setattr("corpus_pkg.corpus.scan_folder", None)
    assert status("validate", root, "--select", "anchor-ambigous") == 2
    assert "did you mean anchor-ambiguous" in capsys.readouterr().err


def test_paths_for_github_count_from_the_checkout(broken, capsys, monkeypatch):
    """From here, or from the workspace of the job when it has gone into a folder of it."""
    place = "annotations/example.yaml,line=39"
    for here, root, workspace, expected in (
        (broken.parent, "harbour", None, f"harbour/{place}"),
        (broken.parent, "./harbour/", "", f"harbour/{place}"),
        (broken, ".", None, place),
        (broken, ".", broken.parent, f"harbour/{place}"),
        (broken.parent, broken, broken, place),
    ):
        monkeypatch.chdir(here)
        monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
        if workspace is not None:
            monkeypatch.setenv("GITHUB_WORKSPACE", str(workspace))
        assert status("validate", root, "--format", "github", "--select", "error") == 1
        assert capsys.readouterr().out.startswith(f"::error file={expected},")


def test_a_schema_that_cannot_know_the_labels(root, capsys):
    """Where the vocabulary has errors these are shown, and nothing is printed or written."""
    (root / "annotations/vocabulary.yaml").write_text("zones: []\n")
    for words in (["schema", "source", root], ["schema", "--write", root.parent / "new", root]):
        assert status(*words) == 1
        output = capsys.readouterr()
        assert output.out == ""
        assert "annotations/vocabulary.yaml:1:8: error wrong-type" in output.err
    assert not (root.parent / "new").exists()


def test_the_schemas_are_named_in_the_help(capsys):
    status("schema", "--help")
    help_ = capsys.readouterr().out
    assert [name for name in ROOTS if name not in help_] == []


def test_show(capsys, file_regression, tmp_path):
    """A document with marks around what is annotated and a line for each annotation."""
    init_corpus(tmp_path / "harbour")
    status("show", "example", tmp_path / "harbour")
    file_regression.check(capsys.readouterr().out, basename="show")


def test_a_build_says_how_to_load(root, capsys):
    """The lines it prints are Python that runs."""
    out = root.parent / "it's here"
    assert status("build", root, "--out", out) == 0
    text = capsys.readouterr().out
    assert text.startswith("harbour 0.1.0 is in ")
    code = "\n".join(line.strip() for line in text.split("To load it:\n")[1].splitlines())
    loaded: dict[str, Any] = {}
    exec(code, loaded)
    assert [document.doc_id for document in loaded["documents"]] == ["example"]


# No text can turn the output against its reader.

EVIL = "\x1b[2J\x9b31m\u202e\x07"


@pytest.fixture
def hostile(root: Path) -> Path:
    """A corpus in which everything that may hold free words holds sequences that steer terminals."""
    text = f"Hello {EVIL} there\n"
    end = len(text) - 1
    document = {
        "document": "evil",
        "language": "en",
        "annotated": [],
        "text": text,
        "passages": [{"start": 0, "end": end, "zone": EVIL, "note": EVIL}],
        "date": {"text": EVIL + "2021"},
        "source": {"licence": EVIL, "parties": [{"role": EVIL, "actor": "a", "cite": ["p"]}]},
        "mentions": [{"q": {"start": 0, "end": end, "text": text[:end]}, "actors": ["dell"]}],
        "events": [{"id": "e", "type": EVIL, "mode": EVIL, "time": {"known": EVIL + "2021"}}],
        "claims": [{"event": "e", "attribute": EVIL, "value": EVIL, "sources": ["AUTHOR"]}],
        "relations": [{"q": {"start": 0, "end": 5, "text": "Hello"}, "from": "e", "type": EVIL, "to": "e"}],
        "date_candidates": [
            {"q": {"start": 0, "end": 5, "text": "Hello"}, "kind": EVIL, "value": EVIL, "verdict": "rejected"}
        ],
        "rights": [{"q": {"start": 0, "end": 5, "text": "Hello"}, "licence": EVIL}],
    }
    (root / "annotations/all.jsonl").write_text(json.dumps(document) + "\n" + json.dumps({EVIL: EVIL}) + "\n")
    (root / "annotations/inventory.yaml").write_text(f"actors: [{{id: '{EVIL[1:4]}'}}]\n")
    return root


def test_escape_sequences_are_inert(hostile, capsys):
    """In texts, labels, keys, dates and names; as text and as JSON."""
    for words in (
        ["validate", hostile],
        ["validate", hostile, "--json"],
        ["validate", hostile, "--format", "jsonl"],
        ["validate", hostile, "--format", "github"],
        ["validate", hostile, "--select", EVIL],
        ["schema", EVIL],
        ["build", hostile],
        ["show", "evil", hostile],
        ["show", "evil", hostile, "--json"],
        ["resolve", hostile],
        ["fix", hostile],
        ["fix", hostile, "--json"],
        ["stats", hostile],
        ["agree", hostile, hostile],
        ["agree", hostile, hostile, "--json"],
        ["agree", hostile, hostile.parent / EVIL],
        ["stats", hostile.parent / EVIL],
        ["init", hostile.parent / f"new{EVIL}"],
    ):
        status(*words)
        for text in capsys.readouterr():
            assert not re.search(r"[^\n\x20-\x7e\u00a0-\u2029\u2030-\uffff]", text), words


def in_terminal(*words: str | Path, **environment: str) -> str:
    """Return what the command writes to a terminal."""
    leader, follower = pty.openpty()
    variables = {**os.environ, "PYTHONPATH": str(TOP), "COLUMNS": "100", "TERM": "xterm", **environment}
    command = [sys.executable, "-m", "corpus_pkg", *map(str, words)]
    with subprocess.Popen(command, stdout=follower, stderr=follower, env=variables) as process:
        os.close(follower)
        pieces = []
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:
                break
            if not piece:
                break
            pieces.append(piece)
        process.wait(timeout=60)
    os.close(leader)
    return b"".join(pieces).decode()


def test_colours(root, hostile):
    """Only on a terminal, only our own, and not with NO_COLOR."""
    shown = in_terminal("show", "evil", hostile)
    assert set(re.findall("\x1b[^m]*m", shown)) == {"\x1b[36m", "\x1b[0m"}
    assert "\x1b" not in in_terminal("show", "example", root, NO_COLOR="1")
    assert "\x1b" in in_terminal("show", "example", root, NO_COLOR="")
    assert "\x1b" not in run("show", "example", root).stdout


# The other end of the output.


def test_a_reader_that_goes_away(root):
    """`corpus ... | head` ends without a word, with the status of a process that SIGPIPE has ended."""
    for words in (["resolve", root], ["show", "example", root], ["validate", root]):
        reading, writing = os.pipe()
        os.close(reading)
        ended = run(*words, stdout=writing, stderr=subprocess.PIPE, capture_output=False)
        os.close(writing)
        assert (ended.returncode, ended.stderr) == (141, "")


def test_an_output_that_is_full(root):
    with open("/dev/full", "w") as full:
        ended = run("resolve", root, stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert (ended.returncode, ended.stderr) == (1, "corpus resolve: No space left on device\n")


def test_an_output_that_knows_few_letters(root):
    """Letters that the terminal's encoding lacks are escaped; JSON is UTF-8 all the same."""
    path = root / "annotations/corpus.yaml"
    path.write_text(path.read_text("utf-8") + "ə𝒳: ə\n", "utf-8")
    ended = run("validate", root, env={"PYTHONIOENCODING": "latin-1"}, encoding="latin-1")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert r"no key is called '\u0259\U0001d4b3' here" in ended.stdout
    ended = run("validate", root, "--json", env={"PYTHONIOENCODING": "latin-1"})
    assert json.loads(ended.stdout)[0]["found"] == "ə𝒳"
    ended = run("validate", root, "--format", "github", env={"PYTHONIOENCODING": "latin-1"})
    assert "no key is called 'ə𝒳' here" in ended.stdout


def test_an_interrupt(root, monkeypatch, capsys):
    """Ctrl-C is no bug."""

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("corpus_pkg.corpus.scan_folder", interrupt)
    assert status("validate", root) == 130
    assert capsys.readouterr().err == "corpus validate: interrupted\n"


def test_a_bug_shows_its_traceback(root, monkeypatch):
    """What is no fault of the data is not made to look like one."""

    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("corpus_pkg.corpus.scan_folder", fail)
    with pytest.raises(ZeroDivisionError):
        status("validate", root)
