"""Two devices, eight tabs: what is sent at the same moment is still one attempt and one choice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from portal.db import init_db
from portal.quizzes.actions import OutOfStep, choose
from portal.quizzes.models import Attempt, Choice
from tests.factories import (
    NOW,
    TERMS,
    add_tutor,
    as_person,
    publish_policy,
    read_all,
    start_quiz,
)

TABS = 4


@pytest.fixture
def database(database_url):
    database = init_db(database_url, info={})
    yield database
    database.engine.dispose()


@pytest.fixture
def tutor(database):
    with database.change() as session:
        publish_policy(session)
        tutor = add_tutor(session)
        read_all(session, tutor)
    return tutor


def at_once(database, act):
    """Return what each tab got, value or refusal, when all act at the same moment."""
    together = Barrier(TABS)

    def one(tab):
        together.wait()
        try:
            with database.change() as session:
                return act(session, tab)
        except OutOfStep as refusal:
            return refusal

    with ThreadPoolExecutor(TABS) as pool:
        return list(pool.map(one, range(TABS)))


def count(database, table):
    with database.reader() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_attempts_opened_at_once_are_one(database, tutor):
    got = at_once(database, lambda session, tab: start_quiz(session, tutor, seed=tab, now=NOW))

    assert len(set(got)) == 1
    assert count(database, Attempt) == 1


def test_of_different_choices_made_at_once_one_is_kept(database, tutor):
    with database.change() as session:
        attempt = start_quiz(session, tutor, now=NOW)

    def act(session, tab):
        option, by = str(1 + tab % 2), as_person(tutor)
        choose(session, attempt, seq=1, option=option, terms=TERMS, by=by, now=NOW)

    got = at_once(database, act)

    assert count(database, Choice) == 1
    assert sum(isinstance(each, OutOfStep) for each in got) == TABS / 2
