"""A document comes through whole, whoever typed it; what is hostile gets a sentence."""

import pytest
from docx import Document

from portal.policies.blocks import NotReadable, Shape
from portal.policies.incoming import LARGEST, read_upload
from portal.policies.splitting import split
from tests.policies import papers

MARKDOWN = "# A code\n\n## Dress\n\nAsk the *child* to dress. Report it.\n\n1. Phone.\n2. Wait.\n"


def taken_in(name, content):
    found = split(read_upload(name, content).blocks)
    return found.title, {each.title: each.sentences for each in found.chapters}


@pytest.mark.parametrize(
    ("name", "make"),
    [("code.docx", papers.styled), ("code.DOCX", papers.typed), ("code.txt", papers.plain)],
)
def test_every_sentence_comes_through_below_its_heading(name, make):
    assert taken_in(name, make()) == (papers.TITLE, papers.SENTENCES)


def test_lines_broken_early_do_not_break_sentences():
    assert taken_in("code.txt", papers.plain(width=60)) == (papers.TITLE, papers.SENTENCES)


def test_markdown_comes_through_without_its_marks():
    title, chapters = taken_in("code.md", MARKDOWN.encode())

    assert title == "A code"
    assert chapters == {"Dress": ("Ask the child to dress.", "Report it.", "Phone.", "Wait.")}


def test_a_numbered_heading_is_a_heading_and_a_numbered_list_is_none():
    first = "1. Dress\n\nAsk the child. It is polite.\n\n"
    text = f"{first}2. Harm\n\nDo:\n\n1) Phone\n2) Report\n\nEnd.\n"

    assert taken_in("code.txt", text.encode())[1] == {
        "Dress": ("Ask the child.", "It is polite."),
        "Harm": ("Do:", "Phone", "Report", "End."),
    }


def test_a_file_of_policies_can_be_taken_in_again():
    text = '+++\ntitle = "x"\n+++\n\n## Dress\n\n{#CSP-1}\nAsk.\n'

    assert taken_in("1.0.md", text.encode()) == ("", {"Dress": ("Ask.",)})


def test_changes_that_word_tracked_count_as_accepted():
    [block] = read_upload("code.docx", papers.tracked()).blocks

    assert block.text == "You must always ring."


def test_a_table_is_taken_over_and_told_of():
    paper = Document()
    paper.add_table(rows=1, cols=2).cell(0, 0).text = "Ring the parents."

    found = read_upload("code.docx", papers.saved(paper))

    assert [each.text for each in found.blocks] == ["Ring the parents."]
    assert found.notes == ("A table was taken over cell by cell. Read it through.",)


HOSTILE = {
    "macros": ("code.docx", lambda: papers.with_part("word/vbaProject.bin", b"x"), "macro"),
    "macros by name": ("code.docm", papers.styled, "macro"),
    "a bomb": ("code.docx", papers.bomb, "unpacks to far more"),
    "too large": ("code.docx", lambda: bytes(LARGEST + 1), "larger than 5 megabytes"),
    "a PDF": ("code.docx", lambda: b"%PDF-1.7 and so on", "This is a PDF"),
    "an old Word file": ("code.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Word file"),
    "rich text": ("code.txt", lambda: rb"{\rtf1\ansi}", "Rich Text"),
    "a picture": ("code.txt", lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "not a file of plain words"),
    "another kind": ("code.odt", lambda: b"words", "Only .docx, .md or .txt"),
    "no Word inside": ("code.docx", lambda: papers.with_part("word/document.xml", b""), "read"),
    "cut short": ("code.docx", lambda: papers.styled()[:4000], "damaged"),
    "linked picture": ("code.docx", lambda: papers.linked("image"), "fetched from elsewhere"),
    "template": ("code.docx", lambda: papers.linked("attachedTemplate"), "fetched from elsewhere"),
    "remote picture": ("code.md", lambda: b"![x](http://192.0.2.1/x.png)", "pictures"),
    "raw HTML": ("code.md", lambda: b"## A\n\n<script>alert(1)</script>", "web page"),
    "HTML as text": ("code.txt", lambda: b"<img src=http://192.0.2.1/x.png>", "web page"),
    "headings": ("code.docx", lambda: papers.of_headings(61), "61 headings"),
    "1,000 headings": ("code.md", lambda: b"## H\n\nx\n\n" * 1000, "1000 headings"),
    "entities": (
        "code.docx",
        lambda: papers.with_part("word/document.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
        "what Word never does",
    ),
    "entities where only a parser sees them": (
        "code.docx",
        lambda: papers.with_part("word/footnotes.xml", "<!DOCTYPE x []><x/>".encode("utf-16")),
        "what Word never does",
    ),
    "a picture behind a bracket": (
        "code.docx",
        lambda: papers.linked("image", "http://192.0.2.1/a>b"),
        "fetched from elsewhere",
    ),
    "openings without an end": (
        "code.docx",
        lambda: papers.with_part("word/_rels/document.xml.rels", b"<Relationship " * 100_000),
        "damaged",
    ),
    "paragraphs by another name": (
        "code.docx",
        lambda: papers.with_part("word/footnotes.xml", b"<x>" + b"<q:p/>" * 5_000 + b"</x>"),
        "unpacks to far more",
    ),
    "tags without an end": ("code.txt", lambda: b"<p " * 120_000, "longer than"),
    "white space": ("code.txt", lambda: b"<" + b" " * 450_000 + b">", "longer than"),
    "brackets": ("code.md", lambda: b"[" * 300_000, "full of brackets"),
    "nested deep": (
        "code.docx",
        lambda: papers.with_part("word/document.xml", b"<a>" * 50_000 + b"</a>" * 50_000),
        "cannot be read",
    ),
    "nothing": ("code.txt", lambda: b" \r\n ", "no words"),
    "far too long": ("code.txt", lambda: b"A sentence of words. " * 10_000, "longer than"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_hostile_or_no_document_gets_a_sentence(case):
    name, make, words = HOSTILE[case]

    with pytest.raises(NotReadable, match=words):
        read_upload(name, make())


def test_marks_that_nobody_sees_are_left_out_and_a_long_heading_is_a_paragraph():
    text = f"# {'very ' * 50}long\n\nSafe\u00adguarding\u00a0comes\u200b first\u200e.\n"

    [first, second] = read_upload("code.md", text.encode()).blocks

    assert (first.shape, second.text) == (Shape.PARAGRAPH, "Safeguarding comes first.")


def test_words_that_may_be_wrong_or_missing_are_told_of():
    notes = read_upload("code.docx", papers.with_a_field_and_struck_words()).notes

    assert any("w:fldSimple" in each for each in notes)
    assert any("struck through" in each for each in notes)


def test_a_link_on_a_page_is_no_trap():
    assert read_upload("code.docx", papers.linked("hyperlink", "https://example.org/")).blocks
