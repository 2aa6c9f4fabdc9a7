"""What a learning manager sees of their tutors, and what nobody else does."""

from datetime import timedelta

import pytest

from portal import clock
from portal.access import SYSTEM, Role
from portal.people.actions import begin
from portal.people.models import Kind
from portal.scheduling.actions import book
from portal.scheduling.rules import Place, Wish
from tests.acknowledgements.tutors import arrive, join
from tests.factories import (
    POLICY,
    add_managed_team,
    add_somebody,
    add_tutor,
    fail_quiz,
    post,
    read_all,
    sign_in_as,
)
from tests.scheduling.conftest import cleared  # noqa: F401 - a fixture is found by its name


@pytest.fixture
def tutor(app):
    return arrive(app)


def schedule(tutor, *, days=2):
    start = clock.now() + timedelta(days=days)
    wish = Wish(
        tutor_id=tutor.id,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        place=Place.HOME,
        pupil="P-7",
    )
    with tutor.app.app_context(), tutor.db.change() as session:
        book(session, wish, by=tutor.actor, now=clock.now())


def suspend(tutor):
    with tutor.app.app_context(), tutor.db.change() as session:
        begin(session, tutor.id, kind=Kind.SUSPENSION, by=SYSTEM, now=clock.now())


def seen_by(client, person, path="/tutors"):
    sign_in_as(client, person)
    return client.get(path)


def test_the_first_line_says_what_needs_the_manager_now(cleared, client):  # noqa: F811
    schedule(cleared)
    suspend(cleared)

    page = seen_by(client, cleared.manager_id).text

    assert "One session this week has a tutor who can’t teach." in page
    assert page.index("One session this week") < page.index("<h1")


def test_no_lesson_at_risk_is_left_out_however_many_there_are(cleared, client, monkeypatch):  # noqa: F811
    monkeypatch.setattr("portal.scheduling.queries.MOST", 1)
    schedule(cleared, days=2)
    schedule(cleared, days=3)
    suspend(cleared)

    page = seen_by(client, cleared.manager_id).text

    assert "2 sessions this week have a tutor who can’t teach." in page


def test_the_heading_counts_who_can_teach_today(cleared, client):  # noqa: F811
    assert "<h1>1 of 1 tutors can teach today</h1>" in seen_by(client, cleared.manager_id).text


def test_a_row_says_state_reason_and_what_comes_next(tutor, client):
    page = seen_by(client, tutor.manager_id).text

    assert "Priya Nair" in page
    assert "Sign the newest version." in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("name=priy", True),
        ("name=nobody", False),
        ("state=blocked", True),
        ("state=cleared", False),
    ],
)
def test_search_and_filter_narrow_the_table(tutor, client, asked, found):
    page = seen_by(client, tutor.manager_id, f"/tutors?{asked}").text

    assert ("Priya Nair" in page) == found


def test_a_manager_sees_no_other_team_and_the_deputy_sees_the_same(tutor, client):
    with tutor.db.change() as session:
        _, other = add_managed_team(session, "Dana Fielding")
        deputy = add_somebody(session, "Jo Carne")
        (team,) = {row.value for row in periods(session, tutor.id, Kind.TEAM)}
        begin(session, deputy, kind=Kind.DEPUTISES, value=team, by=SYSTEM, now=clock.now())

    assert "Priya Nair" not in seen_by(client, other).text
    assert seen_by(client, other, f"/tutors/{tutor.id}").status_code == 404
    assert "Priya Nair" in seen_by(client, deputy).text


def periods(session, person, kind):
    from portal.people.queries import dated  # noqa: PLC0415 - only here

    return [row for row in dated(session, person) if row.kind == kind]


def test_one_tutors_page_tells_the_time_line(cleared, client):  # noqa: F811
    schedule(cleared)

    page = seen_by(client, cleared.manager_id, f"/tutors/{cleared.id}").text

    assert "Priya Nair can teach" in page
    for line in ("Added to the portal", "Passed the scenarios", "Signed version 1.0"):
        assert line in page
    assert "A session was scheduled" in page


@pytest.mark.parametrize(
    ("role", "told"), [(Role.HR, True), (Role.SAFEGUARDING_LEAD, True), (None, False)]
)
def test_a_suspension_shows_to_hr_and_the_lead_only(cleared, client, role, told):  # noqa: F811
    suspend(cleared)
    with cleared.db.change() as session:
        reader = add_somebody(session, "Sam Reader", role) if role else cleared.manager_id

    page = seen_by(client, reader, f"/tutors/{cleared.id}").text

    assert ("suspended" in page.lower()) == told
    assert ("Suspension began" in page) == told


def test_a_tutor_not_on_any_team_is_seen_by_hr(app, client):
    with app.extensions["db"].change() as session:
        add_tutor(session, "Tam Rosewarne")
        reader = add_somebody(session, "Sam Whitlock", Role.HR)

    assert "Tam Rosewarne" in seen_by(client, reader).text


@pytest.fixture
def waiting(app):
    """A tutor who has just failed for the third time."""
    tutor = join(app)
    with tutor.db.change() as session:
        read_all(session, tutor.id)
        fail_quiz(session, tutor.id, times=3, now=clock.now())
    return tutor


WHY = {"policy": POLICY, "major": 1, "reason": "We talked it through."}


def test_a_manager_lifts_the_wait_after_failures_with_a_note(waiting, client):
    page = f"/tutors/{waiting.id}"
    assert "The next try waits until" in seen_by(client, waiting.manager_id, page).text

    answer = post(client, f"{page}/unlock", **WHY)

    told = client.get(answer.headers["Location"]).text
    assert "The next try waits until" not in told
    assert "The wait for the next try was lifted" in told


@pytest.mark.parametrize("who", ["deputy", "HR"])
def test_the_deputy_and_hr_lift_a_wait_too(waiting, client, who):
    with waiting.db.change() as session:
        helper = add_somebody(session, "Jo Carne", *([Role.HR] if who == "HR" else []))
        (team,) = {row.value for row in periods(session, waiting.id, Kind.TEAM)}
        if who == "deputy":
            begin(session, helper, kind=Kind.DEPUTISES, value=team, by=SYSTEM, now=clock.now())
    sign_in_as(client, helper)

    answer = post(client, f"/tutors/{waiting.id}/unlock", **WHY)

    told = client.get(answer.headers["Location"]).text
    assert "The next try waits until" not in told
    assert "The wait for the next try was lifted" in told


def test_lifting_a_wait_needs_a_note(waiting, client):
    sign_in_as(client, waiting.manager_id)

    answer = post(client, f"/tutors/{waiting.id}/unlock", **{**WHY, "reason": " "})

    assert answer.status_code == 422
    assert "The next try waits until" in answer.text


def test_nobody_lifts_the_wait_of_another_team(waiting, client):
    with waiting.db.change() as session:
        _, other = add_managed_team(session, "Dana Fielding")
    sign_in_as(client, other)

    assert post(client, f"/tutors/{waiting.id}/unlock", **WHY).status_code == 404
