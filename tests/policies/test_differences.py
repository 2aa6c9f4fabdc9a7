"""What changed is told by clause and by word, and nothing that changed goes untold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policies.differences import Change, Fate, differences, regrouped, runs, taken_back
from portal.policies.text import parse

FRONT = """+++
title = "A code"
version = "1.0"
effective = 2026-09-01
owner = "Robin Lead"
review = 2027-09-01
summary = "What it is about."
+++
"""
OLD = """## Dress

{#CSP-1}
Ask the child to dress.

{#CSP-2}
Report it to your learning manager.
"""
words = st.lists(
    st.sampled_from(["ask", "the", "child", "to", "dress", "now", "please"]), max_size=9
)


def told(old, new):
    return differences(parse(FRONT + old), parse(FRONT + new))


def test_the_same_clauses_do_not_differ_wherever_lines_break():
    assert told(OLD, OLD.replace("the child to", "the\nchild to")) == ()


def test_a_clause_that_says_something_else_is_told_word_by_word():
    [found] = told(OLD, OLD.replace("Report it", "Report it without delay"))

    assert (found.change, found.clause, found.section) == (Change.REWORDED, "CSP-2", "Dress")
    assert [(run.fate, run.words) for run in found.runs] == [
        (Fate.KEPT, "Report it"),
        (Fate.ADDED, "without delay"),
        (Fate.KEPT, "to your learning manager."),
    ]


def test_what_is_new_and_what_is_gone_is_told_whole_and_what_is_gone_comes_last():
    found = told(OLD, "## Harm\n\n{#CSP-3}\nPhone the parents.\n")

    assert [(each.change, each.clause or each.section) for each in found] == [
        (Change.ADDED, "CSP-3"),
        (Change.ADDED, "Harm"),
        (Change.REMOVED, "CSP-1"),
        (Change.REMOVED, "CSP-2"),
        (Change.REMOVED, "Dress"),
    ]
    assert found[0].new == "Phone the parents."
    assert found[2].old == "Ask the child to dress."


TWO = OLD.replace("{#CSP-1}", '{#CSP-1 also="CSP-9"}')
PARTED = OLD.replace("the child to", "the child\n\n{#CSP-9}\nto")


def test_a_sentence_parted_or_joined_under_the_same_ids_says_what_it_said():
    assert told(TWO, PARTED) == told(PARTED, TWO) == ()


def grouped(old, new):
    found = regrouped(parse(FRONT + old), parse(FRONT + new))
    return [(each.ids, len(each.now), each.gone, each.came, each.reworded) for each in found]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (PARTED, TWO, [(("CSP-1", "CSP-9"), 1, (), (), False)]),
        (TWO, PARTED, [(("CSP-1", "CSP-9"), 2, (), (), False)]),
        (PARTED, TWO.replace("Ask", "Now ask"), [(("CSP-1", "CSP-9"), 1, (), (), True)]),
        (TWO, OLD, [(("CSP-1",), 1, ("CSP-9",), (), False)]),  # differences() sees nothing
        (OLD, TWO, [(("CSP-1",), 1, (), ("CSP-9",), False)]),
        (TWO, TWO, []),
        (PARTED, OLD, []),  # told as taken out
    ],
)
def test_the_second_person_is_told_what_is_joined_or_parted_and_which_id_went(old, new, found):
    assert grouped(old, new) == found


def test_only_what_the_newer_text_changed_and_the_draft_has_as_before_is_taken_back():
    newer = OLD.replace("Ask", "Now ask").replace("Report it", "Report it at once")
    draft = newer.replace("Now ask", "Ask") + "\n{#CSP-3}\nMore.\n"

    back = taken_back(*(parse(FRONT + each) for each in (OLD, newer, draft)))

    assert back == ("CSP-1",)


def test_a_sentence_of_two_rules_is_told_once_with_both_ids():
    [found] = told(PARTED, TWO.replace("Ask", "Now ask"))

    assert (found.clause, found.ids) == ("CSP-1, CSP-9", ("CSP-1", "CSP-9"))
    assert (found.old, found.new) == ("Ask the child to dress.", "Now ask the child to dress.")


def test_a_clause_that_moved_to_another_section_says_what_it_said():
    moved = OLD.replace("{#CSP-2}", "## Reports\n\n{#CSP-2}")

    assert [each.section for each in told(OLD, moved)] == ["Reports"]


def test_words_outside_every_clause_are_told_too():
    [found] = told(OLD, OLD.replace("## Dress\n", "## Dress\n\nThis comes first.\n"))

    assert (found.change, found.clause) == (Change.REWORDED, "")
    assert found.new == "Dress This comes first."


@given(words, words)
def test_both_texts_can_be_read_back_from_the_runs(old, new):
    found = runs(" ".join(old), " ".join(new))

    before = " ".join(run.words for run in found if run.fate is not Fate.ADDED)
    after = " ".join(run.words for run in found if run.fate is not Fate.REMOVED)
    assert (before.split(), after.split()) == (old, new)
