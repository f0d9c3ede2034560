"""Loading as records: a lazy sequence of frozen documents, whose parts know each other."""

from __future__ import annotations

import copy
import dataclasses
import json
import os
import pickle
import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import TOP, plain_document, write_corpus

import corpus_pkg
from corpus_pkg import CorpusError, DatasetMissingError, UnknownNameError, build_dataset, load_dataset, load_documents
from corpus_pkg.document import Document


@pytest.fixture(scope="module")
def documents(full_dataset):
    return load_documents(full_dataset)


@pytest.fixture(scope="module")
def report(documents):
    return documents["a1"]


# --- the sequence ---


def test_documents_are_a_sequence(documents):
    """With a length, places from both ends, ids, and slices, which are sequences again."""
    assert (len(documents), documents.ids, repr(documents)) == (4, ("a1", "a2", "b1", "c1"), "<Documents: 4>")
    assert [documents[place].doc_id for place in (0, 3, -1, -4)] == ["a1", "c1", "c1", "a1"]
    assert documents["b1"] == documents[2]
    assert documents[1:][::-1].ids == ("c1", "b1", "a2")
    assert documents[1:][::-1][1:][0].doc_id == "b1"
    assert [document.doc_id for document in documents[::2]] == ["a1", "b1"]
    assert [document.doc_id for document in reversed(documents)] == ["c1", "b1", "a2", "a1"]
    assert len(documents[9:]) == 0
    assert [*documents[9:]] == []
    assert documents.index(documents[2]) == 2


def test_documents_can_be_gone_through_again(documents):
    """Twice, and twice at once."""
    assert [document.doc_id for document in documents] == [document.doc_id for document in documents]
    assert [(one.doc_id, other.doc_id) for one, other in zip(documents, documents, strict=True)][3] == ("c1", "c1")
    assert [*documents] == [documents[place] for place in range(4)]


def test_documents_know_what_they_hold(documents):
    """By id and by document, of a slice only its own."""
    assert "a1" in documents
    assert documents[0] in documents
    assert "a1" not in documents[1:]
    assert documents[0] not in documents[1:]
    assert 7 not in documents


@pytest.mark.parametrize("place", [4, -5, 10**30])
def test_a_place_behind_the_last_is_an_index_error(place, documents):
    """So that loops by index end."""
    with pytest.raises(IndexError):
        documents[place]


def test_a_mistyped_id_is_told_with_the_near_ones(documents):
    """It is a LookupError too."""
    with pytest.raises(UnknownNameError, match=r"no document is called 'A1'; did you mean a1"):
        documents["A1"]
    with pytest.raises(LookupError):
        documents[1:]["a1"]
    assert documents[1:]["b1"].doc_id == "b1"


def test_a_split_can_be_picked(full_dataset):
    """One that is not there is told with those that are."""
    assert load_documents(full_dataset, split="train").ids == ("b1", "c1")
    with pytest.raises(UnknownNameError, match=r"no split of documents is called 'dev'; there are test, train"):
        load_documents(full_dataset, split="dev")


def test_documents_survive_a_change_of_the_working_directory(full_dataset, monkeypatch, tmp_path):
    """They are opened when they are asked for."""
    monkeypatch.chdir(full_dataset.parent)
    documents = load_documents(full_dataset.name)
    monkeypatch.chdir(tmp_path)
    assert documents[0].doc_id == "a1"


def test_documents_can_be_read_by_threads(documents):
    """Each gets what it asked for."""

    def read(place: int) -> bool:
        return [documents[place].doc_id, [document.doc_id for document in documents][place]] == [
            documents.ids[place]
        ] * 2

    places = random.Random(1).choices(range(4), k=100)
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, places))


def test_many_row_groups(tmp_path):
    """Places lead to the right row in every group, also when threads read several at once."""
    texts = [plain_document(f"d{number:04}", f"Text {number}.") for number in range(1_200)]
    write_corpus(tmp_path, texts)
    build_dataset(tmp_path)
    file = tmp_path / "dataset/documents/test-00000-of-00001.parquet"
    pq.write_table(pq.ParquetFile(file).read(), file, row_group_size=7)
    documents = load_documents(tmp_path / "dataset")
    places = random.Random(1).sample(range(1_200), 300)
    with ThreadPoolExecutor(8) as pool:
        found = [document.doc_id for document in pool.map(documents.__getitem__, places)]
    assert found == [f"d{place:04}" for place in places]
    assert [document.doc_id for document in documents] == list(documents.ids)


# --- laziness ---


def run_python(code: str, *arguments: Path | str) -> str:
    settings = {**os.environ, "PYTHONPATH": str(TOP)}
    command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
    run = subprocess.run(command, env=settings, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_loading_imports_nothing_that_it_does_not_need(full_dataset):
    """`datasets` and pandas stay out, though they are installed."""
    code = """
import sys, corpus_pkg
documents = corpus_pkg.load_documents(sys.argv[1])
assert not {"pyarrow", "yaml", "jsonschema", "datasets"} & {*sys.modules}
assert [d.doc_id for d in documents][0] == documents[0].doc_id and "a1" in documents and len(documents[1:]) == 3
print(sorted({"datasets", "pandas", "yaml", "jsonschema", "jsonschema_rs", "pyarrow.dataset"} & {*sys.modules}))
"""
    assert run_python(code, full_dataset) == "[]\n"


def test_nothing_but_footers_is_read_before_it_is_asked_for(full_dataset, tmp_path):
    """Length and slices need no row: they work where all pages are spoilt."""
    dataset = shutil.copytree(full_dataset, tmp_path / "dataset")
    for file in dataset.glob("documents/*.parquet"):
        data = bytearray(file.read_bytes())
        metadata = pq.ParquetFile(file).metadata
        end = sum(metadata.row_group(0).column(i).total_compressed_size for i in range(metadata.num_columns))
        data[4:end] = bytes(end - 4)
        file.write_bytes(data)
    documents = load_documents(dataset)
    assert (len(documents), len(documents[1:][::2])) == (4, 2)
    with pytest.raises((OSError, ValueError)):
        documents[0]


def test_breaking_off_does_no_harm(full_dataset):
    """The interpreter ends as it should."""
    code = (
        "import sys, corpus_pkg\nfor document in corpus_pkg.load_documents(sys.argv[1]): break\nprint(document.doc_id)"
    )
    assert run_python(code, full_dataset) == "a1\n"


# --- records ---


def test_names_lead_to_what_they_name(report):
    """From mention to actor, from trigger to event, and back."""
    assert report.event_mentions[0].text == "görüşdü"
    assert report.event_mentions[0].event.event_id == "a1#meeting"
    assert [mention.text for mention in report.event("meeting").mentions] == ["görüşdü", "met"]
    assert report.event("a1#meeting") is report.event("meeting")
    pair = next(mention for mention in report.actor_mentions if len(mention.actor_ids) == 2)
    assert [actor.name for actor in pair.actors] == ["Əli Həsənov", "minister of Belmar"]
    assert [mention.text for mention in report.actor("hasanov").mentions] == [pair.text, "Əli Həsənov"]
    assert [actor.name for actor in report.event("meeting").actors("place")] == ["Corvia"]
    assert [[actor.name for actor in item.sources] for item in report.attributions] == [["Herald"], ["Əli Həsənov"]]
    assert report.publication_roles[0].actor.name == "News Wire"
    assert report.time_expressions[0].event is report.event("meeting")
    assert report.event("meeting").date_note == "Monday."


def test_offsets_count_code_points(report):
    """Of the text, Azerbaijani, Persian and emoji included."""
    for record in (*report.zones, *report.actor_mentions, *report.event_mentions, *report.date.because):
        assert report.text[record.start : record.end] == record.text


def test_reserved_sources_are_no_actors(tmp_path):
    """AUTHOR and ANONYMOUS stand among the ids and not among the actors."""
    text = "It is said that it rains."
    content = {"start": 11, "end": 24, "text": text[11:24]}
    cue = {"start": 6, "end": 10, "text": "said"}
    attribution = {"cue": cue, "content": [content], "sources": ["AUTHOR", "ANONYMOUS"]}
    write_corpus(tmp_path, [plain_document("a", text, attributions=[attribution])])
    build_dataset(tmp_path)
    (attribution,) = load_documents(tmp_path / "dataset")[0].attributions
    assert (attribution.source_ids, attribution.sources) == (("AUTHOR", "ANONYMOUS"), ())


def test_unknown_names_are_told(report):
    """With the document and the near matches."""
    with pytest.raises(UnknownNameError, match=r"no actor of a1 is called 'hasanow'; did you mean hasanov"):
        report.actor("hasanow")
    with pytest.raises(UnknownNameError, match=r"no event of a1 is called 'metting'"):
        report.event("metting")


def test_records_are_frozen(report):
    """And made of values that cannot change."""
    for record in (report, report.date, report.actor_mentions[0], report.events[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            record.note = "other"
        assert hash(record) == hash(copy.copy(record))
    assert isinstance(report.actor_mentions[0].actor_ids, tuple)


def test_what_is_done_to_the_plain_form_does_not_reach_the_record(documents):
    """`as_dict` gives a copy."""
    report = documents["a1"]
    plain = report.as_dict()
    plain["actor_mentions"][0]["text"] = "other"
    plain["events"].clear()
    assert report.actor_mentions[0].text == "Arden"
    assert report.events


def test_records_are_equal_when_all_of_them_is(documents, full_dataset, tmp_path):
    """Two mentions with the same words in two documents are two; a document with another annotation is another."""
    again = load_documents(full_dataset)
    assert documents[0] == again[0]
    assert documents[0].actor_mentions == again[0].actor_mentions
    assert hash(documents[0]) == hash(again[0])
    row = documents[0].as_dict()
    row["events"] = []
    assert Document.from_row(row) != documents[0]
    triggers = [trigger for document in documents for trigger in document.zones]
    assert len({*triggers}) == len(triggers)
    zones = [zone for zone in triggers if zone.zone == "title"]
    assert dataclasses.replace(zones[0], document=zones[1].document) != zones[0]


def test_records_can_be_sent_to_other_processes(documents):
    """Pickled and copied, with what they have read and without."""
    report = documents["a1"]
    assert pickle.loads(pickle.dumps(report)) == report
    assert report.actors[0].mentions
    for again in (pickle.loads(pickle.dumps(report)), copy.copy(report), copy.deepcopy(report)):
        assert again == report
        assert again.event("meeting").mentions == report.event("meeting").mentions
    (mention,) = pickle.loads(pickle.dumps(report.actor_mentions[:1]))
    assert mention.document == report


def test_documents_can_be_sent_to_other_processes(documents):
    """Open files do not hinder it."""
    assert documents[0].doc_id in documents.ids
    for again in (pickle.loads(pickle.dumps(documents)), copy.copy(documents), copy.deepcopy(documents)):
        assert [*again] == [*documents]
    assert pickle.loads(pickle.dumps(documents[1:3])).ids == ("a2", "b1")


# --- what is not there, or damaged ---


def test_a_missing_dataset_is_told(tmp_path, full, monkeypatch):
    """With what to do about it; it is a FileNotFoundError too."""
    for load in (load_documents, lambda path: load_dataset("zones", path)):
        with pytest.raises(DatasetMissingError, match=r"holds no built dataset \(there is no MANIFEST.json\)"):
            load(tmp_path)
    with pytest.raises(FileNotFoundError):
        load_documents(full)
    build_dataset(write_corpus(tmp_path, [plain_document("a", "Text.")]))
    with pytest.raises(DatasetMissingError, match=r"but .*dataset does"):
        load_documents(tmp_path)
    monkeypatch.setattr(corpus_pkg.installed, "__file__", str(tmp_path / "installed.py"))
    assert corpus_pkg.dataset_path() == tmp_path / "dataset"
    shutil.rmtree(tmp_path / "dataset")
    with pytest.raises(DatasetMissingError, match="run scripts/build first"):
        corpus_pkg.dataset_path()


def test_a_mistyped_table_is_told(full_dataset):
    """And a split, before `datasets` is asked."""
    with pytest.raises(UnknownNameError, match=r"did you mean event_mentions"):
        load_dataset("event_mention", full_dataset)
    with pytest.raises(UnknownNameError, match=r"no split of zones is called 'tset'; did you mean test"):
        load_dataset("zones", full_dataset, split="tset")


@pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_told(part, full_dataset, tmp_path):
    """Not as rows that are missing."""
    dataset = shutil.copytree(full_dataset, tmp_path / "dataset")
    file = dataset / "documents/test-00000-of-00001.parquet"
    file.write_bytes(file.read_bytes()[: int(part * file.stat().st_size)])
    with pytest.raises(CorpusError, match=r"test-00000-of-00001.parquet cannot be read"):
        [*load_documents(dataset)]
    file.unlink()
    with pytest.raises(CorpusError, match=r"test-00000-of-00001.parquet cannot be read"):
        [*load_documents(dataset)]


def test_other_columns_are_told(full_dataset, tmp_path):
    """Those of another version, say, instead of records without them."""
    dataset = shutil.copytree(full_dataset, tmp_path / "dataset")
    file = dataset / "documents/test-00000-of-00001.parquet"
    pq.write_table(pq.ParquetFile(file).read().drop_columns(["note"]), file)
    with pytest.raises(CorpusError, match=r"has other columns than this version of corpus_pkg"):
        load_documents(dataset)[0]


FLIP = """
import json, sys, corpus_pkg, pyarrow
from pathlib import Path
dataset, positions = Path(sys.argv[1]), json.loads(sys.argv[2])
expected = [document.as_dict() for document in corpus_pkg.load_documents(dataset)]
file = dataset / "documents/test-00000-of-00001.parquet"
whole = file.read_bytes()
for position, bit in positions:
    data = bytearray(whole)
    data[position] ^= 1 << bit
    file.unlink()
    file.write_bytes(data)
    try:
        found = [document.as_dict() for document in corpus_pkg.load_documents(dataset)]
    except (corpus_pkg.CorpusError, OSError, pyarrow.ArrowException):
        print("told")
    else:
        print("harmless" if found == expected else f"garbage at {position} bit {bit}")
"""


def test_a_flipped_bit_gives_an_error_or_the_right_rows(full_dataset, tmp_path):
    """Never other rows: pages have checksums, and what the footer says of the columns is compared."""
    dataset = shutil.copytree(full_dataset, tmp_path / "dataset")
    size = (dataset / "documents/test-00000-of-00001.parquet").stat().st_size
    choose = random.Random(7)
    positions = [(choose.randrange(size), choose.randrange(8)) for _ in range(300)]
    told = run_python(FLIP, dataset, json.dumps(positions)).split("\n")[:-1]
    assert len(told) == 300
    assert {*told} == {"told", "harmless"}


def test_a_flipped_bit_in_a_page_is_seen_by_other_readers_too(full_dataset, tmp_path):
    """Those that check the checksums of pages."""
    file = shutil.copytree(full_dataset, tmp_path / "dataset") / "documents/test-00000-of-00001.parquet"
    column = pq.ParquetFile(file).metadata.row_group(0).column(1)
    data = bytearray(file.read_bytes())
    data[(column.dictionary_page_offset or column.data_page_offset) + column.total_compressed_size // 2] ^= 16
    file.write_bytes(data)
    with pytest.raises(OSError, match="CRC checksum"):
        pq.ParquetFile(file, page_checksum_verification=True).read()


# --- the table as datasets gives it ---


def test_load_dataset_gives_what_was_built_last(tmp_path, monkeypatch):
    """Not what `datasets` has cached of the build before."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    for note in ("one", "two"):
        write_corpus(tmp_path, [plain_document("a", "Text.", note=note)])
        build_dataset(tmp_path)
        assert load_dataset("documents", tmp_path / "dataset", split="test")["note"][0] == note
    assert load_dataset(path=tmp_path / "dataset").keys() == {"test"}


def test_options_are_passed_on(full_dataset):
    """Slices of splits and streaming among them."""
    assert load_dataset("documents", full_dataset, split="test[:1]").num_rows == 1
    rows = load_dataset("documents", full_dataset, split="train", streaming=True)
    assert [row["doc_id"] for row in rows] == ["b1", "c1"]
