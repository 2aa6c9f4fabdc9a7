"""That only words change is believed of nothing it was not said about."""

from dataclasses import replace

import pytest

from portal import clock
from portal.policies.drafts import MAJOR, MINOR, Terms, Written
from portal.policies.manuscript import Manuscript, Part, Passage
from portal.policies.writing import joined_up
from portal.publishing.kinds import OPEN, answered, unanswered, undecided


def draft(kind, *, note="Plainer.", based_on="1.0"):
    passages = (Passage(id="PRE-1", text="Ask."), Passage(id="PRE-2", text="Tell."))
    return Written(
        id="d",
        policy="p",
        based_on=based_on,
        manuscript=Manuscript(change_note=note, parts=(Part(title="One", passages=passages),)),
        terms=Terms(kind=kind, grace_days=14, renewal_months=12),
        source="",
        edition=1,
        editors=frozenset(),
        begun_at=clock.now(),
        changed_at=clock.now(),
        changed_by="Robin Hale",
        approval=None,
        sent_back=None,
        closed=False,
        version_id=None,
    )


@pytest.mark.parametrize(
    ("before", "note", "answer", "after"),
    [
        (MAJOR, "", MINOR, MINOR),
        (MAJOR, "", MAJOR, MAJOR),
        (MINOR, "Said.", MINOR, MINOR),
        (MINOR, "Said.", MAJOR, MAJOR),
        (MAJOR, "Said.", MINOR, MAJOR),
        (OPEN, "Said.", MINOR, OPEN),
        (OPEN, "", MINOR, OPEN),
        (OPEN, "Said.", MAJOR, MAJOR),
    ],
)
def test_an_answer_about_one_sentence_only_makes_a_draft_stricter(before, note, answer, after):
    assert answered(draft(before, note=note), answer).kind == after


@pytest.mark.parametrize(
    ("known", "after"),
    [
        (draft(MINOR), OPEN),
        (draft(MAJOR, note=""), OPEN),
        (draft(MAJOR), MAJOR),
        (draft(MAJOR, note="", based_on=""), MAJOR),
    ],
)
def test_words_saved_without_an_answer_leave_the_question_open(known, after):
    joined = joined_up(known.manuscript, "PRE-2", used=frozenset())

    assert unanswered(known, joined).kind == after
    assert unanswered(known, known.manuscript) == known.terms


def test_an_open_question_is_undecided_whatever_the_note_says():
    assert undecided(draft(OPEN))
    assert not undecided(draft(MINOR))
    assert not undecided(replace(draft(OPEN), based_on=""))
