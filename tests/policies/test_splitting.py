"""Sentences end where people end them, and no word is lost on the way."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policies.blocks import Block, Shape
from portal.policies.splitting import sentences, split

WHOLE = [
    "Use it, e.g. Zoom is not it.",
    "Ring Dr. Hale or Ms. Carne.",
    "It works for Lantern Ltd. Cornwall only.",
    "Lessons end at 4.30 or at p. 7.",
    "The U.K. Government says so.",
    "No full stop at all",
]
words = st.sampled_from(
    ["Ask.", "ask", "e.g.", "Ltd.", "(Report", "it.)", "“No!”", "Why?", "Every", "3.5", "J."]
)
blocks = st.builds(
    Block,
    shape=st.sampled_from(Shape),
    text=st.lists(words, min_size=1, max_size=8).map(" ".join),
    level=st.integers(1, 3),
)


@pytest.mark.parametrize("text", WHOLE)
def test_a_shortened_word_does_not_end_a_sentence(text):
    assert sentences(text) == (text,)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Ask. Report.", 2),
        ("It is for Lantern Ltd. Every tutor reads it.", 2),
        ("Lessons end at 4 p.m. The tutor leaves.", 2),
        ('Say "no." Then ring.', 2),
        ("Is it safe? Ring (at once). “Now!” Then write.", 4),
        ("", 0),
    ],
)
def test_a_sentence_ends_where_another_begins(text, ends):
    assert len(sentences(text)) == ends


@given(st.lists(blocks, max_size=8))
def test_every_word_comes_through(found):
    made = split(found)

    said = [made.title]
    for chapter in made.chapters:
        said += [chapter.title, *chapter.sentences]
    wanted = Counter(word for each in found for word in each.text.split())
    came = Counter(word.removesuffix(":") for each in said for word in each.split())
    assert not wanted - came


def test_what_stands_before_the_first_heading_has_a_section_of_its_own():
    found = split(
        [Block(shape=Shape.PARAGRAPH, text="Read this."), _heading("Dress"), _line("Ask.")]
    )

    assert [each.title for each in found.chapters] == ["Introduction", "Dress"]


def test_a_heading_right_below_another_takes_its_words_along():
    found = split([_heading("Code", 1), _heading("Child safety"), _heading("Dress"), _line("Ask.")])

    assert (found.title, found.chapters[0].title) == ("Code", "Child safety: Dress")


def _heading(text, level=2):
    return Block(shape=Shape.HEADING, text=text, level=level)


def _line(text):
    return Block(shape=Shape.PARAGRAPH, text=text)
