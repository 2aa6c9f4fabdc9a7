"""A policy as a whole: for whom, called off, and from when it binds those who were here before."""

from datetime import timedelta

import pytest

from portal import clock
from portal.access import Role
from portal.clearance.queries import standing
from portal.clearance.rules import decide
from portal.outbox import worker
from portal.outbox.models import Mail
from portal.people.queries import find_person
from portal.policies.actions import set_enforced_from
from portal.policies.queries import facts, newest
from portal.policies.spreading import days_earlier, place
from portal.publishing.reviews import queue_reviews
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

HERE = f"/publishing/policies/{POLICY}"
WEEK = timedelta(days=7)


@pytest.fixture
def hr(app, client):
    with app.extensions["db"].change() as session:
        set_contacts(session)
        publish_policy(session)
        team_id, _ = add_managed_team(session)
        person = add_somebody(session, "Sam Whitlock", Role.HR)
        add_tutor(session, "Priya Nair", team=team_id)
        add_tutor(session, "Wren Ashby")
    sign_in_as(client, person)
    return team_id


def read(app, ask):
    with app.extensions["db"].reader() as session:
        return ask(session)


def test_a_policy_can_be_for_one_team_and_no_longer_binds_the_others(app, client, hr):
    assert "All tutors" in client.get(HERE).text

    post(client, f"{HERE}/audience", audience=f"team:{hr}")

    (known,) = read(app, facts)
    running = [each.kind for each in known.audiences if each.period.covers(clock.now())]
    assert running == ["team"]
    assert len(known.audiences) == 2
    assert "team Team of Alex Penrose" in client.get(HERE).text


def test_whom_an_audience_would_hit_is_shown_and_nothing_is_saved_yet(app, client, hr):
    page = words_of(client.get(f"{HERE}/audience?audience=team:{hr}").text)

    assert "Now for all tutors Then for Team Team of Alex Penrose" in page
    assert "No longer asked 1" in page
    assert "Wren Ashby . What they signed" in page.replace("Ashby.", "Ashby .")
    (known,) = read(app, facts)
    assert [each.kind for each in known.audiences] == ["all"]


def test_who_comes_in_by_a_new_audience_has_to_sign(app, client, hr):
    post(client, f"{HERE}/audience", audience=f"team:{hr}")

    page = words_of(client.get(f"{HERE}/audience?audience=all:").text)

    assert "Have to sign 1" in page
    assert "Wren Ashby" in page
    assert "Priya Nair" not in page


def test_a_policy_is_for_somebody(client, hr):
    assert client.get(f"{HERE}/audience").status_code == 422
    answer = post(client, f"{HERE}/audience")

    assert answer.status_code == 422
    assert "Tick at least one" in answer.text


def test_an_announced_version_is_called_off_with_a_reason(app, client, hr):
    with app.extensions["db"].change() as session:
        soon = clock.now() + WEEK
        publish_policy(session, renumbered("2.0"), effective_at=soon, now=clock.now())
    page = f"{HERE}/2.0/cancellation"
    assert "No booked lesson is touched" in client.get(page).text
    assert post(client, page, reason="").status_code == 422

    post(client, page, reason="Too early.")

    assert read(app, lambda session: newest(session, POLICY)).major == 1
    assert "Called off" in client.get(HERE).text


def test_the_page_tells_whom_it_would_block_today_and_starts_watching(app, client, hr):
    page = client.get("/publishing/go-live").text
    assert "2 tutors blocked" in page
    assert "0 booked lessons without a tutor" in page
    assert "No booked lesson is touched" not in page  # said once
    assert "No backup is set up yet" in page
    later = (clock.now() + 4 * WEEK).date().isoformat()

    post(client, "/publishing/go-live", enforced_from=later, spread_weeks="8")

    tutor = read(app, lambda session: _standing_of(session, "Wren Ashby"))
    assert decide(tutor, at=clock.now()).cleared
    assert not decide(tutor, at=clock.now() + 5 * WEEK).cleared
    assert "2 tutors blocked" in client.get("/publishing/go-live").text


def test_what_has_bound_everybody_for_two_weeks_is_not_lifted_again(app, client, hr):
    with app.extensions["db"].change() as session:
        day = clock.now() - 2 * WEEK
        set_enforced_from(session, POLICY, enforced_from=day, by=LEAD, now=day)
    later = {"enforced_from": (clock.now() + 4 * WEEK).date().isoformat(), "spread_weeks": "0"}

    assert "and that stays" in client.get("/publishing/go-live").text
    assert post(client, "/publishing/go-live", **later).status_code == 409
    with app.extensions["db"].change() as session:
        publish_policy(session, name="first-aid")
    post(client, "/publishing/go-live", **later)

    known = read(app, facts)
    assert {each.policy: len(each.enforcements) for each in known} == {POLICY: 1, "first-aid": 1}
    assert not decide(
        read(app, lambda session: _standing_of(session, "Wren Ashby")), at=clock.now()
    ).cleared


def _standing_of(session, name):
    email = f"{name.replace(' ', '.').lower()}@example.org"
    return standing(session, find_person(session, email=email).id)


def test_renewals_are_spread_only_among_those_who_sign_before_it_binds(app, hr):
    with app.extensions["db"].change() as session:
        begins = NOW + 4 * WEEK
        told = {"enforced_from": begins, "spread_weeks": 8}
        set_enforced_from(session, POLICY, **told, by=LEAD, now=NOW)

    def earlier(person, at):
        return read(app, lambda session: days_earlier(session, POLICY, person_id=person, now=at))

    found = {earlier(f"person-{n}", NOW) for n in range(60)}
    assert found == {7 * week for week in range(8)}
    assert earlier("person-1", begins) == 0
    assert place("person-1", of=8) == place("person-1", of=8)


def test_those_who_answer_for_texts_are_reminded_once_28_days_before_a_review(app, hr):
    app.extensions["settings"] = app.extensions["settings"].model_copy(
        update={"demonstration": True, "mail_from": "portal@example.org"}
    )

    for day in ("2027-08-03", "2027-08-04", "2027-08-05"):
        with app.extensions["db"].change() as session:
            queue_reviews(session, day, NOW)
    with app.app_context():
        worker.send_all(now=clock.now())

    sent = read(app, lambda session: session.query(Mail).all())
    assert [each.recipient for each in sent] == ["sam.whitlock@example.org"]
    assert "by 1 Sep 2027" in sent[0].subject
    assert "/publishing/policies/online-safeguarding" in sent[0].text
