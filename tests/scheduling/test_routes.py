"""Asking for a lesson in the browser."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.scheduling.models import Lesson
from tests.factories import add_managed_team, post, sign_in_as


def fields(about, /, **changes):
    start = clock.local(clock.now() + timedelta(days=2)).replace(hour=16, minute=0)
    told = {"tutor": about.id, "starts": f"{start:%Y-%m-%dT%H:%M}", "minutes": 60}
    return {**told, "place": "home", "pupil": "P-1042", **changes}


def ask(about, client, /, *, who=None, **changes):
    sign_in_as(client, who or about.id)
    return post(client, "/lessons", **fields(about, **changes))


def count(tutor):
    with tutor.db.reader() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Lesson))


def test_the_refusal_is_a_page_with_each_reason_by_code_and_the_next_step(tutor, client):
    answer = ask(tutor, client)

    assert answer.status_code == 409
    assert "not-signed" in answer.text
    assert "Sign the newest version." in answer.text
    assert "Next, for the tutor:" not in answer.text
    assert "Next, for the tutor:" in ask(tutor, client, who=tutor.manager_id).text
    assert count(tutor) == 0


def test_a_lesson_that_was_scheduled_is_in_the_list_of_coming_lessons(cleared, client):
    answer = ask(cleared, client)

    page = client.get(answer.headers["Location"]).text
    assert "One session is coming up" in page
    assert "P-1042" in page


def test_the_learning_manager_schedules_for_their_own_tutor(cleared, client):
    answer = ask(cleared, client, who=cleared.manager_id)

    assert answer.status_code == 302
    assert count(cleared) == 1


def test_a_manager_of_another_team_cannot_even_name_the_tutor(cleared, client):
    with cleared.db.change() as session:
        _, other = add_managed_team(session, "Dana Fielding")

    answer = ask(cleared, client, who=other)

    assert answer.status_code == 422
    assert count(cleared) == 0


WRONG = [
    {"starts": "2026-02-31T10:00"},
    {"starts": ""},
    {"starts": "2027-03-28T01:30"},  # the hour that never comes
    {"starts": "9999-12-31T23:59"},
    {"starts": "0001-01-01T00:00"},
    {"minutes": "-1"},
    {"minutes": "9" * 30},
    {"place": "cafe"},
    {"pupil": ""},
    {"pupil": "Charlie Brown"},
    {"pupil": "x" * 41},
    {"tutor": "nobody"},
    {"tutor": "9" * 99},
]


@pytest.mark.parametrize("changes", WRONG, ids=str)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_read_comes_back_with_what_was_typed(cleared, client, changes):
    answer = ask(cleared, client, **changes)

    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert count(cleared) == 0
