"""The editions of a release: what `standoff` withholds, and how `corpus rehydrate` gives it back."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import SETTINGS, TOP, plain_document, span, write_corpus

from corpus_pkg.build import build_dataset
from corpus_pkg.cli import main
from corpus_pkg.errors import CorpusError, UnknownNameError
from corpus_pkg.init import init_corpus
from corpus_pkg.load import load_dataset, load_documents
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import SUMS, file_record, make_sums, manifest_text
from corpus_pkg.release.quotes import Masker, index_quotes, shingles, split_words, unmask
from corpus_pkg.release.rehydrate import Copy, rehydrate_release, restore_text
from corpus_pkg.release.units import sha256, units_of

OPEN = "An open text says that anyone may print these very words at will.\nIts second line is short."
CLOSED = (
    "Closed title of six plain words\n\n"
    "  The harbour\u00a0of Arden was shut by its own minister on Monday morning,  he said.\n"
    "Nobody in the whole of Belmar knows why 🤝 it happened at all.\n"
    "An open text says that anyone may print these very words at will.\n"
)
QUOTE = "was shut by its own minister on Monday"


def words(text: str) -> list[str]:
    """Return the words of a text, told apart by white space alone, without marks around them."""
    return [word for chunk in text.split() if (word := re.sub(r"^\W+|\W+$", "", chunk).casefold())]


def runs(text: str, size: int = 6) -> Iterator[str]:
    found = words(text)
    return (" ".join(found[start : start + size]) for start in range(len(found) - size + 1))


def strings(value: Any) -> Iterator[str]:
    """Yield every string in a value, and in JSON that stands in a string."""
    if isinstance(value, str):
        yield value
        if value[:1] in ("{", "["):
            with suppress(ValueError):
                yield from strings(json.loads(value))
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def contents(folder: Path) -> Iterator[str]:
    """Yield every string of a release: of Parquet all cells and the footer, of other files the text."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            yield from strings(pq.read_table(path).to_pylist())
            yield str(pq.read_metadata(path).metadata)
            yield path.read_bytes().decode("latin-1")  # statistics and whatever else is not compressed
        elif path.is_file():
            yield (text := path.read_bytes().decode("utf-8", "replace"))
            with suppress(ValueError):
                yield from strings(json.loads(text)) if path.suffix == ".json" else ()


def leaks(folder: Path, withheld: list[str], cleared: list[str]) -> set[str]:
    """Return the runs of six words of withheld texts that stand in a release, but for those of cleared texts."""
    secret = {run for text in withheld for run in runs(text)} - {run for text in cleared for run in runs(text)}
    return {run for string in contents(folder) for run in runs(string) if run in secret}


def closed_document(**layers: Any) -> dict[str, Any]:
    text = CLOSED
    bounds = [(match.start(), match.end()) for match in re.finditer(r"\S[^\n]*\S", text)]
    zones = ["title", "body", "body", "body"]
    passages = [{"start": a, "end": b, "zone": zone} for (a, b), zone in zip(bounds, zones, strict=True)]
    event = {"id": "closing", "type": "COERCE", "mode": "restrict", "actor": ["arden"]}
    event["note"] = (
        f'The text has "{QUOTE}", in capitals {QUOTE.upper()}; five words of it are "{" ".join(QUOTE.split()[:5])}".'
    )
    return plain_document(
        "closed",
        text,
        annotated=["source", "actors", "events"],
        passages=passages,
        mentions=[{"q": span(text, "Arden"), "actors": ["arden"]}],
        triggers=[{"q": span(text, "shut"), "event": "closing"}],
        events=[event],
        **layers,
    )


def corpus(root: Path, **settings: Any) -> Path:
    """A corpus with a closed text, and an open one that shares a sentence with it."""
    source = {"licence": "CC-BY-4.0", "redistribution": "yes", "basis": "Its notice."}
    opened = plain_document("open", OPEN, annotated=["source"], source=source, note=f"The other text says: {QUOTE}.")
    inventory = {"actors": [{"id": "arden", "type": "GPE", "name": "Arden", "note": f"It {QUOTE}."}]}
    decisions = {
        "passes": None,
        "decisions": [
            {
                "id": "d_1",
                "document": "closed",
                "layer": "events",
                "kind": "triggers",
                "at": f"Arden ▸{QUOTE}",
                "a": f"triggers: {{q: shut, event: closing, topic: [{QUOTE}]}}",
                "b": None,
                "choose": "a",
                "why": "It is said.",
            }
        ],
    }
    decisions.pop("passes")
    return write_corpus(
        root, [closed_document(), opened], {**SETTINGS, **settings}, inventory=inventory, decisions=decisions
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented corpus in both editions: `full` and `standoff`, and the copies `texts`."""
    home = tmp_path_factory.mktemp("editions")
    root = corpus(home / "root")
    for edition in ("full", "standoff"):
        build_dataset(root, home / edition, edition=edition)
    (home / "texts").mkdir()
    (home / "texts/closed.txt").write_bytes(CLOSED.encode())
    return home


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of this checkout in both editions."""
    home = tmp_path_factory.mktemp("ours")
    for edition in ("full", "standoff"):
        build_dataset(TOP, home / edition, edition=edition)
    return home


# What is withheld.


def test_no_withheld_words_are_in_the_release(made):
    """Six successive words of a withheld text stand nowhere, unless a cleared text has them; in `full` they do."""
    assert leaks(made / "full", [CLOSED], [OPEN])
    assert leaks(made / "standoff", [CLOSED], [OPEN]) == set()


def test_no_withheld_words_of_this_corpus_are_in_its_release(ours):
    texts = [path.read_text("utf-8") for path in (TOP / "raw").glob("*.txt")]
    assert leaks(ours / "full", texts, [])
    assert leaks(ours / "standoff", texts, []) == set()


def test_no_withheld_sentence_is_in_the_release(ours):
    """To the letter up to white space; fewer than six words stand for nothing, and may be quoted."""
    whole = "\n".join(" ".join(string.split()) for string in contents(ours / "standoff"))
    for path in (TOP / "raw").glob("*.txt"):
        for sentence in re.split(r"(?<=[.!?”])\s+|\n+", path.read_text("utf-8")):
            if len(words(sentence)) >= 6:
                assert " ".join(sentence.split()) not in whole


def test_every_column_of_characters_is_null(ours):
    """Offsets stay."""
    documents = load_documents(ours / "standoff")
    full = load_documents(ours / "full")
    for here, there in zip(documents, full, strict=True):
        assert (here.text, here.title) == (None, None)
        assert {mention.text for mention in (*here.actor_mentions, *here.event_mentions, *here.zones)} == {None}
        assert [(m.start, m.end) for m in here.actor_mentions] == [(m.start, m.end) for m in there.actor_mentions]
    passes = load_dataset("passes", ours / "standoff", split="test")
    assert all(json.loads(row["document"])["text"] is None for row in passes)


def test_a_cleared_text_stays_whole(made):
    document = load_documents(made / "standoff")["open"]
    assert document.text == OPEN
    assert document.zones[1].text == "Its second line is short."
    assert QUOTE not in document.note
    assert "⟦closed:" in document.note


def test_a_group_is_cleared_together(tmp_path):
    """One of two that share a text is withheld when the other is."""
    source = {"licence": "CC-BY-4.0", "redistribution": "yes"}
    one, other = (plain_document(name, OPEN, annotated=["source"], source=dict(source)) for name in ("one", "other"))
    other["annotated"] = []
    other["source"]["redistribution"] = "unknown"
    root = write_corpus(tmp_path / "root", [one, other], {**SETTINGS, "groups": {"both": ["one", "other"]}})
    assert build_dataset(root, tmp_path / "out", edition="standoff")["withheld"] == ["one", "other"]


def test_the_manifest_and_the_card_say_the_edition(made):
    manifest = json.loads((made / "standoff/MANIFEST.json").read_bytes())
    full = json.loads((made / "full/MANIFEST.json").read_bytes())
    assert (full["edition"], manifest["edition"], manifest["withheld"]) == ("full", "standoff", ["closed"])
    assert manifest["full"]["digest"] == full["digest"]
    assert "1 of 2 documents are withheld" in (made / "standoff/README.md").read_text("utf-8")


def test_the_edition_is_reproducible(made, tmp_path):
    build_dataset(made / "root", tmp_path / "again", edition="standoff")
    files = [path.relative_to(made / "standoff") for path in (made / "standoff").rglob("*") if path.is_file()]
    assert all((tmp_path / "again" / path).read_bytes() == (made / "standoff" / path).read_bytes() for path in files)


def test_hashes_stand_for_every_zone_and_paragraph(made):
    rows = pq.read_table(made / "standoff/withheld").to_pylist()
    zones = [row for row in rows if row["kind"] == "zone"]
    assert len(zones) == 4
    assert {row["doc_id"] for row in rows} == {"closed"}
    assert all(row["sha256"] == sha256(CLOSED[row["start"] : row["end"]]) for row in rows)


def test_a_card_that_quotes_a_withheld_text_is_refused(tmp_path):
    """The old dataset stays as it was."""
    root = corpus(tmp_path / "root", description=f"It has a text in which a harbour {QUOTE}.")
    with pytest.raises(CorpusError, match=r"of the edition standoff would quote closed"):
        build_dataset(root, tmp_path / "out", edition="standoff")
    assert not (tmp_path / "out").exists()
    assert build_dataset(root, tmp_path / "out")["edition"] == "full"


def test_there_are_two_editions(tmp_path):
    with pytest.raises(UnknownNameError, match="did you mean standoff"):
        build_dataset(tmp_path, edition="standof")


# Quotes and pointers.


def masker(text: str) -> Masker:
    return Masker(index_quotes(set(shingles(split_words(text))), [("d", text)]), lambda doc_id: text)


@pytest.mark.parametrize(
    ("string", "masked"),
    [
        ("one two three four five", "one two three four five"),
        ("so: one two three four five six.", "so: ⟦d:0-27⟧."),
        ("one two\nthree four five six", "⟦d:0-27 folded⟧"),
        ("ONE TWO THREE FOUR FIVE SIX", "⟦d:0-27 about⟧"),
        ("one, two three four five six", "⟦d:0-3⟧, ⟦d:4-27⟧"),
        ("One two three four five six", "One ⟦d:4-27⟧"),
        ("https://a.example/one-two-three-four-five-six", "https://a.example/one-two-three-four-five-six"),
    ],
)
def test_a_quote_becomes_a_pointer(string, masked):
    """Five words may stay; six may not, whatever their capitals, marks and white space."""
    text = "one two three four five six\nseven"
    assert masker(text).masked(string) == masked
    if "about" not in masked and "folded" not in masked:
        assert unmask(masked, lambda doc_id, start, end: text[start:end]) == string


def test_scripts_without_blanks_count_letters():
    """Else a sentence of Chinese would be one word."""
    text = "阿登的港口周一早上被部长关闭"
    assert masker(text).masked("据说港口周一早上被关") == "据说⟦d:3-10⟧关"


# Restoring.


def test_the_restored_release_has_the_rows_of_the_full_edition(made, ours, tmp_path):
    """To the letter: its content digest is that of `full`, notes and passes included; nothing is said to differ."""
    result = rehydrate_release(ours / "standoff", TOP / "raw", tmp_path / "ours")
    full = json.loads((ours / "full/MANIFEST.json").read_bytes())
    assert result.is_complete
    assert result.manifest["digest"] == full["digest"]
    assert result.manifest["documents"] == full["documents"]
    for name in full["tables"]:
        assert pq.read_table(tmp_path / "ours" / name).equals(pq.read_table(ours / "full" / name))
    assert load_dataset("documents", tmp_path / "ours", split="test")[0]["text"]


def test_a_quote_in_other_capitals_cannot_be_restored_to_the_letter(made, tmp_path):
    """It is said, and the status is 1."""
    result = rehydrate_release(made / "standoff", made / "texts", tmp_path / "out")
    assert result.documents[0].is_whole
    assert not result.is_complete
    assert {"documents", "document_events"} <= set(result.differing)


def copies(made: Path, folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "closed.txt").write_text(text, "utf-8")
    return folder


def test_white_space_may_differ(made, tmp_path):
    """The text is set as it was, and it is told in which zones the copy was not."""
    text = CLOSED.replace("\u00a0", " ").replace("whole of Belmar", "wholeof\n\n Belmar")
    result = rehydrate_release(made / "standoff", copies(made, tmp_path / "t", text), tmp_path / "out")
    assert [how for _, _, how in result.documents[0].zones] == ["exact", "white space differs"] * 1 + [
        "white space differs",
        "exact",
    ]
    assert load_documents(tmp_path / "out")["closed"].text == CLOSED


def test_what_is_lacking_is_told(made, tmp_path, capsys):
    """The rest is restored, the release stays `standoff`, and the status is 1."""
    text = "A menu of the site\n" + CLOSED.replace("Nobody", "Somebody")
    status = main(
        [
            "rehydrate",
            str(made / "standoff"),
            "--texts",
            str(copies(made, tmp_path / "t", text)),
            "--out",
            str(tmp_path / "out"),
        ]
    )
    start = CLOSED.index("Nobody")
    output = capsys.readouterr().out
    assert status == 1
    assert f"lacking: {start}-{CLOSED.index(chr(10), start)}" in output
    assert "(no page is known)" in output
    assert "1 of 1 texts are incomplete" in output
    document = load_documents(tmp_path / "out")["closed"]
    assert document.text is None
    assert document.zones[2].text is None
    assert document.title == "Closed title of six plain words"
    assert json.loads((tmp_path / "out/MANIFEST.json").read_bytes())["edition"] == "standoff"


def test_the_page_of_a_lacking_text_is_named(ours, tmp_path, capsys):
    (tmp_path / "t").mkdir()
    status = main(["rehydrate", str(ours / "standoff"), "--texts", str(tmp_path / "t"), "--out", str(tmp_path / "out")])
    assert status == 1
    first, _, second = capsys.readouterr().out.partition("001_77d3a4423bd2f980: ")
    assert all(
        "look at https://www.tehrantimes.com/" in part.replace("https://tehran", "https://www.tehran")
        for part in (first, second)
    )


def test_the_copy_of_another_document_of_the_group_serves(ours, tmp_path):
    """000 and 001 are one text but for a title and a notice."""
    shutil.copytree(TOP / "raw", tmp_path / "t")
    (tmp_path / "t/000_e52b1e2cf3562a80.txt").unlink()
    result = rehydrate_release(ours / "standoff", tmp_path / "t", tmp_path / "out")
    lacking = [(start, end) for start, end, how in result.documents[0].zones if how == "lacking"]
    text = (TOP / "raw/000_e52b1e2cf3562a80.txt").read_text("utf-8")
    assert lacking
    assert all("Mehr News Agency" in text[start:end] for start, end in lacking)


@pytest.mark.parametrize("data", [b"\xff\xfe bad", b"", b"Another text."])
def test_a_copy_that_cannot_be_read_is_told(made, tmp_path, data):
    folder = copies(made, tmp_path / "t", "")
    (folder / "closed.txt").write_bytes(data)
    result = rehydrate_release(made / "standoff", folder, tmp_path / "out")
    assert not result.is_complete
    assert list(result.unread) == ([] if data.isascii() and data else ["closed.txt"])


def test_what_cannot_be_rehydrated_is_refused(made, tmp_path):
    init_corpus(tmp_path / "cleared")
    build_dataset(tmp_path / "cleared", tmp_path / "public", edition="standoff")
    with pytest.raises(CorpusError, match="withholds no text, since all are cleared"):
        rehydrate_release(tmp_path / "public", made / "texts", tmp_path / "out")
    with pytest.raises(CorpusError, match="withholds no text"):
        rehydrate_release(made / "full", made / "texts", tmp_path / "out")
    with pytest.raises(CorpusError, match="is no folder"):
        rehydrate_release(made / "standoff", tmp_path / "none", tmp_path / "out")
    with pytest.raises(CorpusError, match="is not empty"):
        rehydrate_release(made / "standoff", made / "texts", made)


def damage_cut(release: Path) -> None:
    path = release / "documents/test-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:100])


def damage_units(release: Path) -> None:
    """A table in the place of another, and the manifest and the sums with it."""
    path = release / "withheld/test-00000-of-00001.parquet"
    shutil.copy(release / "zones/test-00000-of-00001.parquet", path)
    manifest = json.loads((release / MANIFEST).read_bytes())
    manifest["files"]["withheld/test-00000-of-00001.parquet"] |= file_record(path)
    write_manifest(release, manifest)


def write_manifest(release: Path, manifest: dict[str, Any]) -> None:
    (release / MANIFEST).write_text(manifest_text(manifest), "utf-8")
    (release / SUMS).write_text(make_sums(manifest), "utf-8")


def damage_manifest(**changes: Any) -> Callable[[Path], None]:
    def damage(release: Path) -> None:
        write_manifest(release, json.loads((release / MANIFEST).read_bytes()) | changes)

    return damage


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (damage_cut, r"is damaged \(documents/test-00000-of-00001\.parquet: altered"),
        (damage_units, "has other columns than the table withheld"),
        (lambda release: (release / "croissant.json").write_text("{"), r"is damaged \(croissant\.json: altered"),
        (lambda release: (release / "README.md").unlink(), r"is damaged \(README\.md: missing"),
        (damage_manifest(withheld=7), "`withheld` is no list of its documents"),
        (damage_manifest(withheld=[[]]), "`withheld` is no list of its documents"),
        (damage_manifest(withheld=[]), "`withheld` and the table of that name do not agree"),
        (damage_manifest(full={}), "`full` lacks digests"),
        (
            damage_manifest(full={"digest": "", "tables": {"zones": 1}, "documents": {}}),
            "a table of `full` has no splits",
        ),
    ],
)
def test_a_damaged_release_is_not_rehydrated(damage, words, made, tmp_path):
    """It is told what is wrong, and nothing is written."""
    damage(shutil.copytree(made / "standoff", tmp_path / "release"))
    with pytest.raises(CorpusError, match=words):
        rehydrate_release(tmp_path / "release", made / "texts", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_units_give_any_text_back():
    """With white space of all kinds, at the edges and within."""
    text = "\n\t a\u2003b\r\nc  d\x0b\u2028e\u0301 f \n"
    start = text.index("a")
    units = [*units_of(text, [(start, text.index("f") + 1)])]
    restored = restore_text("d", units, ["".join(text.split())])
    assert restored.piece(0, len(text)) == text
    assert Copy("abc").find(4, "") is None
