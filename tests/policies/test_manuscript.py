"""What is written in the form is what stands in the version, letter by letter."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portal.policies.manuscript import Manuscript, Part, Passage, compose, opened
from portal.policies.text import UNSAFE, parse
from tests.factories import TEXT

DAY = date(2026, 12, 1)
SPECIAL = "\\`*_{}[]<>#&~|+-=:.)(!12 \"'"
any_letter = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"])
letters = st.text(any_letter | st.sampled_from(SPECIAL), min_size=1, max_size=40)
lines = letters.map(lambda text: " ".join(UNSAFE.sub("", text).split())).filter(bool)


def manuscript(*parts, **rest):
    usual = {"title": "A code", "summary": "What for.", "owner": "Robin", "review": DAY}
    return Manuscript(parts=parts, **{**usual, **rest})


def composed(written):
    return parse(compose(written, version="1.0", effective=DAY))


@given(lines, lines)
def test_words_stay_the_same_on_the_way_into_a_version(words, title):
    written = manuscript(Part(title=title, passages=(Passage(id="DRE-1", text=words),)))

    found = composed(written)

    assert found.clauses["DRE-1"].text == words
    assert found.sections[0].title == title


@given(lines)
def test_the_front_matter_carries_any_words(words):
    written = manuscript(
        Part(title="Dress", passages=(Passage(id="DRE-1", text="Ask."),)),
        summary=words,
        change_note=f'{words}\nand "more"',
    )

    found = composed(written)

    assert (found.summary, found.change_note) == (words, f'{words}\nand "more"')


def test_a_published_text_can_be_opened_and_says_the_same_again():
    written = opened(parse(TEXT))

    again = parse(compose(written, version="1.0", effective=DAY))

    assert [each.text for each in again.clauses.values()] == [
        each.text for each in parse(TEXT).clauses.values()
    ]
    assert [each.title for each in again.sections] == [each.title for each in parse(TEXT).sections]


def test_a_clause_of_several_ids_keeps_them_on_the_way_into_a_version_and_back():
    passages = (Passage(id="DRE-1", also=("DRE-2", "DRE-3"), text="Ask."),)

    found = composed(manuscript(Part(title="Dress", passages=passages)))

    assert opened(found).parts[0].passages == passages
    assert opened(found).ids == {"DRE-1", "DRE-2", "DRE-3"}


def test_additions_come_last_and_are_known_as_the_organisations():
    extra = Part(title="Who answers", passages=(Passage(id="ADD-1", text="Ring."),), addition=True)
    code = Part(title="Dress", passages=(Passage(id="DRE-1", text="Ask."),))

    found = composed(manuscript(extra, code))

    assert [(each.title, each.addition) for each in found.sections] == [
        ("Dress", False),
        ("Who answers", True),
    ]
    assert opened(found).parts[1].addition


def test_help_is_no_part_of_what_is_signed():
    passage = Passage(id="DRE-1", text="Ask.", help="In other words: say please.")
    written = manuscript(Part(title="Dress", passages=(passage,)))

    assert "please" not in compose(written, version="1.0", effective=DAY)
    assert written.helps == {"DRE-1": "In other words: say please."}
