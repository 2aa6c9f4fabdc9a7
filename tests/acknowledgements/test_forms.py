"""Every way to ask goes into the record and is marked again from what was stored."""

import pytest

from portal.acknowledgements.record import Asks
from portal.quizzes.marking import replay
from portal.quizzes.models import Choice
from portal.quizzes.queries import get_attempt
from portal.quizzes.steps import Asks as Asked
from tests.acknowledgements.test_verify import edit, faults
from tests.acknowledgements.tutors import join
from tests.factories import answer_all, read_all, start_quiz
from tests.quizzes.test_routes import EVERY_FORM


@pytest.fixture
def tutor(app):
    """Somebody who was asked in every way, and passed."""
    tutor = join(app)
    with tutor.db.change() as session:
        read_all(session, tutor.id)
        attempt = start_quiz(session, tutor.id, seed=EVERY_FORM)
        answer_all(session, attempt, by=tutor.actor)
    return tutor


def test_the_record_says_how_each_step_was_asked_and_what_was_chosen(tutor):
    attempt = tutor.draft().record.attempt
    with tutor.db.reader() as session:
        tried = get_attempt(session, attempt.id, person_id=tutor.id)

    steps = [step for scenario in attempt.scenarios for step in scenario.steps]
    answers = replay(tried.drawn, tried.choices).answers
    assert {step.asks for step in steps} == set(Asks)
    for step, answer in zip(steps, answers, strict=True):
        chosen = [step.options[n] for n in step.taken]
        assert chosen == [option.text for option in answer.taken]
        assert step.consequence == answer.upshot.outcome


@pytest.mark.parametrize("asks", [Asked.ALL, Asked.ORDER])
def test_an_edited_answer_of_several_options_is_found(tutor, asks):
    what = tutor.unprinted()
    tutor.sign(what)
    with tutor.db.reader() as session:
        tried = get_attempt(session, what.draft.record.attempt.id, person_id=tutor.id)
    answers = replay(tried.drawn, tried.choices).answers
    old = next(each.choice.option for each in answers if each.place.step.asks is asks)
    new = " ".join(reversed(old.split(" "))) if asks is Asked.ORDER else old.split(" ")[0]

    edit(tutor, Choice.__table__.c.option, old, new)

    told = [str(each) for each in faults(tutor)]
    assert any(each.startswith("choices") and "option" in each for each in told)
    assert any(each.startswith("results") and "score" in each for each in told)
