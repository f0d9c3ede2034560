"""Comments of YAML: at what each stands, and where it goes in a text written anew."""

from __future__ import annotations

import pytest

from corpus_pkg.comments import Comment, put_comments, read_comments


def places(text):
    """Return the comments of a text as `text side /path`."""
    return [f"{c.text or '-'} {c.side} /{'/'.join(map(str, c.where))}" for c in read_comments(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b  # c", ["# c beside /a"]),
        ("# c\na: b", ["# c above /"]),
        ("a: b\n# c\nd: e", ["# c above /d"]),
        ("a: b\n# c", ["# c below /"]),
        ("a: b\n  # c\nd: e", ["# c below /a"]),
        ("a:  # c\n- b", ["# c beside /a"]),
        ("a:\n# c\n- b", ["# c above /a/0"]),
        ("a:\n     # c\n- b", ["# c above /a/0"]),
        ("a:\n- b\n# c\n- d", ["# c above /a/1"]),
        ("a:\n- b\n  # c\n- d", ["# c below /a/0"]),
        ("a:\n- b\n# c", ["# c below /a"]),
        ("a:\n  - b\n  # c\n# d\ne: f", ["# c below /a", "# d above /e"]),
        ("a:\n- b: c\n  # d\n- e: f", ["# d below /a/0"]),
        ("a:\n# b\n- c: d\n  # e\n  f: g", ["# b above /a/0", "# e above /a/0/f"]),
        ("a:\n-  # b\n  c: d", ["# b above /a/0"]),
        ("a:\n- {b: c}  # d", ["# d beside /a/0"]),
        (
            "a:\n- {b: c,  # d\n  # e\n  f: g  # h\n  # i\n  }  # j",
            [*("# d beside /a/0/b", "# e above /a/0/f", "# h beside /a/0/f", "# i above /a/0", "# j beside /a/0")],
        ),
        ("a: [b, # c\n # d\n e]", ["# c beside /a/0", "# d above /a/1"]),
        ("a: |  # c\n  # text\n# d\ne: f", ["# c beside /a", "# d above /e"]),
        ("a: >-\n  b\n\n # c\n\nd: e", ["# c below /a", "- above /d"]),
        ("a: 'b # c'  # d", ["# d beside /a"]),
        ('a: "b # c"# d', ["# d beside /a"]),
        ("a: b#c\n  d # e", ["# e beside /a"]),
        ("a: b\n  c  # d", ["# d beside /a"]),
        ("'a # b': c # d", ["# d beside /a # b"]),
        ("a:  # b\nc: d", ["# b beside /a"]),
        ("--- # a\n# b\nc: d\n... # e", ["# a above /", "# b above /", "# e below /"]),
        ("%YAML 1.1\n# a\n---\nb: c", ["# a above /"]),
        ("{a: b}  # c\n# d", ["# c beside /", "# d below /"]),
        ("a: b\n\n\nc: d\n\n", ["- above /c", "- above /c"]),
        ("a: b\n   # c\n # d\n     # e\nf: g", ["# c below /a", "# d below /a", "# e below /a"]),
        ("a: b\n# c\n   # d\ne: f", ["# c above /e", "# d above /e"]),
        ("\ufeff# a\r\nb: c  # d \r\n# e\rf: g", ["# a above /", "# d beside /b", "# e above /f"]),
        ("a: 🤝𝒳  # b 🤝\n🤝: c  # d", ["# b 🤝 beside /a", "# d beside /🤝"]),
        ("a: b  #\n#\nc: d", ["# beside /a", "# above /c"]),
    ],
)
def test_a_comment_stands_at_what_is_beside_or_next_to_it(text, expected):
    """Beside what its line holds, above what follows, below what it is indented under."""
    assert places(text) == expected


BODY = "a: b\nlist:\n- x: y\n  items:\n  - {q: r, s: t}\n  - {q: u}\n- x: z\nend: {v: w}\n"


def put(*comments):
    """Return what the comments add to the text, the line before and behind each with it."""
    return put_comments(BODY, [Comment(text, where, side) for text, where, side in comments])


@pytest.mark.parametrize(
    ("comments", "old", "new"),
    [
        ([("# c", (), "above")], "a: b", "# c\na: b"),
        ([("# c", ("a",), "beside")], "a: b\n", "a: b  # c\n"),
        ([("# c", (), "below")], "w}\n", "w}\n# c\n"),
        ([("# c", ("list",), "beside")], "list:", "list:  # c"),
        ([("# c", ("list", 0), "above")], "- x: y", "# c\n- x: y"),
        ([("# c", ("list", 0), "beside")], "- x: y", "- x: y  # c"),
        ([("# c", ("list", 0), "below")], "u}\n", "u}\n  # c\n"),
        ([("# c", ("list", 0, "items"), "above")], "  items:", "  # c\n  items:"),
        ([("# c", ("list", 0, "items", 0), "below")], "t}\n", "t}\n    # c\n"),
        ([("# c", ("list", 0, "items", 0, "s"), "below")], "t}\n", "t}\n    # c\n"),
        ([("# c", ("list", 0, "items", 0, "s"), "beside")], "t}", "t}  # c"),
        ([("# c", ("list", 0, "items", 0, "no"), "beside")], "t}", "t}  # c"),
        ([("# c", ("list", 0, "no"), "beside")], "- x: y", "# c\n- x: y"),
        ([("# c", ("no",), "beside")], "a: b", "# c\na: b"),
        ([("# c", ("list", 9, "items"), "above")], "list:", "# c\nlist:"),
        ([("# c", ("a",), "beside"), ("# d", ("a",), "beside")], "a: b", "# c\n# d\na: b"),
        ([("# c", ("list",), "below"), ("# d", ("list", 1), "below")], "x: z\n", "x: z\n  # d\n# c\n"),
        ([("# c", ("end",), "below"), ("# d", (), "below")], "w}\n", "w}\n# c\n# d\n"),
        ([("# c", ("end",), "above"), ("# d", ("list", 1, "x"), "below")], "x: z\n", "x: z\n  # d\n# c\n"),
        ([("", (), "above")], "a: b", "a: b"),
        ([("", ("list",), "above")] * 3, "list", "\nlist"),
        ([("# c", (), "above"), ("", (), "above")], "a: b", "# c\n\na: b"),
        ([("", ("list",), "above"), ("# c", ("a",), "below")], "list", "# c\n\nlist"),
    ],
)
def test_a_comment_is_put_back_at_its_value(comments, old, new):
    """Each at what it is about; where that is no more, at what held it. Nothing else changes."""
    assert put(*comments) == BODY.replace(old, new, 1)


def test_a_text_without_comments_stays_as_it_is():
    assert put() == BODY
    assert read_comments(BODY) == []
