"""What a program proposes: drafts, where nothing stands; what a person wrote stays, and twice is once."""

from __future__ import annotations

import json
import shutil
import time

import pytest
from conftest import TOY, write_full
from hostile import NAMES, texts, write_folder
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_pkg.anchors import Folded
from corpus_pkg.build import build_dataset
from corpus_pkg.calendar_words import find_dates
from corpus_pkg.cli import main
from corpus_pkg.comments import read_comments
from corpus_pkg.corpus import read_corpus
from corpus_pkg.derive import NameForms
from corpus_pkg.documents import read_document
from corpus_pkg.errors import CorpusError, InvalidCorpusError, UnknownNameError
from corpus_pkg.fix import write_fix
from corpus_pkg.gazetteer import Gazetteer
from corpus_pkg.init import init_corpus
from corpus_pkg.layout import guess_passages
from corpus_pkg.prefill import prefill_document
from corpus_pkg.read import read_yaml
from corpus_pkg.validate import validate_corpus
from corpus_pkg.vocabulary import default_vocabulary

ZONES = default_vocabulary().labels("zones")
WIRE = """Last update: July 24, 2024 00:56
Arden and Belmar sign a harbour treaty in Corvia
By Nora Quill May 4, 2021
Arden and Belmar signed on 3 May 2021, the Arden Herald reported. Ana Dell of Arden's government spoke of March 2020.
Published: 5 May 2021
Source: Norland Wire of Arden
"""
BARE = "document: wire\nlanguage: en\nannotated: []\n"


def corpus(folder, yaml=BARE, text=WIRE, inventory=None):
    """Return a corpus of one text, with the inventory that `corpus init` writes or another."""
    init_corpus(folder)
    known = (folder / "annotations/inventory.yaml").read_text("utf-8")
    for path in ("raw/example.txt", "annotations/example.yaml", "raw/SHA256SUMS"):
        (folder / path).unlink()
    write_folder(folder, {"wire": yaml}, {"wire": text})
    (folder / "annotations/inventory.yaml").write_text(inventory or known, "utf-8")
    return folder


def prefill(root, doc_id="wire", write=True):
    """Return what is proposed, written where it is wanted."""
    proposal = prefill_document(read_corpus(root), doc_id)
    if write and proposal.fix.changed:
        write_fix(root, proposal.fix)
    return proposal


def document(root, doc_id="wire"):
    found = read_corpus(root)
    return read_document(found, found.homes[doc_id]).document


def words(root, layer="mentions"):
    return [item["q"]["text"] for item in document(root)[layer]]


def errors(root):
    return [str(finding) for finding in validate_corpus(root) if finding.severity == "error"]


def test_everything_from_nothing(tmp_path):
    """Passages with zones, mentions, times, candidates: all of them drafts, and nothing is wrong with them."""
    root = corpus(tmp_path / "c")
    added = prefill(root).added
    found = document(root)
    zones = ["update_stamp", "title", "byline", "publication_date", "body", "publication_date", "source_line"]
    assert [passage["zone"] for passage in found["passages"]] == zones
    titled, told = ["Arden", "Belmar", "Corvia"], ["Arden", "Belmar", "Arden Herald", "Ana Dell", "Arden"]
    assert words(root) == [*titled, *told]
    assert [(time["q"]["text"], time["text"]) for time in found["times"]] == [
        ("3 May 2021", "2021-05-03"),
        ("March 2020", "2020-03"),
    ]
    assert [(item["kind"], item["value"], item["verdict"]) for item in found["date_candidates"]] == [
        ("modification", "2024-07-24", "rejected"),
        ("publication", "2021-05-04", "accepted"),
        ("event_day", "2021-05-03", "supporting"),
        ("publication", "2021-05-05", "supporting"),
    ]
    assert all(item["draft"] for layer in added for item in found[layer])
    assert errors(root) == []


def test_a_build_refuses_drafts(tmp_path):
    root = corpus(tmp_path / "c")
    prefill(root)
    with pytest.raises(InvalidCorpusError, match="draft"):
        build_dataset(root, tmp_path / "out")


def test_twice_is_once(tmp_path):
    root = corpus(tmp_path / "c")
    assert prefill(root).fix.changed
    again = prefill(root)
    assert not again.fix.changed
    assert not any(again.added.values())


MINE = """\
# Mine.
document: wire
language: en
annotated: [date]   # the date is done
passages:
- {at: 'Last update:', zone: site_chrome}
- at: Arden and Belmar sign a
  zone: title
  mentions:
  # a reading of my own
  - {q: Arden and Belmar, actors: [corvia], note: 'Both, say I.'}   # beside
- at: By Nora
  zone: byline
- at: Arden and Belmar signed on
  zone: body
  mentions:
  - {q: 'the Arden Herald', actors: [herald]}
"""


def test_what_a_person_wrote_stays(tmp_path):
    """Items, passages and comments; nothing is added where something stands, or in a finished layer."""
    root = corpus(tmp_path / "c", MINE)
    before = document(root)
    added = prefill(root).added
    after = document(root)
    assert [item for item in after["mentions"] if not item["draft"]] == before["mentions"]
    assert after["passages"] == before["passages"]
    assert added == {"passages": 0, "mentions": 6, "times": 3}
    assert words(root)[:2] == ["Arden and Belmar", "Corvia"]
    written = (root / "annotations/wire.yaml").read_text("utf-8")
    comments = [(c.text, c.where) for c in read_comments(written) if c.text]
    assert [text for text, _ in comments] == [c.text for c in read_comments(MINE) if c.text]
    assert dict(comments)["# beside"][:4] == ("passages", 1, "mentions", 0)
    assert not prefill(root).fix.changed


def test_the_beginning_that_lies_in_no_passage(tmp_path):
    """It gets passages; those of a person, and the comments in them, stay where they are."""
    yaml = f"{BARE}passages:\n- at: By Nora  # the writer\n  zone: byline\n- {{at: 'Published: 5', zone: promo}}\n"
    root = corpus(tmp_path / "c", yaml)
    assert any("passage-gap" in error for error in errors(root))
    assert prefill(root).added["passages"] == 2
    assert [passage["draft"] for passage in document(root)["passages"]] == [True, True, False, False]
    written = (root / "annotations/wire.yaml").read_text("utf-8")
    assert "- at: By Nora Quill  # the writer\n  zone: byline\n" in written
    assert errors(root) == []


def test_a_document_that_would_grow_too_large_is_left(tmp_path, monkeypatch):
    """Nobody could read it again."""
    found = read_corpus(corpus(tmp_path / "c", MINE))
    for limit in range(10, 1000):
        monkeypatch.setattr("corpus_pkg.read.VALUE_LIMIT", limit)
        if not read_yaml(MINE).faults:
            break
    proposal = prefill_document(found, "wire")
    assert not proposal.fix.changed
    assert "values" in str(proposal.fix.reason)


def test_finished_layers_are_left_alone(tmp_path):
    root = corpus(tmp_path / "c", BARE.replace("[]", "[date, actors, events]"))
    assert {layer for layer, number in prefill(root).added.items() if number} == {"passages"}


def test_zones_that_are_not_annotated(tmp_path):
    """No mention stands in a byline, a source line, or a title that is repeated."""
    root = corpus(tmp_path / "c", text="Arden votes\nBy Arden Herald\nArden votes\nSource: Arden\nIt rained.\n")
    prefill(root)
    assert words(root) == ["Arden"]
    assert document(root)["passages"][2]["duplicate_of"] == 0
    assert errors(root) == []


def test_names_of_several_actors_are_left_to_a_person(tmp_path, capsys):
    people = [f"- {{id: {name}, type: PER, name: {name} Lee, aliases: [Lee]}}\n" for name in ("Ann", "Bo")]
    inventory = f"actors:\n{''.join(people)}"
    root = corpus(tmp_path / "c", text="Ann Lee met Bo Lee, said Lee.\n", inventory=inventory)
    assert main(["prefill", "wire", str(root), "--yes"]) == 0
    assert "left to you: Lee" in capsys.readouterr().out
    assert words(root) == ["Ann Lee", "Bo Lee"]


def test_documents_with_errors_and_what_is_no_yaml(tmp_path):
    root = corpus(tmp_path / "c", BARE + "passages:\n- {at: Nowhere, zone: body}\n")
    proposal = prefill(root)
    assert "errors" in proposal.fix.reason
    assert [finding.code for finding in proposal.fix.findings] == ["passage-not-found"]
    write_full(tmp_path / "full")
    assert "canonical" in prefill(tmp_path / "full", "a1").fix.reason
    with pytest.raises(UnknownNameError):
        prefill(root, "wird")
    (root / "raw/new.txt").write_text("New.\n")
    with pytest.raises(CorpusError, match="corpus add"):
        prefill(root, "new")
    (root / "annotations/inventory.yaml").write_text("actors: 7\n")
    assert prefill(root).fix.path == "annotations/inventory.yaml"


def test_the_toy_corpus_stays_sound(tmp_path):
    """Documents of people, copies among them: no error comes in, and what was said is said."""
    root = shutil.copytree(TOY, tmp_path / "toy")
    before = {entry.doc_id: document(root, entry.doc_id) for entry in read_corpus(root).entries}
    known = errors(root)
    for doc_id, old in before.items():
        prefill(root, doc_id)
        if old is not None:
            new = document(root, doc_id)
            assert [m for m in new["mentions"] if not m["draft"]] == [m for m in old["mentions"] if not m["draft"]]
            assert [p for p in new["passages"] if not p["draft"]] == [p for p in old["passages"] if not p["draft"]]
    assert errors(root) == known


def test_the_command_shows_first(tmp_path, capsys):
    """1 while there is something to write; `--json` is for machines."""
    root = corpus(tmp_path / "c")
    before = (root / "annotations/wire.yaml").read_bytes()
    assert main(["prefill", "wire", str(root)]) == 1
    shown = capsys.readouterr().out
    assert "+  - {q: Ana Dell, actors: [dell], draft: true}" in shown
    assert shown.endswith(
        "drafts to add: passages 7, mentions 8, times 2, date candidates 4; --yes writes what is shown\n"
    )
    assert (root / "annotations/wire.yaml").read_bytes() == before
    assert main(["prefill", "wire", str(root), "--json", "--yes"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["written"], told["added"]["mentions"]) == (True, 8)
    assert main(["prefill", "wire", str(root)]) == 0
    assert capsys.readouterr().out == "drafts to add: none\n"


def test_a_vocabulary_of_its_own(tmp_path):
    """Zones and kinds of date that it does not have are not given."""
    root = corpus(tmp_path / "c")
    own = "zones:\n  text: {description: Text., annotatable: true}\ndate_kinds:\n  day: A day.\n"
    (root / "annotations/vocabulary.yaml").write_text(own)
    prefill(root)
    assert {passage["zone"] for passage in document(root)["passages"]} == {"text"}
    assert document(root)["date_candidates"] == []
    assert len(words(root)) > 8
    assert errors(root) == []


@settings(max_examples=50, deadline=None)
@given(text=texts(), names=st.lists(st.text(min_size=1, max_size=6), max_size=5))
def test_whatever_the_text_and_the_names(tmp_path_factory, text, names):
    """Nothing that is proposed is wrong, and doing it twice changes nothing."""
    actors = [
        {"id": f"n{number}", "type": "ORG", "name": name} for number, name in enumerate([*names, *text.split()[:3]])
    ]
    root = tmp_path_factory.mktemp("any")
    write_folder(root, {"wire": BARE}, {"wire": text})
    (root / "annotations/inventory.json").write_text(json.dumps({"actors": actors}))
    proposal = prefill(root)
    if proposal.fix.changed:
        codes = {finding.code for finding in validate_corpus(root) if finding.severity == "error"}
        assert codes <= {"actor-repeated", "inventory-repeated"}
        assert not prefill(root).fix.changed
    else:
        assert proposal.fix.reason or not text.strip()


# Names in a text.


def found(names, text):
    """Return the words found; `names` by actor."""
    forms = {actor: NameForms(frozenset(forms), frozenset()) for actor, forms in names.items()}
    folded = Folded(text).text
    return [folded[named.start : named.end] for named in Gazetteer(forms).find(folded, 0, len(folded))]


@pytest.mark.parametrize(
    ("names", "text", "wanted"),
    [
        (["Arden"], "Arden, Arden's, Ardenian, pre-Arden, MacArden, ARDEN", ["Arden", "Arden", "Arden"]),
        (["Arden", "Arden Herald"], "Arden Herald of Arden", ["Arden Herald", "Arden"]),
        (["Bank of Arden", "Arden Steel Company"], "Bank of Arden Steel Company", ["Arden Steel Company"]),
        (
            ["U.S.", "C++", "(*)", "a|b", "$5", "x\\d"],
            "U.S. C++ (*) a|b $5 x\\d x7",
            ["U.S.", "C++", "(*)", "a|b", "$5", "x\\d"],
        ),
        (["Ana Dell"], "Ana\r\n  Dell and Ana\u00a0Dell", ["Ana Dell", "Ana Dell"]),
        (["Bakı"], "Bakıda Bakı Baki", ["Bakı"]),
        (["ایران"], "ایران و ایرانی، «ایران»", ["ایران", "ایران"]),
        (["伊朗", "伊朗外交部"], "伊朗外交部长访问伊朗。", ["伊朗外交部", "伊朗"]),
        (["イラン"], "イランの外相", ["イラン"]),
        (["อิหร่าน"], "ประเทศอิหร่านและ", ["อิหร่าน"]),
        (["กา"], "กา่", []),
        (["👍"], "👍🏽 👍", ["👍"]),
        (["e"], "e\u0301 e", ["e"]),
        ([" ", ""], "a b", []),
    ],
)
def test_whole_words_the_longest_first(names, text, wanted):
    assert found({f"n{number}": [name] for number, name in enumerate(names) if name.strip()}, text) == wanted


def test_ten_thousand_names_take_no_longer():
    """Nearly so: time goes with the text."""
    text = "the Ministry of Arden met the Bank of Belmar again " * 2_000

    def seconds(number):
        forms = {
            f"n{i}": NameForms(frozenset([f"Ministry of Place{i}", f"Bank of {i}"]), frozenset()) for i in range(number)
        }
        gazetteer = Gazetteer(forms | NAMES)
        start = time.perf_counter()
        gazetteer.find(text, 0, len(text))
        return time.perf_counter() - start

    assert any(seconds(10_000) < 5 * seconds(10) + 0.2 for _ in range(4))


# Dates and layout.


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("on Wednesday, October 13, 2021 at 10:30 and 2021-10-14", "en", ["2021-10-13", "2021-10-14"]),
        ("the 3rd of May 2021; May 2019; may 2000 people; 30 February 2021; 1991", "en", ["2021-05-03", "2019-05"]),
        ("am 3. Mai 2021", "de", ["2021-05-03"]),
        ("el 3 de mayo de 2021", "es", ["2021-05-03"]),
        ("3 мая 2021 года", "ru", ["2021-05-03"]),
        ("3 may 2021-ci il, 3 may 2021", "az", ["2021-05-03"]),
        ("1402-05-03, 2023-07-25", "fa", ["2023-07-25"]),
        ("2021-13-40, 12021-01-01, a2021-01-01", "xx", []),
    ],
)
def test_dates_that_name_year_and_month(text, language, wanted):
    assert [value for _, _, value in find_dates(text, language)] == wanted


def cut(text, language="en"):
    return [(text[p["start"] : p["end"]], p["zone"]) for p in guess_passages(text, language, ZONES)]


def test_wrapped_lines_are_one_passage():
    """Of which the last word of each would not have fitted; lists and short lines are not put together."""
    wrapped = (
        "The harbour of Arden was closed for the whole of the month, as the\n"
        "ministry had said it would be; ships went on to Belmar, and nobody\n"
        "knew for how long.\n"
    )
    assert [zone for _, zone in cut(f"{wrapped}\n{wrapped}")] == ["body", "body"]
    assert len(cut("Home\nNews\nSport\nA longer line of words that is the headline of the whole page\nShort.\n")) == 5


def test_long_paragraphs_are_cut_at_sentences():
    parts = [text for text, _ in cut("Nobody knows why the harbour was closed in May. " * 60)]
    assert all(200 <= len(part) <= 500 for part in parts)
    assert all(part.endswith(".") for part in parts)


@pytest.mark.parametrize(
    ("line", "zone"),
    [
        ("Last update: July 24, 2024 00:56", "update_stamp"),
        ("Updated on 3 May 2021", "update_stamp"),
        ("Published:", "publication_date"),
        ("Wednesday, 13 October 2021 10:30 GMT", "publication_date"),
        ("Published his memoirs in 2019.", "body"),
        ("Source: Norland Wire", "source_line"),
        ("By Nora Quill", "byline"),
        ("By Monday the talks had failed.", "body"),
        ("By then all had gone", "body"),
        ("© 2021 Norland Wire", "licence_notice"),
        ("Licensed under a Creative Commons licence.", "licence_notice"),
        ("Dateline of the war", "body"),
    ],
)
def test_zones_by_simple_rules(line, zone):
    assert cut(f"A title\n{line}\nAnd more.")[1] == (line, zone)


def test_the_title_is_a_short_first_line_without_a_full_stop():
    assert [zone for _, zone in cut("It rained. It snowed.\nAnd more.")] == ["body", "body"]
    assert [zone for _, zone in cut("One line alone")] == ["body"]
    assert [zone for _, zone in cut("\ufeff\n\nA title\nBody.")] == ["title", "body"]
