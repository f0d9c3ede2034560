"""The writer of the source form: what it writes, read again, is the same document."""

from __future__ import annotations

import pytest
from hostile import FEW, NAMES, documents, read_source
from hypothesis import given

from corpus_pkg.conform import check_schema
from corpus_pkg.resolve import complete
from corpus_pkg.write import UnwritableError, _scalar, write_mapping, write_source

TEXT = "Arden met Belmar. \u2028Arden met 'Belmar' #2 again, it said.\nArden met Belmar."
TITLE, BODY, AGAIN = 0, TEXT.index("\u2028") + 1, TEXT.index("\n") + 1


def span(words, behind=0):
    """Return the first stretch of the text that reads so, behind an offset."""
    start = TEXT.index(words, behind)
    return {"start": start, "end": start + len(words), "text": words}


def passages(**body):
    """Return the three passages of the text."""
    bounds = [(TITLE, 17, "title"), (BODY, AGAIN - 1, "body"), (AGAIN, len(TEXT), "title")]
    plain = [{"start": start, "end": end, "zone": zone} for start, end, zone in bounds]
    return [plain[0], plain[1] | body, plain[2]]


def document(**layers):
    """Return a document in canonical form."""
    plain = {"document": "d", "language": "en", "annotated": [], "text": TEXT, "passages": passages()}
    return complete(plain | layers, NAMES)[0]


def test_the_source_form_has_one_item_a_line_and_no_defaults():
    """What people would write."""
    trigger = {"q": span("met", BODY), "event": "met", "when": [span("again")]}
    plain = document(
        passages=[*passages(language="az", note="It's: #odd")[:2], passages()[2] | {"duplicate_of": TITLE}],
        annotated=["date", "events"],
        mentions=[
            {"q": span("Arden", BODY), "actors": ["arden"]},
            {"q": span("Belmar", BODY), "actors": ["arden"], "level": "PRO"},
        ],
        triggers=[trigger | {"factuality": [{"source": "arden", "value": "PS+"}]}],
        attributions=[{"cue": span("said"), "sources": ["arden"], "content": [span("Arden met 'Belmar'")]}],
        events=[{"id": "met", "type": "CONSULT", "mode": "phone", "counts": {"killed": 0}, "note": "yes"}],
        relations=[{"from": "met", "type": "BEFORE", "to": "met"}],
        date={"text": "2021", "known": "2021", "external": None, "because": [span("'Belmar'")]},
        source={"licence": "unknown", "redistribution": "no"},
    )
    assert write_source(plain, NAMES) == (
        "document: d\n"
        "language: en\n"
        "annotated: [date, events]\n"
        "passages:\n"
        "- at: Arden met Belmar.\n"
        "  zone: title\n"
        "- at: Arden met 'Belmar'\n"
        "  zone: body\n"
        "  language: az\n"
        "  note: 'It''s: #odd'\n"
        "  mentions:\n"
        "  - {q: Arden, actors: [arden]}\n"
        "  - {q: Belmar, actors: [arden], level: PRO}\n"
        "  triggers:\n"
        "  - {q: met, event: met, when: [again], factuality: [{source: arden, value: PS+}]}\n"
        "  attributions:\n"
        "  - {cue: said, sources: [arden], content: [Arden met 'Belmar']}\n"
        "- at: Arden met Belmar.\n"
        "  zone: title\n"
        "  duplicate_of: Arden met Belmar.\n"
        "date: {text: 2021, because: ['''Belmar'''], external: null}\n"
        "source:\n"
        "  redistribution: 'no'\n"
        "events:\n"
        "- {id: met, type: CONSULT/phone, counts: {killed: 0}, note: 'yes'}\n"
        "relations:\n"
        "- {from: met, type: BEFORE, to: met}\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("words", "words"), ("two words", "two words"), ("2021-05-03", "2021-05-03"), ("l’eau", "l’eau")),
        *(
            ("no", "'no'"),
            ("NO", "'NO'"),
            ("null", "'null'"),
            ("~", "'~'"),
            ("", "''"),
            ("y", "'y'"),
            ("true", "'true'"),
        ),
        *(("a: b", "'a: b'"), ("a #b", "'a #b'"), ("-a", "'-a'"), ("a ", "'a '"), ("it's", "it's"), ("'a", "'''a'")),
        *((r"a\<b", r"'a\<b'"), ("a\n", '"a\\u000a"'), ("\ufeff\\", '"\\ufeff\\\\"'), ("\u2028", '"\\u2028"')),
        *(("🤝", "'🤝'"), ("[a]", "'[a]'"), ("a, b", "'a, b'"), ("_a", "'_a'"), ("e\u0301", "'e\u0301'")),
    ],
)
def test_scalars_are_plain_where_nobody_could_misread_them(text, expected):
    """Else between single quotes, in which anchors need no further escapes; odd characters between double ones."""
    assert _scalar(text, True) == expected


@FEW
@given(documents())
def test_any_document_that_is_written_and_read_is_the_same(plain):
    """Over hostile texts: passages, spans of all layers, notes."""
    canonical, _ = complete(plain, NAMES)
    assert [*check_schema("canonical", canonical)] == []
    read = read_source(write_source(canonical, NAMES), canonical["text"])
    assert read.problems == []
    assert read.document == canonical


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ({"mentions": [{"q": span(" \u2028Arden"), "actors": ["arden"]}]}, "17-24 lies in no passage"),
        ({"mentions": [{"q": span("Arden "), "actors": ["arden"]}]}, "mentions at 0-6: no anchor"),
        ({"mentions": [{"q": span(TEXT[:24]), "actors": ["arden"]}]}, "mentions at 0-24: no anchor"),
        ({"attributions": [{"content": [span("Arden"), span("Belmar", AGAIN)]}]}, "attributions at 0-5: no anchor"),
        ({"attributions": [{"content": [span("Arden")], "cue": span("said")}]}, "attributions at 0-5: no anchor"),
        ({"date": {"because": [span(" ")]}}, "date: no anchor"),
        ({"events": [{"id": "e", "type": "CONSULT", "time": {"because": [span(" ")]}}]}, "events: no anchor"),
    ],
)
def test_what_the_source_form_cannot_say_is_refused(layers, message):
    """An item whose words lie in several passages, or begin or end on white space."""
    with pytest.raises(UnwritableError, match=message):
        write_source(document(**layers), NAMES)


def test_passages_with_the_same_first_words_are_told_apart_when_one_repeats_the_second():
    """`duplicate_of` names a passage by its `at`."""
    text = "Arden said yes today. Arden said yes again. Arden said yes again."
    bounds = [(0, 21), (22, 43), (44, 65)]
    plain = [{"start": start, "end": end, "zone": "body"} for start, end in bounds]
    plain[2]["duplicate_of"] = 22
    plain = complete({**document(), "text": text, "passages": plain}, NAMES)[0]
    assert read_source(write_source(plain, NAMES), text).document == plain


def test_a_passage_that_repeats_nothing_cannot_be_written():
    """No passage begins there."""
    plain = document()
    plain["passages"][1]["duplicate_of"] = 5
    with pytest.raises(UnwritableError, match="no earlier passage"):
        write_source(plain, NAMES)


def test_settings_are_written_without_defaults():
    """One item a line."""
    actor = {"id": "a", "type": "PER", "name": "A: B", "aliases": [], "country": None, "sectors": ["GOV"]}
    assert write_mapping("inventory", {"actors": [actor]}) == (
        "actors:\n- {id: a, type: PER, name: 'A: B', sectors: [GOV]}\n"
    )


def test_what_follows_from_the_original_is_left_out_of_a_copy_and_nothing_else():
    """That a visit is only planned, or what an actor is called, may stand in the original alone."""
    text = "Arden plans a visit."
    event = {"id": "visit", "type": "CONSULT", "modality": "future"}
    actor = {"id": "ana", "type": "PER", "name": "Ana"}
    passage = {"start": 0, "end": len(text), "zone": "body"}
    plain = {"document": "d", "language": "en", "annotated": [], "text": text, "passages": [passage]}
    original = complete(plain | {"events": [event], "actors": [actor]}, NAMES)[0]
    source = (
        "document: c\n"
        "language: en\n"
        "annotated: []\n"
        "copy_of: d\n"
        "passages:\n"
        "- at: Ana came today.\n"
        "  zone: caption\n"
        "  mentions:\n"
        "  - {q: Ana, actors: [ana]}\n"
        "  - {q: today, actors: [ana], level: NAM}\n"
        "  triggers:\n"
        "  - {q: came, event: visit, factuality: [{source: AUTHOR, value: CT+}]}\n"
    )
    read = read_source(source, f"{text}\nAna came today.", original=original)
    assert write_source(read.document, NAMES, original=original) == source
