"""An author splits, joins and matches; no word is lost on the way."""

from hypothesis import given
from hypothesis import strategies as st

from portal.policies.manuscript import Manuscript, Part, Passage
from portal.policies.writing import (
    Typed,
    clause_saved,
    joined_up,
    listed,
    matched,
    section_saved,
    with_section,
)

ASK, SHOES = "Ask the child to dress.", "Shoes do not count."
CITED = ("GEO-5", "GEO-6")


def manuscript(*passages):
    return Manuscript(parts=(Part(title="Dress", passages=passages),))


def saved(*typed):
    found = section_saved(manuscript(), 1, title="Dress", typed=typed)
    return [(each.id, each.text, each.help) for each in found.passages]


def test_a_line_break_parts_a_clause_and_the_first_part_keeps_id_and_help():
    typed = Typed(ids=("CSP-1",), text=f"{ASK}\n\n  {SHOES}", help="Say please.")

    assert saved(typed) == [("CSP-1", ASK, "Say please."), ("", SHOES, "")]


def test_a_clause_joins_the_one_above_and_brings_its_help():
    one, other = (
        Typed(ids=("CSP-1",), text=ASK),
        Typed(ids=("CSP-2",), text=SHOES, help="H.", joins=True),
    )

    assert saved(one, other) == [("CSP-1", f"{ASK} {SHOES}", "H.")]


def test_the_first_clause_has_nothing_to_join_and_an_empty_one_is_taken_out():
    assert saved(Typed(ids=(), text=ASK, joins=True), Typed(ids=("CSP-2",), text=" \n ")) == [
        ("", ASK, "")
    ]


@given(st.lists(st.tuples(st.text("ab \n", max_size=9), st.booleans()), max_size=6))
def test_saving_loses_no_word(typed):
    found = saved(*(Typed(ids=(), text=text, joins=joins) for text, joins in typed))

    words = [word for text, _ in typed for word in text.split()]
    assert [word for _, text, _ in found for word in text.split()] == words


def test_matching_gives_the_ids_that_were_chosen_and_takes_them_from_the_others():
    before = manuscript(Passage(id="GEO-5", text=ASK), Passage(id="DRE-1", text=SHOES))

    found = matched(before, {"GEO-5": 1}, CITED)

    assert [each.id for each in found.passages] == ["", "GEO-5"]


def test_a_sentence_chosen_for_two_rules_stays_whole_and_carries_both_ids():
    text = "Any other place is forbidden without your manager's leave."
    other = Passage(id="GEO-6", text=SHOES)

    found = matched(manuscript(Passage(text=text), other), {"GEO-6": 0, "GEO-5": 0}, CITED)

    assert [(each.label, each.text) for each in found.passages] == [
        ("GEO-5, GEO-6", text),
        ("", SHOES),
    ]


def test_matching_takes_a_number_that_nobody_knows_and_leaves_one_that_was_published():
    before = manuscript(Passage(id="DRE-1", text=ASK), Passage(id="DRE-2", text=SHOES))

    found = matched(before, {}, CITED, used={"DRE-2", *CITED})

    assert [each.id for each in found.passages] == ["", "DRE-2"]


def test_joining_hands_on_an_id_that_somebody_may_know_and_no_other():
    known = manuscript(Passage(id="CSP-1", text=ASK), Passage(id="CSP-2", text=SHOES))

    assert joined_up(known, "CSP-2", used={"CSP-2"}).passages[0].label == "CSP-1, CSP-2"
    assert joined_up(known, "CSP-2").passages[0].label == "CSP-1"


def test_several_ids_are_typed_into_one_field():
    assert listed(" CSP-1, CSP-2  CSP-1 ") == ("CSP-1", "CSP-2")
    assert listed("") == ()


def test_additions_stay_behind_the_code():
    found = with_section(manuscript(Passage(text=ASK)), title="Answers", addition=True)

    found = with_section(found, title="Harm", addition=False)

    assert [part.title for part in found.parts] == ["Dress", "Harm", "Answers"]


def test_one_clause_is_changed_and_the_others_stay_as_they_are():
    known = manuscript(Passage(id="CSP-1", text=ASK), Passage(id="CSP-2", text=SHOES, help="H."))

    made = clause_saved(known, "CSP-1", typed=Typed(ids=("CSP-1",), text="Ask.\nAsk again."))

    assert [(each.id, each.text) for each in made.passages] == [
        ("CSP-1", "Ask."),
        ("", "Ask again."),
        ("CSP-2", SHOES),
    ]
    assert made.passages[2].help == "H."


def test_a_clause_is_joined_to_the_one_above_in_one_go():
    known = manuscript(Passage(id="CSP-1", text=ASK), Passage(id="CSP-2", text=SHOES, help="H."))

    made = joined_up(known, "CSP-2")

    assert [(each.id, each.text, each.help) for each in made.passages] == [
        ("CSP-1", f"{ASK} {SHOES}", "H.")
    ]
    assert joined_up(known, "CSP-1") == known  # there is none above the first
