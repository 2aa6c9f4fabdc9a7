"""Inviting a tutor: not before there is a policy to read and somebody to ring."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.access import SYSTEM, Role
from portal.errors import NotFound
from portal.ledger.queries import about
from portal.onboarding.actions import Invitation, invite
from portal.outbox.actions import finish
from portal.outbox.models import Mail, Outgoing
from portal.outbox.worker import send_all
from portal.people.actions import add_team, begin, set_password
from portal.people.models import Kind, Link, Person
from portal.people.queries import team_of
from tests.factories import (
    EARLIER,
    add_managed_team,
    add_somebody,
    add_tutor,
    as_person,
    post,
    publish_policy,
    set_contacts,
    sign_in_as,
)

PRIYA = {"name": "Priya Nair", "email": "priya@example.org"}


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"demonstration": True})


@pytest.fixture
def change(app):
    return app.extensions["db"].change


@pytest.fixture
def ready(change):
    """A policy is published and both contacts are set."""
    with change() as session:
        publish_policy(session)
        set_contacts(session)


@pytest.fixture
def alex(change):
    """Return the ids of a team and of the manager who leads it."""
    with change() as session:
        return add_managed_team(session)


@pytest.fixture
def team(alex, client):
    """The team of Alex, who is signed in."""
    team_id, manager_id = alex
    sign_in_as(client, manager_id)
    return team_id


@pytest.fixture
def hr(change, client):
    """Somebody from HR, signed in."""
    with change() as session:
        person_id = add_somebody(session, "Hana Reed", Role.HR)
    sign_in_as(client, person_id)
    return person_id


def rows(change, statement):
    with change() as session:
        return session.execute(statement).all()


def send_mails(app):
    with app.app_context():
        send_all(now=clock.now())


def test_a_manager_invites_onto_the_own_team(app, client, change, ready, team):
    answer = post(client, "/tutors/new", **PRIYA, team=team)

    assert answer.status_code == 302
    with change() as session:
        person = session.scalars(sa.select(Person).where(Person.email == PRIYA["email"])).one()
        assert team_of(session, person.id, now=clock.now()) == team
        assert "person.invited" in {each.type for each in about(session, person.id)}


def test_the_invited_tutor_gets_a_mail_whose_link_works(app, client, ready, team, change):
    post(client, "/tutors/new", **PRIYA, team=team)

    send_mails(app)

    ((recipient, text),) = rows(change, sa.select(Mail.recipient, Mail.text))
    link = re.search(r"http://localhost:8000(/links/\S+)", text)[1]
    assert recipient == PRIYA["email"]
    assert "Alex Penrose of Example Tutoring" in text
    assert app.test_client().get(link).status_code == 200


def test_a_deputy_invites_as_the_manager_does(client, change, ready, alex):
    with change() as session:
        deputy = add_somebody(session, "Dee Puty")
        begin(session, deputy, kind=Kind.DEPUTISES, value=alex[0], by=SYSTEM, now=EARLIER)
    sign_in_as(client, deputy)

    assert post(client, "/tutors/new", **PRIYA, team=alex[0]).status_code == 302


def test_the_only_team_is_chosen_already(client, ready, team):
    page = client.get("/tutors/new").text

    assert re.findall(r'<option[^>]* value="(\w*)"', page) == [team]


def test_a_manager_never_invites_onto_the_team_of_another(client, change, ready, team):
    with change() as session:
        other = add_team(session, "Another team", by=SYSTEM, now=EARLIER)

    answer = post(client, "/tutors/new", **PRIYA, team=other)

    assert answer.status_code == 422
    assert "Another team" not in client.get("/tutors/new").text
    assert rows(change, sa.select(Outgoing.id)) == []


def test_nobody_is_invited_onto_a_team_whose_manager_has_no_number(client, change, ready, hr):
    with change() as session:
        unled = add_team(session, "Another team", by=SYSTEM, now=EARLIER)

    answer = post(client, "/tutors/new", **PRIYA, team=unled)

    assert answer.status_code == 409
    assert "contact-missing" in answer.text
    assert rows(change, sa.select(Outgoing.id)) == []


def test_the_action_itself_knows_whose_team_it_is(change, ready, alex):
    with change() as session:
        other = add_team(session, "Another team", by=SYSTEM, now=EARLIER)
    wish, by = Invitation(**PRIYA, team_id=other), as_person(alex[1], Role.MANAGER)

    with pytest.raises(NotFound), change() as session:
        invite(session, wish, by=by, now=clock.now())


def test_hr_chooses_among_all_teams(client, change, ready, alex, hr):
    with change() as session:
        other, _ = add_managed_team(session, "Dana Fielding")

    assert "Choose a team" in client.get("/tutors/new").text
    assert post(client, "/tutors/new", **PRIYA, team="").status_code == 422
    assert post(client, "/tutors/new", **PRIYA, team=other).status_code == 302


HINDRANCES = {
    "nothing-adopted": [set_contacts],
    "contact-missing": [publish_policy],
}


@pytest.mark.parametrize(("code", "done"), HINDRANCES.items())
def test_nobody_is_invited_before_all_is_ready(client, change, team, code, done):
    with change() as session:
        for step in done:
            step(session)

    page = client.get("/tutors/new").text
    answer = post(client, "/tutors/new", **PRIYA, team=team)

    assert code in page
    assert 'name="email"' not in page
    assert answer.status_code == 409
    assert code in answer.text
    assert rows(change, sa.select(Outgoing.id)) == []


def test_a_refused_invitation_leaves_its_trace_and_nobody_behind(client, change, alex, team):
    post(client, "/tutors/new", **PRIYA, team=team)

    with change() as session:
        assert about(session, alex[1])[0].facts["code"] == "nothing-adopted"
        assert not session.scalar(sa.select(Person.id).where(Person.email == PRIYA["email"]))


def test_the_missing_contacts_are_named(client, team):
    assert "safeguarding lead and out of hours" in client.get("/tutors/new").text


def test_whoever_may_put_it_right_is_led_there_and_others_are_told_whom_to_ask(client, alex, hr):
    page = client.get("/tutors/new").text
    sign_in_as(client, alex[1])
    other = client.get("/tutors/new").text

    assert 'href="/contacts">Put it right' in page
    assert "Put it right" not in other
    assert "HR or an administrator can put it right" in other


def test_somebody_known_is_not_added_twice_and_what_was_typed_is_kept(client, change, ready, team):
    with change() as session:
        add_tutor(session, "Priya Nair")

    answer = post(client, "/tutors/new", name="P Nair", email="Priya.Nair@Example.org", team=team)

    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert "has an account already" in answer.text
    assert 'value="P Nair"' in answer.text


BAD = [
    "",
    "priya",
    "a@b@example.org",
    '"quoted part"@example.org',
    "priya@example",
    "priya@bücher.example",
    "priya@example.org, jo@example.org",
    "priya@example.org\r\nBcc: jo@example.org",
    "priya nair@example.org",
    "priya@-example.org",
    "a" * 65 + "@example.org",
    "a" * 10_000 + "@example.org",
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("email", BAD, ids=lambda email: ascii(email)[:30])
def test_an_address_no_mail_would_reach_is_asked_for_again(client, change, ready, team, email):
    answer = post(client, "/tutors/new", name="Priya Nair", email=email, team=team)

    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert 'value="Priya Nair"' in answer.text


@pytest.fixture
def invited(client, change, ready, team):
    """The id of a tutor whom Alex invited."""
    post(client, "/tutors/new", **PRIYA, team=team)
    return rows(change, sa.select(Person.id).where(Person.email == PRIYA["email"]))[0].id


def move_back(change, seconds):
    """Let time go by for what is in the outbox."""
    with change() as session:
        for row in session.execute(sa.select(Outgoing.id, Outgoing.key, Outgoing.done_at)).all():
            done = row.done_at and row.done_at - timedelta(seconds=seconds)
            values = {"key": row.key + "x", "done_at": done}
            session.execute(sa.update(Outgoing).where(Outgoing.id == row.id).values(**values))


def test_an_invitation_can_be_sent_again_and_the_older_link_ends(app, client, change, invited):
    send_mails(app)
    move_back(change, 0)

    answer = post(client, f"/tutors/{invited}/invitation")
    send_mails(app)

    texts = rows(change, sa.select(Mail.text).order_by(Mail.sent_at))
    links = [re.search(r"8000(/links/\S+)", text)[1] for (text,) in texts]
    assert answer.status_code == 302
    assert [app.test_client().get(link).status_code for link in links] == [404, 200]


def test_whoever_has_come_is_not_invited_again(client, change, invited):
    with change() as session:
        set_password(session, invited, password_hash="x")

    assert post(client, f"/tutors/{invited}/invitation").status_code == 404


def test_nobody_invites_again_for_the_team_of_another(client, change, invited):
    with change() as session:
        _, other = add_managed_team(session, "Sam Other")
    sign_in_as(client, other)

    assert post(client, f"/tutors/{invited}/invitation").status_code == 404
    assert PRIYA["email"] not in client.get("/tutors/new").text


def state_shown(client):
    """Return what the page says about the one who has not come yet."""
    page = client.get("/tutors/new").text
    return re.search(r'class="tag \w+">([^<]+)</span>', page.partition("Invited, not here")[2])[1]


def test_the_page_says_how_far_an_invitation_has_come(app, client, change, invited):
    said = [state_shown(client)]
    send_mails(app)
    said.append(state_shown(client))
    move_back(change, 7 * 24 * 3600)
    said.append(state_shown(client))

    assert said == ["On its way", "Sent", "Run out"]


def test_a_mail_that_was_refused_for_good_is_shown_with_the_reason(client, change, invited):
    with change() as session:
        outgoing = session.scalars(sa.select(Outgoing.id)).one()
        finish(session, outgoing, now=clock.now(), failure="550 no such mailbox")

    assert state_shown(client) == "Not sent"
    assert "The mail server refused it: 550 no such mailbox" in client.get("/tutors/new").text


def test_no_link_exists_before_the_mail_leaves(change, invited):
    assert rows(change, sa.select(Link.id)) == []
