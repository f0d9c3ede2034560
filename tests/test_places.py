"""Findings point at the very place, whatever the file looks like: one fault, put somewhere, is found exactly there.

Sound documents of the toy corpus are spoilt in one place, written in a random style by `styles`, which knows where
everything stands, and checked as a user does it, by `validate_corpus`.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import TOY
from styles import Spoilt, Steps, Written, place, write_json, write_yaml

from corpus_pkg.corpus import read_corpus
from corpus_pkg.documents import iter_documents
from corpus_pkg.read import read_yaml
from corpus_pkg.report import as_text
from corpus_pkg.schema import Schema, property_shape, shape
from corpus_pkg.validate import validate_corpus

Data = dict[str, Any]
Place = tuple[int, int]
Told = tuple[str, int | None, int | None]
"""Code, line and column of a finding."""
ACTOR_LISTS = ("actors", "actor", "recipient", "host", "place", "victim", "sources")


class Fault(NamedTuple):
    """What was done to a document: the codes that may be told of it, where, and what the writer has to do for it."""

    codes: tuple[str, ...]
    where: Steps
    on_key: bool = False
    spoilt: Spoilt | None = None


def walk(value: Any, wanted: Schema, where: Steps = ()) -> Iterator[tuple[Steps, Any, Schema]]:
    """Yield every value with its path and the shape that the schema wants."""
    yield where, value, wanted
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, property_shape(wanted, key), (*where, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, wanted.get("items", {}), (*where, index))


def inner(value: Any, where: Steps) -> Any:
    for step in where:
        value = value[step]
    return value


class Spoiler:
    """Spoils one document in one place, chosen at random among those where a fault of a kind can be."""

    def __init__(self, data: Data, root: str, rng: random.Random) -> None:
        self.data, self.rng = data, rng
        self._all = [*walk(data, shape(root))]

    def spoil(self, kind: str) -> Fault | None:
        """Return the fault that was made, null when the document has no place for it."""
        return KINDS[kind](self)

    def some(self, fits: Callable[[Steps, Any, Schema], bool]) -> tuple[Steps, Any, Schema] | None:
        found = [each for each in self._all if each[0] and fits(*each)]
        return self.rng.choice(found) if found else None

    def put(self, fits: Callable[[Steps, Any, Schema], bool], value: Any, *codes: str) -> Fault | None:
        """Put a value in the place of one that fits."""
        if not (found := self.some(fits)):
            return None
        *above, last = found[0]
        inner(self.data, tuple(above))[last] = value
        return Fault(codes, found[0])

    def unknown_key(self) -> Fault | None:
        where, value, _ = self.rng.choice(
            [each for each in self._all if "properties" in each[2] and isinstance(each[1], dict)]
        )
        items = [*value.items()]
        items.insert(self.rng.randint(0, len(items)), ("zz 🤝", self.rng.choice(["zz", 7, [], None])))
        value.clear()
        value.update(items)
        return Fault(("unknown-key",), (*where, "zz 🤝"), on_key=True)

    def missing_key(self) -> Fault | None:
        where, value, wanted = self.rng.choice(
            [each for each in self._all if each[2].get("required") and isinstance(each[1], dict)]
        )
        del value[self.rng.choice(wanted["required"])]
        return Fault(("missing-key",), where)

    def wrong_type(self) -> Fault | None:
        def replaced(where: Steps, value: Any, wanted: Schema) -> bool:
            return "object" not in wanted.get("type", ())

        wrong = self.rng.choice([{"zz": "x"}, {"zz": ["x"]}])
        return self.put(replaced, wrong, "wrong-type", "unknown-value")

    def bad_form(self) -> Fault | None:
        return self.put(
            lambda where, value, wanted: "pattern" in wanted and isinstance(value, str), "1 🤝/", "bad-form"
        )

    def unknown_value(self) -> Fault | None:
        return self.put(lambda where, value, wanted: "enum" in wanted, "zz 🤝", "unknown-value")

    def anchor(self) -> Fault | None:
        def is_anchor(where: Steps, value: Any, wanted: Schema) -> bool:
            return bool(wanted.get("span")) and isinstance(value, str) and where[-1] != "at"

        return self.put(is_anchor, self.rng.choice(["nowhere 🤝", "zz ... qq", "<zz> 'qq'"]), "anchor-not-found")

    def start(self) -> Fault | None:
        repeated = {each[1] for each in self._all if each[0][-1:] == ("duplicate_of",)}
        return self.put(
            lambda where, value, _: where[-1] == "at" and value not in repeated, "zz 🤝", "passage-not-found"
        )

    def drift(self) -> Fault | None:
        def is_span(where: Steps, value: Any, wanted: Schema) -> bool:
            return isinstance(value, dict) and value.keys() == {"start", "end", "text"}

        if found := self.some(is_span):
            found[1]["text"] += "🤝"
        return Fault(("span-text-mismatch",), found[0]) if found else None

    def actor(self) -> Fault | None:
        def is_actor(where: Steps, value: Any, wanted: Schema) -> bool:
            return len(where) > 1 and where[-2] in ACTOR_LISTS and isinstance(value, str)

        return self.put(is_actor, "nobody", "actor-unknown")

    def event(self) -> Fault | None:
        def is_event(where: Steps, value: Any, wanted: Schema) -> bool:
            told = "triggers" in where  # else an event that nothing tells of is another fault
            return (
                where[-1] in ("event", "from", "to") and isinstance(value, str) and not told and "offices" not in where
            )

        return self.put(is_event, "zz", "event-unknown")

    def date(self) -> Fault | None:
        def is_date(where: Steps, value: Any, wanted: Schema) -> bool:
            in_time = where[-2:-1] == ("time",) or where[-3:-2] == ("times",)
            return isinstance(value, str) and where[-1] == "text" and in_time

        if not (fault := self.put(is_date, self.rng.choice(["2021-13", "2021-02-30 🤝", "[a..b]"]), "date-not-edtf")):
            return None
        holder = inner(self.data, fault.where[:-1])
        for base in {"known", "external"} & holder.keys():  # else they are faults of their own, or of the order
            holder[base] = holder["text"]
        return fault

    def label(self) -> Fault | None:
        def is_label(where: Steps, value: Any, wanted: Schema) -> bool:
            ends = where[-1] in ("kind", "role", "attribute") or where[-2:-1] in (("contexts",), ("sectors",))
            return ends or (where[-1] == "type" and where[-3] == "relations")

        return self.put(is_label, "ZZ", "label-unknown")

    def case(self) -> Fault | None:
        return self.put(lambda where, value, wanted: where[-2:-1] == ("cases",), 77, "case-unknown")

    def decorated(self, how: str) -> Fault | None:
        """Have the writer put something before a value, or in its place."""
        where = self.rng.choice([each[0] for each in self._all if each[0]])
        return Fault((how,), where, spoilt=Spoilt(where, how))

    def repeated_key(self) -> Fault | None:
        where = self.rng.choice([each[0] for each in self._all if each[0] and isinstance(each[0][-1], str)])
        return Fault(("repeated-key",), where, spoilt=Spoilt(where, "repeated-key"))


KINDS: Mapping[str, Callable[[Spoiler], Fault | None]] = {
    "an unknown key": Spoiler.unknown_key,
    "a missing key": Spoiler.missing_key,
    "a wrong type": Spoiler.wrong_type,
    "a bad form": Spoiler.bad_form,
    "an unknown value": Spoiler.unknown_value,
    "an anchor without words": Spoiler.anchor,
    "a passage without words": Spoiler.start,
    "a span that has drifted": Spoiler.drift,
    "an unknown actor": Spoiler.actor,
    "an unknown event": Spoiler.event,
    "no date": Spoiler.date,
    "an unknown label": Spoiler.label,
    "an unknown case": Spoiler.case,
    "a repeated key": Spoiler.repeated_key,
    "a YAML anchor": lambda spoiler: spoiler.decorated("yaml-anchor"),
    "a tag": lambda spoiler: spoiler.decorated("yaml-tag"),
    "a tab": lambda spoiler: spoiler.decorated("yaml-tab"),
    "a fraction": lambda spoiler: spoiler.decorated("json-number"),
    "no JSON": lambda spoiler: spoiler.decorated("json-syntax"),
}
IN_YAML = [kind for kind in KINDS if kind not in ("a span that has drifted", "a fraction", "no JSON")]
IN_JSON = [
    kind
    for kind in KINDS
    if kind not in ("an anchor without words", "a passage without words", "a YAML anchor", "a tag", "a tab")
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the toy corpus."""
    return Path(shutil.copytree(TOY, tmp_path / "corpus"))


def write_sums(root: Path) -> None:
    paths = sorted((root / "raw").glob("*.txt"))
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths)
    (root / "raw/SHA256SUMS").write_text("".join(lines), "utf-8")


def expected(fault: Fault, written: Written, first_line: int = 1) -> tuple[int, int]:
    """Return line and column of a fault in a text."""
    if fault.spoilt:
        assert fault.spoilt.offset >= 0
    offset = fault.spoilt.offset if fault.spoilt else (written.keys if fault.on_key else written.values)[fault.where]
    line, column = place(written.text, offset)
    return line + first_line - 1, column


def found(root: Path) -> dict[str, list[Told]]:
    """Return the findings of each file of annotations."""
    told: dict[str, list[Told]] = {}
    for finding in validate_corpus(root):
        if finding.path != "annotations/corpus.yaml" and finding.path.startswith("annotations/"):  # copies look alike
            told.setdefault(finding.path, []).append((finding.code, finding.line, finding.column))
    return told


def sources() -> list[tuple[str, Data]]:
    """Return the documents of the toy corpus as people wrote them, with their ids."""
    paths = [
        path for path in (TOY / "annotations").glob("*.yaml") if (TOY / "raw" / path.with_suffix(".txt").name).is_file()
    ]
    return [(path.stem, read_yaml(path.read_text("utf-8")).plain(shape("source"))[0]) for path in sorted(paths)]


class Example(NamedTuple):
    """A document that was spoilt: its id, that of the sound one, and the dice that made it."""

    doc_id: str
    original: str
    data: Data
    fault: Fault
    rng: random.Random


def examples(documents: list[tuple[str, Data]], form: str, kinds: list[str], number: int) -> Iterator[Example]:
    """Yield spoilt copies of the documents, each kind of fault in turn."""
    for seed in range(number):
        rng = random.Random(f"{form} {seed}")
        original, data = rng.choice(documents)
        doc_id = f"d{seed:03}"
        data = json.loads(json.dumps(data)) | {"document": doc_id}
        if fault := Spoiler(data, form, rng).spoil(kinds[seed % len(kinds)]):
            yield Example(doc_id, original, data, fault, rng)


def assert_told(told: Mapping[str, list[Told]], wanted: Mapping[str, tuple[Fault, Place]]) -> None:
    """Hold the findings of each file to the one fault that it has."""
    for path, (fault, at) in wanted.items():
        assert [(line, column) for _, line, column in told.get(path, [])] == [at], (path, fault, told.get(path))
        assert told[path][0][0] in fault.codes, (path, fault, told[path])
    assert told.keys() == wanted.keys()


def test_faults_in_yaml_are_found_where_they_were_put(root):
    """In blocks, brackets and scalars of every style, with every line end, behind comments, emoji and a mark."""
    wanted = {}
    for doc_id, original, data, fault, rng in examples(sources(), "source", IN_YAML, 240):
        written = write_yaml(data, rng, fault.spoilt)
        shutil.copy(TOY / f"raw/{original}.txt", root / f"raw/{doc_id}.txt")
        text = rng.choice(["", "", "\ufeff"]) + written.text.replace("\n", rng.choice(["\n", "\r\n", "\r"]))
        (root / f"annotations/{doc_id}.yaml").write_bytes(text.encode())
        wanted[f"annotations/{doc_id}.yaml"] = (fault, expected(fault, written))
    write_sums(root)
    assert_told(found(root), wanted)
    assert {code for fault, _ in wanted.values() for code in fault.codes} > {"yaml-tab", "anchor-not-found"}


def test_faults_in_settings_are_found_where_they_were_put(root):
    """The inventory too is written by hand, in whatever style."""
    plain = read_yaml((root / "annotations/inventory.yaml").read_text("utf-8")).plain(shape("inventory"))[0]
    kinds = ["an unknown key", "a missing key", "a wrong type", "a bad form", "an unknown label", "a repeated key"]
    for seed in range(24):
        rng = random.Random(f"inventory {seed}")
        data = json.loads(json.dumps(plain))
        fault = Spoiler(data, "inventory", rng).spoil(kinds[seed % len(kinds)])
        assert fault
        suffix = rng.choice(["yaml", "json"])
        written = (
            write_yaml(data, rng, fault.spoilt)
            if suffix == "yaml"
            else write_json(data, rng, JSON_SPACES, fault.spoilt)
        )
        (root / "annotations/inventory.yaml").unlink(missing_ok=True)
        text = rng.choice(["", "\ufeff"]) + written.text
        (root / f"annotations/inventory.{suffix}").write_bytes(text.encode())
        told = found(root)[f"annotations/inventory.{suffix}"]
        (root / f"annotations/inventory.{suffix}").unlink()
        assert [(line, column) for _, line, column in told] == [expected(fault, written)], (fault, told)
        assert told[0][0] in fault.codes


# JSON


JSON_SPACES = ["", "", " ", "  ", "\n", "\r\n", "\r", "\t", "\n\t ", " " * 500]
LINE_SPACES = ["", "", " ", "\t", "\r", " \r ", " " * 300]


@pytest.fixture(scope="module")
def canonical(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Data]]:
    """The documents of the toy corpus in the canonical form, copies left out."""
    documents = [checked.document for checked in iter_documents(read_corpus(TOY))]
    return [(document["document"], document) for document in documents if document and document["copy_of"] is None]


def test_faults_in_json_are_found_where_they_were_put(root, canonical):
    """A document a file: with tabs, line ends of three kinds, escapes of surrogates, and a mark."""
    wanted = {}
    for doc_id, _, data, fault, rng in examples(canonical, "canonical", IN_JSON, 120):
        written = write_json(data, rng, JSON_SPACES, fault.spoilt)
        (root / f"annotations/{doc_id}.json").write_bytes((rng.choice(["", "\ufeff"]) + written.text).encode())
        wanted[f"annotations/{doc_id}.json"] = (fault, expected(fault, written))
    assert_told(found(root), wanted)


def test_faults_in_json_lines_are_found_where_they_were_put(root, canonical):
    """Lines are counted as editors do: a carriage return inside a document ends one too, and so do blank lines."""
    rows, wanted, line = ["\ufeff"], [], 1
    for _, _, data, fault, rng in examples(canonical, "canonical", IN_JSON, 120):
        blank = rng.choice(["", "", "\n", "\r\n", " \t\n"])
        written = write_json(data, rng, LINE_SPACES, fault.spoilt)
        row = written.text + rng.choice(["\n", "\r\n"])
        rows += [blank, row]
        line += place(blank, len(blank))[0] - 1
        wanted.append((expected(fault, written, line), fault.codes))
        line += place(row, len(row))[0] - 1
    (root / "annotations/all.jsonl").write_bytes("".join(rows).encode())
    told = found(root)["annotations/all.jsonl"]
    assert [(line, column) for _, line, column in told] == [at for at, _ in wanted]
    assert all(code in codes for (code, *_), (_, codes) in zip(told, wanted, strict=True))


def test_the_line_that_is_shown_is_that_of_the_finding(root, canonical):
    """What the command prints is the line that it names, with the caret under the value."""
    for doc_id, _, data, fault, rng in examples(canonical, "canonical", ["an unknown actor", "no date"], 8):
        written = write_json(data, rng, ["", "\t", "\r", "\n"], fault.spoilt)
        (root / f"annotations/{doc_id}.json").write_bytes(written.text.encode())
        (finding,) = (finding for finding in validate_corpus(root) if finding.code in fault.codes)
        head, line, caret, *_ = as_text([finding], root)
        assert f":{finding.line}:{finding.column}: error" in head
        assert line[caret.index("^")] == '"'
        (root / finding.path).unlink()
