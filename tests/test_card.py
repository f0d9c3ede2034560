"""The card: what the hub and `datasets` read of it is true, and what people read of it is whole."""

from __future__ import annotations

import json
import re
from pathlib import Path

import datasets
import pyarrow.parquet as pq
import pytest
import yaml
from conftest import SETTINGS, Data, plain_document, write_corpus
from datasets.info import DatasetInfosDict
from huggingface_hub import DatasetCard, DatasetCardData

from corpus_pkg.build import build_dataset
from corpus_pkg.items import layer_digest
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.resolve import complete

TITLE = 'A "title": with #marks, `ticks` and 🤝'
DESCRIPTION = "- First | line: {not} a [list].\n---\n'Second' line %."


def built(root: Path, *documents: Data, settings: Data | None = None, **files: Data) -> Path:
    root.mkdir(exist_ok=True)
    build_dataset(write_corpus(root, documents or [plain_document("a", "Text.")], SETTINGS | (settings or {}), **files))
    return root / "dataset"


def text_of(dataset: Path) -> str:
    return (dataset / "README.md").read_bytes().decode()


def front_matter(dataset: Path) -> Data:
    matter: Data = yaml.safe_load(text_of(dataset).split("\n---\n")[0].removeprefix("---\n"))
    return matter


def test_the_card_of_a_small_corpus(tmp_path, file_regression):
    """A snapshot; digests and sizes, which other tests check, are left out."""
    annotators = {"annotators": [{"id": "one", "kind": "human", "name": "One", "date": "2021", "part": "All."}]}
    settings = {"citation": "Nobody (2021). Small.", "licences": {"annotations": "CC-BY-4.0"}}
    card = text_of(built(tmp_path, settings=settings, annotators=annotators))
    card = re.sub(r"[0-9a-f]{64}", "<digest>", card)
    file_regression.check(re.sub(r"num_bytes: \d+", "num_bytes: 0", card), extension=".md", encoding="utf-8")


def test_the_hub_accepts_the_card(full_dataset, toy_dataset):
    """By its own model of cards, and metadata survive it."""
    for dataset in (full_dataset, toy_dataset):
        card = DatasetCard.load(dataset / "README.md", ignore_metadata_errors=False)
        assert isinstance(card.data, DatasetCardData)
        assert card.data.pretty_name == front_matter(dataset)["pretty_name"]
        assert card.data.to_dict() == front_matter(dataset)


def test_metadata_are_those_of_the_corpus(full_dataset):
    """Languages, licence, size."""
    matter = front_matter(full_dataset)
    assert (matter["pretty_name"], matter["language"], matter["license"]) == ("Small", ["az", "en"], "other")
    assert matter["size_categories"] == ["n<1K"]
    assert [config["config_name"] for config in matter["configs"] if config.get("default")] == ["documents"]


@pytest.mark.parametrize(
    ("licences", "licence"),
    [
        ({"annotations": "CC-BY-4.0", "texts": "CC-BY-4.0"}, "cc-by-4.0"),
        ({"annotations": "CC-BY-4.0", "texts": "none"}, "cc-by-4.0"),
        ({"annotations": "CC-BY-4.0", "texts": "CC0-1.0"}, "other"),
        ({"annotations": "CC-BY-4.0"}, "other"),
    ],
)
def test_the_licence_is_that_of_the_whole(licences, licence, tmp_path):
    """Texts of unknown or other rights make it `other`."""
    assert front_matter(built(tmp_path, settings={"licences": licences}))["license"] == licence


def test_what_is_said_of_the_data_is_true(full_dataset, toy_dataset):
    """Of every config: its files, columns and rows are those of the Parquet files."""
    for dataset in (full_dataset, toy_dataset):
        matter, manifest = front_matter(dataset), json.loads((dataset / MANIFEST).read_bytes())
        infos = DatasetInfosDict.from_dataset_card_data(DatasetCardData(**matter))
        assert [config["config_name"] for config in matter["configs"]] == [*manifest["tables"]] == [*infos]
        for config in matter["configs"]:
            info = infos[config["config_name"]]
            assert {file["split"] for file in config["data_files"]} == {*info.splits}
            for file in config["data_files"]:
                parquet = pq.ParquetFile(dataset / file["path"])
                assert info.features == datasets.Features.from_arrow_schema(parquet.schema_arrow)
                assert info.features.arrow_schema.names == parquet.schema_arrow.names
                assert info.splits[file["split"]].num_examples == parquet.metadata.num_rows
                assert manifest["tables"][config["config_name"]][file["split"]]["digest"] in info.description


def test_wrong_counts_would_be_noticed(tmp_path):
    """`datasets` holds the card against the files, so every user checks the number of rows."""
    dataset = built(tmp_path)
    card = dataset / "README.md"
    card.write_bytes(card.read_bytes().replace(b"num_examples: 1", b"num_examples: 2"))
    with pytest.raises(datasets.exceptions.NonMatchingSplitsSizesError):
        datasets.load_dataset(str(dataset))


def test_the_words_of_the_settings_stand_in_it(tmp_path):
    """Whatever they are, the front matter is read back as it was meant."""
    dataset = built(tmp_path, settings={"title": TITLE, "description": DESCRIPTION})
    assert front_matter(dataset)["pretty_name"] == TITLE
    assert f"\n# {TITLE}\n" in text_of(dataset)
    assert f"\n{DESCRIPTION}\n" in text_of(dataset)
    assert DatasetCard(text_of(dataset)).data.pretty_name == TITLE
    assert datasets.load_dataset(str(dataset))["test"]["doc_id"][:] == ["a"]


@pytest.mark.parametrize("split", ["no", "on", "null", "test", "train", "validation", "y", "x1_2"])
def test_every_name_of_a_split_can_be_loaded(split, tmp_path):
    """Also those that YAML would take for something else."""
    dataset = built(tmp_path, settings={"split": split})
    assert datasets.load_dataset(str(dataset), split=split)["doc_id"][:] == ["a"]


def test_tables_of_markdown_are_whole(full_dataset):
    """Each row has the cells that its head has."""
    found = re.findall(r"(?:^\|.*\n)+", text_of(full_dataset), re.MULTILINE)
    assert len(found) == 6 + len(json.loads((full_dataset / MANIFEST).read_bytes())["tables"])
    for table in found:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_who_annotated_is_said(full_dataset, tmp_path):
    """Each annotator as it truly is; or that nobody says it."""
    assert "A program annotated this.\n\n- A program (program, 2021-06)\n" in text_of(full_dataset)
    assert "The corpus does not say who annotated it." in text_of(built(tmp_path))


def test_who_reviewed_is_counted(full_dataset, tmp_path):
    """Void reviews count for nothing, and no sentence says that nobody looked when somebody did."""
    card = text_of(full_dataset)
    assert "No human has reviewed the annotations." in card
    assert "Reviews recorded: 1; void, since what was reviewed has changed: 1." in card
    document = plain_document("a", "Text.", annotated=["date", "events"])
    annotators = [{"id": "one", "kind": "human", "name": "One"}, {"id": "two", "kind": "program", "name": "Two"}]
    base = {"document": "a", "layer": "events", "date": "2021", "digest": layer_digest_of(document), "total": 9}
    wrong = [{"item": "date", "why": "So."}]
    reviews = [
        {**base, "reviewer": "one", "items": 4, "verdict": "confirmed"},
        {**base, "reviewer": "one", "items": 7, "verdict": "disputed", "date": "2022", "disputed": wrong},
        {**base, "reviewer": "two", "items": 5, "verdict": "confirmed"},
        {**base, "reviewer": "one", "items": 9, "verdict": "confirmed", "layer": "date", "digest": "0" * 64},
    ]
    built_card = text_of(built(tmp_path, document, annotators={"annotators": annotators}, reviews={"reviews": reviews}))
    assert "No human" not in built_card
    assert "| events | 1 | 1 | 7 | 1 | 5 |" in built_card
    assert "| date | 1 | 0 | 0 | 0 | 0 |" in built_card
    assert "Reviews recorded: 4; void, since what was reviewed has changed: 1.\n" in built_card
    assert "Items disputed in reviews that hold: 1." in built_card


def layer_digest_of(document: Data) -> str:
    whole, _ = complete(document, {})
    return layer_digest(whole, "events")
