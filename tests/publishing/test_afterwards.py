"""Whoever publishes reads what comes next: who signs by when, who is told, what is to do."""

import pytest

from portal import clock
from portal.access import Role
from portal.quizzes.actions import approve
from portal.quizzes.content import digest
from portal.quizzes.shelf import live_quiz
from tests.clearance.companies import found_company
from tests.factories import (
    LEAD,
    NOW,
    POLICY,
    add_managed_team,
    add_somebody,
    add_tutor,
    post,
    publish_policy,
    renumbered,
    set_contacts,
    sign_in_as,
)
from tests.publishing.desks import words_of

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ADOPT = f"/publishing/policies/{POLICY}/1.0"


@pytest.fixture
def hr(app, client):
    """Somebody in HR at a portal with a team and nobody on it."""
    with app.extensions["db"].change() as session:
        set_contacts(session)
        add_managed_team(session)
        person = add_somebody(session, "Sam Whitlock", Role.HR)
    sign_in_as(client, person)


def adopted(client):
    return client.get(post(client, ADOPT).location).text


def approve_all(app):
    with app.extensions["db"].change() as session:
        quiz = live_quiz(session, POLICY)
        for each in (*quiz.scenarios, *quiz.cards):
            approve(session, each.id, digest=digest(each), by=LEAD, now=NOW)


def after(app, client, version):
    """Return what the desk says after this version, to HR of a company with two tutors."""
    company = found_company(app)
    with app.extensions["db"].change() as session:
        add_tutor(session, "Wren Ashby")
        publish_policy(session, renumbered(version), now=clock.now())
    sign_in_as(client, company.hr.id)
    return words_of(client.get(f"/publishing?policy={POLICY}&version={version}").text)


def test_a_new_major_says_how_many_sign_by_when_and_that_they_are_told(app, client):
    page = after(app, client, "2.0")

    assert "Version 2.0 is published 2 tutors have to sign: 1 before the next lesson, 1 by " in page
    assert "The mail to whoever signed before waits, because no mail server is set." in page


@ONE_DATABASE
def test_new_wording_asks_nobody_to_sign_again(app, client):
    page = after(app, client, "1.1")

    assert "No tutor has to sign again." in page
    assert "going live" not in page


@ONE_DATABASE
def test_after_a_first_version_comes_going_live_while_something_is_missing(client, hr):
    assert "Next: going live" in adopted(client)


@ONE_DATABASE
def test_after_a_first_version_tutors_are_invited_when_all_is_ready(app, client, hr):
    approve_all(app)

    assert "Next: invite the tutors" in adopted(client)


@ONE_DATABASE
def test_tutors_who_are_here_already_sign_before_their_next_lesson(app, client, hr):
    approve_all(app)
    with app.extensions["db"].change() as session:
        add_tutor(session, "Wren Ashby")

    page = words_of(adopted(client))

    assert "1 tutor has to sign before the next lesson." in page
    assert "Next: going live" in page


@pytest.mark.parametrize("asked", ["policy=x&version=1.0", "policy=%00&version=1.0"])
def test_of_a_version_that_is_not_there_nothing_is_said(client, hr, asked):
    assert "is published" not in client.get(f"/publishing?{asked}").text
