"""Quiz tampering, fault by fault. Those not here stand where the matter is tested:

QZ02, 03, 07, 08, 10, 17, 19 in quizzes/test_routes; QZ09 in quizzes/test_at_once; QZ13 in
quizzes/test_actions; QZ14 in quizzes/test_remarking; QZ15, 16 in quizzes/test_loader; QZ20 in
quizzes/test_marking; QZ22 in journeys/test_keyboard, test_without_javascript and test_by_ear.
"""

import random
import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from portal import clock, create_app
from portal.db import init_db
from portal.ledger.models import Payload
from portal.quizzes.actions import choose
from portal.quizzes.marking import mark, numbers, replay
from portal.quizzes.models import Choice, Result
from portal.quizzes.queries import get_attempt
from portal.quizzes.steps import Asks, Kind
from tests.factories import (
    NOW,
    POLICY,
    TERMS,
    add_tutor,
    answer_all,
    as_person,
    fail_quiz,
    next_step,
    post,
    publish_policy,
    read_all,
    reopen_all,
    sign_in_as,
    start_quiz,
)

AGAIN = f"/policies/{POLICY}/1.0/attempts?scope=full&cycle=1"


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"demonstration": True})


@pytest.fixture
def tutor(app, client):
    with app.extensions["db"].change() as session:
        publish_policy(session)
        tutor = add_tutor(session)
        read_all(session, tutor)
    sign_in_as(client, tutor)
    return tutor


def change(app):
    return app.extensions["db"].change()


def stored(app, table):
    with app.extensions["db"].reader() as session:
        return session.execute(sa.select(table.__table__)).all()


def test_qz01_a_closed_attempt_takes_nothing_and_the_try_is_on_the_ledger(app, tutor, client):
    with change(app) as session:
        attempt = fail_quiz(session, tutor, now=clock.now())
    before = stored(app, Choice), stored(app, Result)

    answer = post(client, f"/attempts/{attempt}/choices", seq=len(before[0]) + 1, option="1")

    assert answer.status_code == 409
    assert (stored(app, Choice), stored(app, Result)) == before
    with app.extensions["db"].reader() as session:
        last = session.scalars(sa.select(Payload.json).order_by(Payload.seq.desc())).first()
    assert "out-of-step" in last
    assert attempt in last


def test_qz06_pages_show_numbers_only_and_no_two_attempts_agree_on_them(app, tutor, client):
    with change(app) as session:
        attempt = start_quiz(session, tutor, now=clock.now())
        seq, place = next_step(session, attempt, by=as_person(tutor))

    page = unescape(client.get(f"/attempts/{attempt}").text)

    inputs = [each for each in re.findall(r"<input[^>]*>", page) if 'name="option"' in each]
    values = sorted(re.search(r'value="([^"]*)"', each)[1] for each in inputs)
    assert values == [str(n) for n in range(1, len(place.step.options) + 1)]
    assert seq == 1
    assert not re.search(r'(id|value|name)="(a|b|c|d)"', page)


@pytest.mark.parametrize("hours_ahead", [0, -1, 9])
def test_qz11_the_wait_is_the_servers_clock_whatever_a_browser_says(
    app, tutor, client, hours_ahead
):
    with change(app) as session:
        by, now = as_person(tutor), clock.now()
        reopen_all(session, fail_quiz(session, tutor, times=3, now=now), by=by, now=now)
    date = (now + timedelta(hours=hours_ahead)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    client.environ_base |= {"HTTP_DATE": date, "HTTP_X_TIME": date}
    answer = post(client, AGAIN, now=date, opened_at=date)

    assert answer.status_code == 409
    assert "attempt-not-yet" in answer.text


def wrong_answers(app, client, tutor):
    """Answer everything wrong; yield each step and what its page says of the answer."""
    with change(app) as session:
        attempt = start_quiz(session, tutor, seed=4, now=clock.now())
    while True:
        with app.extensions["db"].reader() as session:
            here = next_step(session, attempt, by=as_person(tutor))
        if here is None:
            return
        option = numbers(here[1], Kind.WRONG).split(" ")
        answer = post(client, f"/attempts/{attempt}/choices", seq=here[0], option=option)
        told, *_ = unescape(client.get(answer.location).text).partition("What happens next")
        yield here[1].step, told


def test_qz12_a_wrong_answer_is_told_by_its_clause_and_never_by_the_right_option(
    app, tutor, client
):
    asked = set()
    for step, told in wrong_answers(app, client, tutor):
        asked.add(step.asks)
        assert "<blockquote>" in told
        assert "The code asks for something else" in told
        assert step.asks is not Asks.ONE or step.best.text not in told

    assert asked == set(Asks)


def test_qz12_guessing_on_meets_other_scenarios_and_then_a_wait(app, tutor):
    with change(app) as session:
        first = fail_quiz(session, tutor, now=NOW)
        reopen_all(session, first, by=as_person(tutor), now=NOW)
        second = start_quiz(session, tutor, seed=2, now=NOW)
        tries = [get_attempt(session, each, person_id=tutor) for each in (first, second)]

    asked = [set(each.drawn.ids) for each in tries]
    assert len(asked[0] & asked[1]) <= 3


def test_qz18_after_a_restart_the_attempt_goes_on_where_it_was(app, settings, tutor):
    with change(app) as session:
        attempt, by = start_quiz(session, tutor, now=clock.now()), as_person(tutor)
        _, place = next_step(session, attempt, by=by)
        option = numbers(place, Kind.RIGHT)
        choose(session, attempt, seq=1, option=option, terms=TERMS, by=by, now=clock.now())
        before = next_step(session, attempt, by=by)
    app.extensions["db"].engine.dispose()

    started_again = create_app(settings)
    browser = started_again.test_client()
    sign_in_as(browser, tutor)

    with started_again.extensions["db"].change() as session:
        assert next_step(session, attempt, by=by) == before
    assert browser.get(AGAIN).location == f"/attempts/{attempt}"
    started_again.extensions["db"].engine.dispose()


def test_qz21_the_score_comes_out_of_the_stored_choices_again(app, tutor):
    for seed in range(6):
        with change(app) as session:
            other = add_tutor(session, f"Tutor {seed}")
            read_all(session, other)
            attempt, by = start_quiz(session, other, seed=seed), as_person(other)
            rng = random.Random(seed)
            while here := next_step(session, attempt, by=by):
                option = numbers(here[1], rng.choice(list(Kind)))
                choose(session, attempt, seq=here[0], option=option, terms=TERMS, by=by, now=NOW)
            tried = get_attempt(session, attempt, person_id=other)

        again = mark(tried.drawn, tried.choices, pass_percent=TERMS.pass_percent)
        assert (tried.outcome.score, tried.outcome.out_of) == (again.score, again.out_of)
        assert (tried.outcome.passed, tried.outcome.missed) == (again.passed, again.missed_clauses)


def test_qz23_answers_faster_than_anybody_reads_count_and_their_times_are_kept(database_url):
    database = init_db(database_url, info={})
    with database.change() as session:
        publish_policy(session)
        tutor = add_tutor(session)
        read_all(session, tutor)
        attempt = start_quiz(session, tutor, now=NOW)
        answer_all(session, attempt, by=as_person(tutor), now=NOW + timedelta(seconds=1))
        tried = get_attempt(session, attempt, person_id=tutor)
        times = session.scalars(sa.select(Choice.chosen_at)).all()
    database.engine.dispose()

    assert tried.outcome.passed
    assert tried.outcome.closed_at - tried.opened_at == timedelta(seconds=1)
    assert set(times) == {NOW + timedelta(seconds=1)}
    assert len(times) == len(replay(tried.drawn, tried.choices).answers)
