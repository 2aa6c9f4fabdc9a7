"""The tutor's start page: one list, what each line says, and where the button leads."""

import hashlib
import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from portal import clock
from portal.access import SYSTEM, Role
from portal.acknowledgements.actions import sealed
from portal.acknowledgements.models import Acknowledgement, Revocation
from portal.acknowledgements.press import Made
from portal.people.actions import begin
from portal.people.models import Kind
from portal.policies.actions import open_section
from portal.quizzes.actions import choose
from tests.acknowledgements.tutors import arrive
from tests.factories import (
    EARLIER,
    POLICY,
    TERMS,
    add_managed_team,
    add_somebody,
    add_tutor,
    as_person,
    confirm,
    current,
    fail_quiz,
    pass_quiz,
    post,
    publish_policy,
    read_all,
    renumbered,
    set_contacts,
    sign_in_as,
    start_quiz,
)

HERE = f"/policies/{POLICY}/1.0"
WEEK = timedelta(days=7)


@pytest.fixture
def settings(settings):
    """A demonstration: scenarios are drawn before anybody approved them."""
    return settings.model_copy(update={"demonstration": True})


@pytest.fixture
def tutor(app, client):
    with app.extensions["db"].change() as session:
        set_contacts(session)
        team, _ = add_managed_team(session)
        tutor = add_tutor(session, team=team)
    sign_in_as(client, tutor)
    return tutor


@pytest.fixture
def cleared(app, client):
    """Somebody who signed a moment ago; what is stored as their PDF is not opened here."""
    tutor, paper = arrive(app), b"%PDF-1.7 not opened here"
    now = clock.now() - timedelta(seconds=2)
    made = Made(pdf=paper, digest=hashlib.sha256(paper).hexdigest())
    tutor.sign(sealed(tutor.draft(now=now), made), now=now)
    sign_in_as(client, tutor.id)
    return tutor.id


def change(app):
    return app.extensions["db"].change()


def home(client):
    response = client.get("/")
    assert response.status_code == 200
    return unescape(response.text)


def heading(page):
    return re.search(r"<h1>(.*?)</h1>", page)[1]


def button(page):
    return re.search(r'<a class="button" href="([^"]+)">([^<]+)</a>', page).groups()


def states(page):
    return re.findall(r'<span class="tag \w+">([^<]+)</span>', page)


def test_a_newcomer_sees_all_steps_and_starts_with_their_details(app, tutor, client):
    with change(app) as session:
        publish_policy(session)

    page = home(client)

    assert heading(page) == "Four steps to go before you can teach, Priya"
    assert states(page) == ["Next", "To do", "After reading", "After the scenarios", "Locked"]
    assert button(page) == ("/details", "Confirm your details")
    assert re.search(r"About \d+ minutes", page)


def test_reading_goes_on_with_the_first_section_that_is_unread(app, tutor, client):
    with change(app) as session:
        publish_policy(session)
        confirm(session, tutor)
        for section in (1, 2, 4):
            version, by, now = current(session), as_person(tutor), clock.now()
            open_section(session, tutor, version=version, section=section, by=by, now=now)

    page = home(client)

    assert heading(page).startswith("Three steps to go")
    assert states(page)[:2] == ["Done", "In progress"]
    assert "3 of 6 sections" in page
    assert button(page) == (f"{HERE}/sections/3", "Carry on with section 3")


def test_the_button_leads_to_the_scenario_that_is_open(app, tutor, client):
    with change(app) as session:
        publish_policy(session)
        confirm(session, tutor)
        read_all(session, tutor)
        attempt, by = start_quiz(session, tutor, seed=3), as_person(tutor)
        choose(session, attempt, seq=1, option="1", terms=TERMS, by=by, now=clock.now())

    page = home(client)

    assert heading(page).startswith("Two steps to go")
    assert states(page)[2] == "In progress"
    href, words = button(page)
    assert href == f"/attempts/{attempt}"
    assert re.fullmatch(r"Carry on with scenario \d", words)


def test_what_is_left_gets_shorter_with_every_step(app, tutor, client):
    def minutes():
        return int(re.search(r"About (\d+) minute", home(client))[1])

    with change(app) as session:
        publish_policy(session)
    first = minutes()
    with change(app) as session:
        read_all(session, tutor)
    second = minutes()
    with change(app) as session:
        pass_quiz(session, tutor)

    assert first > second > minutes()
    assert first <= 20


def test_after_a_failure_it_leads_to_what_was_missed(app, tutor, client):
    with change(app) as session:
        publish_policy(session)
        confirm(session, tutor)
        read_all(session, tutor)
        attempt = fail_quiz(session, tutor)

    page = home(client)

    assert states(page)[2] == "Not passed yet"
    assert button(page) == (f"/attempts/{attempt}", "See what to open again")


def test_after_the_third_failure_it_says_when_the_next_try_is(app, tutor, client):
    with change(app) as session:
        publish_policy(session)
        confirm(session, tutor)
        read_all(session, tutor)
        fail_quiz(session, tutor, times=3, now=clock.now())

    assert "You can try again from" in home(client)


def test_whoever_passed_goes_on_to_sign(app, tutor, client):
    with change(app) as session:
        publish_policy(session)
        confirm(session, tutor)
        pass_quiz(session, tutor)

    page = home(client)

    assert heading(page) == "One step to go before you can teach, Priya"
    assert button(page) == (f"{HERE}/acknowledgement", "Go on and sign")


def test_a_cleared_tutor_sees_until_when_and_what_to_check_first(cleared, client):
    page = home(client)

    assert re.fullmatch(r"You can teach until \d+ \w{3} \d{4}, Priya", heading(page))
    assert "Your learning manager knows" in page
    assert "Check that you can see the parent’s phone number." in page
    assert re.search(r'href="/acknowledgements/[A-Z0-9-]+\.pdf"', page)
    assert button(page) == ("/lessons", "See your sessions")


def test_a_new_major_is_due_before_it_binds(app, cleared, client):
    with change(app) as session:
        now = clock.now()
        publish_policy(session, renumbered("2.0"), now=now, effective_at=now + WEEK)

    page = home(client)

    assert heading(page).startswith("You can teach until")
    assert "steps keep it that way" in page
    assert f"/policies/{POLICY}/2.0/sections/1" in page
    changes = f"/policies/{POLICY}/2.0/changes?since=1.0"
    assert client.get("/next-step").location in ("/details", changes)


def test_whoever_signed_before_is_asked_the_short_way(app, cleared, client):
    with change(app) as session:
        now = clock.now()
        publish_policy(session, renumbered("2.0"), now=now, effective_at=now + WEEK)
        confirm(session, cleared)
        read_all(session, cleared, now=now)

    assert client.get("/next-step").location == f"{HERE[:-3]}2.0/attempts?scope=short&cycle=1"


def test_a_revoked_signature_is_gone_from_the_list_and_all_is_asked_again(app, cleared, client):
    with change(app) as session:
        confirm(session, cleared)
        signed = session.scalars(sa.select(Acknowledgement.id)).one()
        row = {
            "acknowledgement_id": signed,
            "revoked_at": clock.now(),
            "reason": "signed by another",
        }
        session.execute(sa.insert(Revocation), {**row, "recorded_at": EARLIER, "revoked_by": "hr"})

    page = home(client)

    assert heading(page) == "Two steps to go before you can teach, Priya"
    assert "What you have signed" not in page
    assert client.get("/next-step").location == f"{HERE}/attempts?scope=full&cycle=2"


def test_before_anything_is_in_force_it_says_so_and_what_comes(tutor, client):
    page = home(client)

    assert heading(page) == "There is nothing to sign yet, Priya"
    assert "As soon as it has, this page shows what to read and sign" in page
    assert client.get("/next-step").location == "/"


def test_a_suspended_tutor_sees_no_more_than_the_veiled_answer(app, cleared, client):
    with change(app) as session:
        begin(session, cleared, kind=Kind.SUSPENSION, by=SYSTEM, now=clock.now(), reason="a worry")

    page = home(client)

    assert heading(page) == "You cannot teach at the moment"
    assert "The tutor is not cleared." in page
    assert "Please contact HR." in page
    for word in ("suspen", "a worry", "Sealed PDF", "Online safeguarding", "until"):
        assert word not in page
    assert client.get("/next-step").location == "/"


def test_a_second_policy_has_a_list_of_its_own(app, tutor, client):
    with change(app) as session:
        publish_policy(session)
        publish_policy(session, name="second-policy")

    page = home(client)

    assert heading(page).startswith("Seven steps to go")
    assert page.count('<ol class="tasks card"') == 4
    assert "/policies/second-policy/1.0/sections/1" in page


def test_what_binds_later_is_no_step_before_teaching(app, tutor, client):
    with change(app) as session:
        publish_policy(session)
        now = clock.now()
        publish_policy(session, name="later-policy", now=now, effective_at=now + WEEK)

    page = home(client)

    assert heading(page).startswith("Four steps to go")
    assert "/policies/later-policy/1.0/sections/1" in page


def test_help_stands_beside_the_list(tutor, client):
    page = home(client)

    for name in ("Alex Penrose", "Robin Lead", "The night line"):
        assert name in page
    assert 'href="/comfort"' in page
    assert 'href="/now"' in page


@pytest.mark.parametrize(
    ("role", "start"),
    [
        (Role.MANAGER, "/tutors"),
        (Role.HR, "/acknowledgements"),
        (Role.SAFEGUARDING_LEAD, "/publishing"),
        (Role.AUTHOR, "/publishing"),
        (Role.ADMINISTRATOR, "/publishing"),
    ],
)
def test_everybody_else_starts_where_they_work(app, client, role, start):
    with change(app) as session:
        person = add_somebody(session, "Wren Ashby", role)
    sign_in_as(client, person)

    assert client.get("/").location == start


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get("/").location == "/sign-in"


def test_the_way_from_the_list_to_signing_needs_few_pages(app, tutor, client):
    with change(app) as session:
        publish_policy(session)
        confirm(session, tutor)
    pages = 0

    where = client.get("/next-step").location
    while "/sections/" in where:
        pages += 1
        where = post(client, where).location
    assert client.get(where).location == f"{HERE}/attempts?scope=full&cycle=1"

    assert pages == 6
