"""The policy text: a reader sees what the author wrote, or the file is refused at its line."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policies.text import BadPolicy, digest, parse

CODE = Path(__file__).parents[2] / "policies/online-safeguarding/1.0.md"
FRONT = """+++
title = "A code"
version = "2.10"
effective = 2026-09-01
owner = "Safeguarding lead"
review = 2027-09-01
summary = "In short."
+++
"""
HEADINGS = (
    "Preamble",
    "Lesson geography",
    "Confidentiality",
    "Child safety and protection",
    "Technology",
    "What follows from a breach",
)


def body(text):
    """Parse a text whose first line is line 10 of its file."""
    return parse(f"{FRONT}\n{text}")


def test_the_example_code_has_its_thirty_clauses_under_six_headings():
    document = parse(CODE.read_text("utf-8"))

    assert tuple(section.title for section in document.sections) == HEADINGS
    assert [len(section.clauses) for section in document.sections] == [3, 6, 5, 11, 4, 1]
    assert len(document.clauses) == 30


def test_the_example_code_calls_itself_an_example_and_names_no_company():
    text = CODE.read_text("utf-8")

    assert "example code of practice" in parse(text).title
    assert "the company" in text
    assert not {"Ltd", "Limited", "Inc"} & set(text.split())


def test_the_example_code_speaks_in_short_sentences():
    clauses = parse(CODE.read_text("utf-8")).clauses.values()
    sentences = [words for clause in clauses for words in clause.text.split(". ")]

    assert max(len(sentence.split()) for sentence in sentences) <= 25
    assert "!" not in CODE.read_text("utf-8")


def test_front_matter_says_who_answers_for_the_version_and_until_when():
    document = body("## One")

    assert (document.major, document.minor) == (2, 10)
    assert document.owner == "Safeguarding lead"
    assert (document.effective.year, document.review.year) == (2026, 2027)


def test_a_clause_is_an_anchor_with_its_id_in_words():
    (section,) = body("## One\n\n{#ABC-1}\nDo *this*.").sections

    assert section.html == '<p id="ABC-1" class="clause"><b>ABC-1</b> Do <em>this</em>.</p>\n'
    assert section.clauses[0].text == "Do this."


def test_a_sentence_of_two_rules_has_both_ids_and_both_lead_to_it():
    document = body('## One\n\n{#ABC-1 also="ABC-2"}\nDo this now.')

    (section,) = document.sections
    assert section.html.startswith(
        '<p id="ABC-1" class="clause"><b>ABC-1, <span id="ABC-2">ABC-2</span></b> Do this'
    )
    assert document.clauses["ABC-1"] is document.clauses["ABC-2"]
    assert [each.label for each in document.ordered] == ["ABC-1, ABC-2"]
    assert document.lengths == {"ABC-1": 3, "ABC-2": 3}


def test_a_clause_in_a_list_keeps_its_anchor():
    (section,) = body("## One\n\n- {#ABC-1}\n  do\n- {#ABC-2}\n  rest").sections

    assert '<li>\n<p id="ABC-2" class="clause"><b>ABC-2</b> rest</p>\n</li>' in section.html


def test_a_clause_takes_the_list_below_it_along_but_not_the_next_heading():
    document = body("## One\n\n{#ABC-1}\nEither:\n\n- this\n- or that\n\n### More\n\nLoose words.")

    assert document.clauses["ABC-1"].text == "Either: this or that"


def test_sections_are_numbered_in_reading_order():
    sections = body("## Child safety & protection\n\n## Été").sections

    assert [(one.number, one.title) for one in sections] == [
        (1, "Child safety & protection"),
        (2, "Été"),
    ]


def test_raw_html_is_printed_as_text():
    (section,) = body("## One\n\n<script>alert(1)</script> <b>x</b>").sections

    assert "<script" not in section.html
    assert "&lt;b&gt;" in section.html


@pytest.mark.parametrize(
    "href", ["https://a.example", "mailto:a@b.example", "tel:999", "/now", "#A"]
)
def test_a_link_may_lead_to_these_places(href):
    assert f'href="{href}"' in body(f"## One\n\n[there]({href})").sections[0].html


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("## One\n\n[x](javascript:alert(1))", 12, "not to javascript:"),
        ("## One\n\n<data:text/html,x>", 12, "not to data:"),
        ("## One\n\n[x](//elsewhere.example)", 12, "not to //elsewhere"),
        ("## One\n\n![x](/x.png)", 12, "no pictures"),
        ("# One", 10, "starts with a section heading"),
        ("Words before\n\n## One", 10, "starts with a section heading"),
        ("", 1, "starts with a section heading"),
        ("## One\n\n#### Deep", 12, "headings are ##"),
        ("## One\n\n- ## Inside a list", 12, "headings are ##"),
        ("## One {#ABC-1}", 10, "a clause id stands alone"),
        ("## One\n\nWords\n{#ABC-1}\nmore words", 13, "a clause id stands alone"),
        ("## One\n\nWords\n\n{#ABC-1}", 14, "a clause id stands alone"),
        ("## One\n\n{#ABC-1}\n{#ABC-2}\nWords", 12, "a clause id stands alone"),
        ("## One\n\n{#ABC-1}\n> Words", 12, "a clause id stands alone"),
        ("## One\n\n{.hidden}\nWords", 12, "a clause id stands alone"),
        ("## One\n\n{#abc}\nWords", 12, "a clause id stands alone"),
        ("## One\n\n{#ABC-1}\na\n\n{#ABC-1}\nb", 15, "ABC-1 is used twice"),
        ('## One\n\n{#ABC-1 also="ABC-1"}\na', 12, "ABC-1 is used twice"),
        ('## One\n\n{#ABC-1 also="ABC-2"}\na\n\n{#ABC-2}\nb', 15, "ABC-2 is used twice"),
        ('## One\n\n{#ABC-1 also="x"}\na', 12, "a clause id stands alone"),
        ("## One\n\nabc\u202edef", 12, r"U\+202E"),
        ("## One\n\nabc\0def", 12, r"U\+0000"),
    ],
)
def test_a_text_that_could_mislead_is_refused_at_its_line(text, line, reason):
    with pytest.raises(BadPolicy, match=reason) as refused:
        body(text)

    assert refused.value.line == line


@pytest.mark.parametrize(
    ("wrong", "right", "line", "reason"),
    [
        ('owner = "Safeguarding lead"', "", 1, "owner: Field required"),
        ('"2.10"', '"2.1.0"', 3, "version: "),
        ('"2.10"', "2.10", 3, "version: "),
        ("2026-09-01", '"soon"', 4, "effective: "),
        ('"A code"', '" "', 2, "title: "),
        ('"A code"', f'"{"x" * 201}"', 2, "title: "),
        ("summary", "sumary", 7, "sumary: Extra"),
        ('"A code"', '"A code', 2, "Illegal character"),
        ("+++\n\n", "\n\n", 11, "a second line"),
        ("+++\ntitle", "title", 1, "starts with a line"),
    ],
)
def test_bad_front_matter_is_refused_at_its_line(wrong, right, line, reason):
    text = f"{FRONT}\n## One\n".replace(wrong, right, 1)

    with pytest.raises(BadPolicy, match=reason) as refused:
        parse(text)

    assert refused.value.line == line


def test_a_text_beyond_all_reason_is_refused():
    with pytest.raises(BadPolicy, match="longer than"):
        body("## One\n\n" + "word " * 100_001)


def test_the_same_words_have_one_digest_however_they_were_saved():
    assert digest("Caf\u00e9\nopen\n") == digest("Cafe\u0301\r\nopen\r\n")
    assert digest("one") != digest("two")


def test_the_digest_is_a_sha256_anyone_can_reckon():
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_words_are_counted_by_section_and_headings_are_not():
    sections = body("## One\n\nThree *plain* words.\n\n## Two\n\n- a\n- b").sections

    assert [section.words for section in sections] == [3, 2]


@given(st.text(alphabet="#{}[]()<>-*+`|!:/.\\& \nABC1x", max_size=80))
def test_any_text_is_read_or_refused(text):
    with suppress(BadPolicy):
        sections = body(f"## One\n\n{text}").sections

        assert "<script" not in "".join(section.html for section in sections)
