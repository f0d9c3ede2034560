"""The page on checking: its blocks are what they say they are, and its commands run."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_invalid import EXAMPLES, expected_in

from corpus_pkg.commands.output import FORMATS
from corpus_pkg.findings import LEVELS, sort_findings
from corpus_pkg.init import init_corpus
from corpus_pkg.report import as_text
from corpus_pkg.select import SEVERITIES
from corpus_pkg.validate import validate_corpus

TOP = Path(__file__).resolve().parent.parent
PAGE = (TOP / "docs/checking.md").read_text("utf-8")
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text("utf-8"))}


def blocks(language: str) -> list[str]:
    """Return the blocks of the page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def yaml_blocks(key: str) -> list[Any]:
    """Return those YAML blocks of the page that have this key, read."""
    return [block for block in map(yaml.safe_load, blocks("yaml")) if key in block]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus as `corpus init` makes it."""
    init_corpus(tmp_path / "corpus")
    return tmp_path / "corpus"


def run(command: str, root: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the page in the folder of a corpus."""
    words = shlex.split(command)
    assert words[0] == "corpus"
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "GITHUB_WORKSPACE")}
    return subprocess.run(
        [sys.executable, "-m", "corpus_pkg", *words[1:]],
        cwd=root,
        capture_output=True,
        text=True,
        env={**environment, "PYTHONPATH": str(TOP)},
    )


def test_console_blocks(root):
    """They print what the page says, of a corpus with a misspelt zone and a draft."""
    path = root / "annotations/example.yaml"
    text = path.read_text("utf-8").replace("zone: dateline", "zone: datelin")
    path.write_text(text.replace("{q: Monday, ", "{q: Monday, draft: true, "), "utf-8")
    steps = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks("console")), re.MULTILINE)
    assert len(steps) == 2
    for command, expected in steps:
        ended = run(command, root)
        assert (ended.stdout, ended.stderr, ended.returncode) == (expected, "", 1)


def test_the_tables_are_complete():
    """Every format, level and severity stands on the page."""
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == [*FORMATS]
    for words in (LEVELS, SEVERITIES):
        assert ", ".join(f"`{word}`" for word in words) in PAGE


def test_every_yaml_block_is_yaml():
    assert len(blocks("yaml")) == len([*map(yaml.safe_load, blocks("yaml"))]) == 5


def test_the_hooks_are_there():
    """The page uses hooks of this repository by the names that they have, and all of them."""
    used = {hook["id"] for block in yaml_blocks("repos") for repo in block["repos"] for hook in repo["hooks"]}
    assert used == set(HOOKS) == {"corpus-validate", "corpus-fix"}
    assert {name: hook["entry"] for name, hook in HOOKS.items()} == {
        "corpus-validate": "corpus validate",
        "corpus-fix": "corpus fix",
    }
    for hook in HOOKS.values():
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)


def test_the_hook_for_an_installed_package_is_the_same():
    """But for how it is installed."""
    (local,) = (repo for block in yaml_blocks("repos") for repo in block["repos"] if repo["repo"] == "local")
    (hook,) = local["hooks"]
    wanted = {key: value for key, value in HOOKS["corpus-validate"].items() if key != "description"}
    assert hook == {**wanted, "language": "system"}


@pytest.mark.parametrize(
    ("path", "runs"),
    [
        ("raw/a.txt", True),
        ("annotations/reviews/a.yaml", True),
        ("docs/raw/a.txt", False),
        ("rawhide.txt", False),
        ("README.md", False),
    ],
)
def test_a_hook_runs_when_the_corpus_changes(path, runs):
    assert {bool(re.search(hook["files"], path)) for hook in HOOKS.values()} == {runs}


@pytest.mark.parametrize(
    ("name", "path", "spoil"),
    [
        ("corpus-validate", "raw/example.txt", lambda text: "Other words.\n"),
        ("corpus-fix", "annotations/example.yaml", lambda text: text.replace("zone: body", 'zone: "body"')),
    ],
)
def test_a_hook_refuses_by_the_exit_status_of_its_command(root, name, path, spoil):
    """As it stands in the file; and no hook writes anything."""
    assert run(HOOKS[name]["entry"], root).returncode == 0
    spoilt = spoil((root / path).read_text("utf-8"))
    (root / path).write_text(spoilt, "utf-8")
    assert run(HOOKS[name]["entry"], root).returncode == 1
    assert (root / path).read_text("utf-8") == spoilt


def test_the_steps_of_the_job_run(root):
    """Those that are not set-up; on what has no errors they are silent but for the summary."""
    (workflow,) = yaml_blocks("jobs")
    steps = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert [step.split()[0] for step in steps] == ["pip", "corpus"]
    ended = run(steps[-1], root)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "0 errors, 0 warnings in 1 document\n", "")


def test_the_schemas_are_where_the_page_says(root):
    """The command makes every file that is named, and the comment is that of `corpus init`."""
    for path in (root / "annotations/.schema").iterdir():
        path.unlink()
    (command,) = blocks("sh")
    assert run(command, root).returncode == 0
    named = re.findall(r"(?:annotations|\.\.|[ `=])/?(\.schema/\w+\.json)", PAGE)
    assert len(named) > 5
    assert [name for name in named if not (root / "annotations" / name).is_file()] == []
    assert (root / "annotations/example.yaml").read_text("utf-8").startswith(blocks("yaml")[0])


def test_the_settings_name_schemas_for_files(root):
    settings = json.loads(blocks("json")[0])
    pairs = [(entry["url"], name) for entry in settings["json.schemas"] for name in entry["fileMatch"]]
    for schema, name in [*pairs, *settings["yaml.schemas"].items()]:
        assert (root / schema).is_file()
        assert Path(schema).stem == Path(name).stem
        assert Path(name).parent == Path("/annotations")


def test_the_task_reads_every_finding_that_has_a_line():
    """The pattern takes each apart into what the record says, and takes nothing else for a finding."""
    (task,) = json.loads(blocks("json")[1])["tasks"]
    pattern = task["problemMatcher"]["pattern"]
    groups = {key: number for key, number in pattern.items() if key != "regexp"}
    assert task["command"].split()[:2] == ["corpus", "validate"]
    seen = 0
    for example in EXAMPLES[::4]:
        findings = [finding for finding in sort_findings(validate_corpus(example)) if finding.line is not None]
        matches = [match for line in as_text(findings, example) if (match := re.match(pattern["regexp"], line))]
        assert len(matches) == len(findings)
        for finding, match in zip(findings, matches, strict=True):
            record = finding.as_dict() | {"file": finding.path}
            told = {key: match[number] for key, number in groups.items()}
            assert told == {key: None if record[key] is None else str(record[key]) for key in groups}
        seen += len(expected_in(example))
    assert seen > 20


def test_links_lead_somewhere():
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", PAGE) if "://" not in link]
    assert [link for link in links if not (TOP / "docs" / link).exists()] == []
