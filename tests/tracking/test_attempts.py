"""What tutors chose, shown to those who answer for them: exactly as it was, and to nobody else."""

import html
from dataclasses import replace

import pytest

from portal import clock
from portal.access import Role
from portal.policies.text import parse
from portal.quizzes.queries import get_attempt
from portal.quizzes.steps import Kind
from portal.quizzes.way import tries_of, way
from tests.acknowledgements.tutors import join
from tests.factories import (
    TEXT,
    add_managed_team,
    add_somebody,
    answer_all,
    fail_quiz,
    next_step,
    pass_quiz,
    read_all,
    reopen_all,
    sign_in_as,
    start_quiz,
)

DOCUMENT = parse(TEXT)


@pytest.fixture
def tutor(app):
    return join(app)


def passed(tutor):
    with tutor.db.change() as session:
        return pass_quiz(session, tutor.id, now=clock.now())


def failed(tutor):
    with tutor.db.change() as session:
        read_all(session, tutor.id)
        return fail_quiz(session, tutor.id, now=clock.now())


def page(client, tutor, attempt, reader=None):
    sign_in_as(client, reader or tutor.manager_id)
    return client.get(f"/tutors/{tutor.id}/attempts/{attempt}")


def words_of(tutor, attempt):
    """Yield all that this tutor met, in its order, from the frozen copy."""
    with tutor.db.reader() as session:
        situations = way(get_attempt(session, attempt, person_id=tutor.id), document=DOCUMENT)
    for one in [step for each in situations for step in each.steps]:
        yield from (one.shown.situation, one.shown.question)
        yield from (words for _, words in one.shown.options)
        yield from (*one.lived.chosen, one.lived.outcome, one.lived.why)


@pytest.mark.parametrize("how", [passed, failed])
def test_the_manager_sees_each_choice_with_the_words_that_the_tutor_saw(tutor, client, how):
    attempt = how(tutor)

    text = html.unescape(page(client, tutor, attempt).text)

    at = 0
    for each in words_of(tutor, attempt):
        at = text.index(each, at)
    assert ("Not right" in text) == (how is failed)


def test_options_stand_in_the_order_in_which_this_tutor_saw_them(tutor):
    attempt = passed(tutor)
    with tutor.db.reader() as session:
        tried = get_attempt(session, attempt, person_id=tutor.id)

    first = way(tried, document=DOCUMENT)[0].steps[0].shown.options

    asked = tried.drawn.asked[0]
    by_id = {option.id: option.text for option in asked.scenario.steps[0].options}
    assert [words for _, words in first] == [by_id[one] for one in asked.orders[0]]


def test_of_an_attempt_that_goes_on_only_the_answered_steps_are_shown(tutor, client):
    with tutor.db.change() as session:
        read_all(session, tutor.id)
        attempt = start_quiz(session, tutor.id)
        _, place = next_step(session, attempt, by=tutor.actor)

    text = html.unescape(page(client, tutor, attempt).text)

    assert "Not finished" in text
    assert place.step.question not in text
    assert not any(option.outcome in text for option in place.step.options)


def test_the_consequence_is_that_of_the_frozen_copy_not_of_the_file_now(tutor):
    attempt = passed(tutor)
    with tutor.db.reader() as session:
        tried = get_attempt(session, attempt, person_id=tutor.id)
    asked = tried.drawn.asked[0]
    step = asked.scenario.steps[0]
    options = tuple(one.model_copy(update={"outcome": "As it was."}) for one in step.options)
    scenario = asked.scenario.model_copy(
        update={"steps": (step.model_copy(update={"options": options}), *asked.scenario.steps[1:])}
    )
    frozen = asked.model_copy(update={"scenario": scenario})
    drawn = tried.drawn.model_copy(update={"asked": (frozen, *tried.drawn.asked[1:])})

    told = way(replace(tried, drawn=drawn), document=DOCUMENT)

    assert told[0].steps[0].lived.outcome == "As it was."


@pytest.mark.parametrize("role", [Role.HR, Role.SAFEGUARDING_LEAD])
def test_hr_and_the_lead_find_it_on_the_tutors_page(tutor, client, role):
    attempt = failed(tutor)
    with tutor.db.change() as session:
        reader = add_somebody(session, "Sam Reader", role)
    sign_in_as(client, reader)

    link = f"/tutors/{tutor.id}/attempts/{attempt}"
    assert link in client.get(f"/tutors/{tutor.id}").text
    assert client.get(link).status_code == 200


def test_the_manager_of_another_team_and_another_tutors_page_do_not_find_it(tutor, client):
    attempt = passed(tutor)
    with tutor.db.change() as session:
        _, other = add_managed_team(session, "Dana Fielding")

    assert page(client, tutor, attempt, reader=other).status_code == 404
    sign_in_as(client, tutor.manager_id)
    assert client.get(f"/tutors/{tutor.manager_id}/attempts/{attempt}").status_code == 404


def test_every_try_is_listed_newest_first(tutor):
    failed(tutor)
    with tutor.db.change() as session:
        last = tries_of(session, tutor.id)[0][0].id
        reopen_all(session, last, by=tutor.actor, now=clock.now())
        again = start_quiz(session, tutor.id, now=clock.now())
        answer_all(session, again, by=tutor.actor, worth=Kind.RIGHT, now=clock.now())

        tries = tries_of(session, tutor.id)

    assert [(each.n, each.passed) for each, _ in tries] == [(2, True), (1, False)]
