"""The record says who, what and how it was shown; what was typed and shown must be right."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest

from portal.acknowledgements.prepare import NameDiffers, first_to_ring
from portal.acknowledgements.record import Kind, canonical
from portal.acknowledgements.refusals import TextChanged
from portal.ledger.queries import head
from portal.people.queries import ToRing
from portal.policies.text import parse
from portal.quizzes.actions import reopen
from portal.quizzes.queries import get_attempt
from portal.quizzes.sitting import name_helper
from portal.quizzes.steps import Kind as Worth
from tests.acknowledgements.tutors import NAME, arrive, join
from tests.factories import (
    EARLIER,
    NOW,
    TEXT,
    answer_all,
    choose_next,
    pass_quiz,
    read_all,
    start_quiz,
)


@pytest.fixture
def tutor(app):
    return arrive(app)


def test_the_record_says_who_and_how_identified(tutor):
    record = tutor.draft().record

    assert (record.tutor.name, record.tutor.email) == (NAME, "priya.nair@example.org")
    assert record.tutor.learning_manager == "Alex Penrose"
    assert record.identified_by.sign_in == "5f" * 32
    assert record.identified_by.address == "192.0.2.7"
    assert record.signed_at == NOW


def test_the_record_holds_the_text_and_when_each_section_was_opened(tutor):
    record = tutor.draft().record

    opened = [(each.section, each.title) for each in record.sections_opened]
    assert record.policy.text == TEXT
    assert opened == [(each.number, each.title) for each in parse(TEXT).sections]


def test_the_record_holds_the_passed_attempt_choice_by_choice(tutor):
    attempt = tutor.draft().record.attempt

    steps = list(chain.from_iterable(each.steps for each in attempt.scenarios))
    assert len(attempt.scenarios) == 8
    assert {step.kind for step in steps} == {Kind.RIGHT}
    assert attempt.score == attempt.out_of >= attempt.pass_mark


def test_an_assisted_sitting_names_both_in_record_and_pdf(app):
    tutor = join(app)
    with tutor.db.change() as session:
        read_all(session, tutor.id)
        attempt = start_quiz(session, tutor.id)
        choose_next(session, attempt, by=tutor.actor)
        name_helper(session, attempt, helper_id=tutor.manager_id, by=tutor.actor, now=EARLIER)
        answer_all(session, attempt, by=tutor.actor)

    draft = tutor.draft()

    helper = draft.record.attempt.read_aloud_by
    assert (helper.name, helper.role, helper.after) == ("Alex Penrose", "learning manager", 1)
    assert tutor.press.make(draft).pdf.startswith(b"%PDF")
    assert b'"read_aloud_by"' in canonical(draft.record)


def test_without_help_the_record_says_nothing_of_it(tutor):
    assert b"read_aloud_by" not in canonical(tutor.draft().record)


def test_a_step_of_a_walk_keeps_the_situation_it_arose_in(tutor):
    walks = [each for each in tutor.draft().record.attempt.scenarios if len(each.steps) > 1]

    assert len(walks) == 2
    assert all(len(step.question.split(".")) > 1 for walk in walks for step in walk.steps[1:])


def test_earlier_tries_are_dates_and_clauses(app):
    tutor = join(app)
    with tutor.db.change() as session:
        read_all(session, tutor.id)
        failed = start_quiz(session, tutor.id)
        answer_all(session, failed, by=tutor.actor, worth=Worth.WRONG)
        missed = get_attempt(session, failed, person_id=tutor.id).outcome.missed
        reopen(session, failed, clauses=missed, by=tutor.actor, now=EARLIER)
        pass_quiz(session, tutor.id, now=NOW - timedelta(hours=1))

    (earlier,) = tutor.draft().record.earlier_tries

    assert (earlier.closed_at, earlier.missed) == (EARLIER, missed)


def test_the_head_printed_is_the_last_one_before(tutor):
    with tutor.db.reader() as session:
        before = head(session)

    printed = tutor.draft().record.ledger_head

    assert (printed.seq, printed.hash) == before


def test_contacts_are_those_of_the_day(tutor):
    kinds = [each.kind for each in tutor.draft().record.contacts]

    assert kinds == ["Learning manager", "Safeguarding lead", "Out of hours"]


def test_the_name_is_kept_as_it_was_typed(tutor):
    assert tutor.draft(name_typed="priya  NAIR").record.tutor.name_typed == "priya  NAIR"


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"name_typed": "Priya Nayar"}, NameDiffers),
        ({"shown": "0" * 64}, TextChanged),
    ],
    ids=str,
)
def test_what_was_typed_and_shown_must_be_right(tutor, wish, refusal):
    with pytest.raises(refusal):
        tutor.draft(**wish)


def test_what_a_browser_says_of_itself_cannot_break_the_record(tutor):
    strange = replace(tutor, agent="Browser\x9b2K\x00é")

    assert strange.draft().record.identified_by.agent == "Browser?2K?é"


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ([("learning-manager", "Jo", "0161")], "my learning manager, Jo, 0161"),
        ([("learning-manager", "Jo", "")], "my learning manager, Jo, no number yet"),
        ([("safeguarding-lead", "Sam", "0162")], "my safeguarding lead, Sam, 0162"),
        ([], "not named yet"),
    ],
)
def test_whom_to_ring_first_is_named_as_far_as_it_is_known(people, words):
    contacts = [ToRing(kind=kind, name=name, phone=phone) for kind, name, phone in people]

    assert first_to_ring(contacts) == words
