"""An assisted sitting: who reads aloud is named and has shown it; the tutor chooses."""

import pytest

from portal.access import Role
from portal.ledger.queries import told
from portal.people.actions import begin
from portal.people.models import Kind, Person
from portal.people.passwords import hashed
from portal.quizzes.sitting import NoHelper, find_sitting, name_helper
from tests.factories import (
    LEAD,
    NOW,
    add_managed_team,
    add_somebody,
    add_tutor,
    answer_all,
    as_person,
    choose_next,
    post,
    publish_policy,
    read_all,
    sign_in_as,
    start_quiz,
)

PASSWORD = "a lantern in the window"


@pytest.fixture
def house(app):
    """A tutor with an open attempt, and everybody who might help."""
    with app.extensions["db"].change() as session:
        publish_policy(session)
        team, manager = add_managed_team(session)
        people = {"manager": manager, "tutor": add_tutor(session, team=team)}
        for who, role in (("HR", Role.HR), ("lead", Role.SAFEGUARDING_LEAD), ("deputy", None)):
            people[who] = add_somebody(session, f"A {who}", *([role] if role else []))
        begin(session, people["deputy"], kind=Kind.DEPUTISES, value=team, by=LEAD, now=NOW)
        read_all(session, people["tutor"])
        people["attempt"] = start_quiz(session, people["tutor"])
    return people


def named(app, house, who):
    by = as_person(house["tutor"])
    with app.extensions["db"].change() as session:
        name_helper(session, house["attempt"], helper_id=house[who], by=by, now=NOW)
    with app.extensions["db"].reader() as session:
        return find_sitting(session, house["attempt"])


@pytest.mark.parametrize(
    ("who", "role"), [("manager", "learning manager"), ("deputy", "deputy"), ("HR", "HR")]
)
def test_who_answers_for_the_tutor_may_read_aloud_and_the_ledger_says_so(app, house, who, role):
    sitting = named(app, house, who)

    assert (sitting.helper_id, sitting.helper_role, sitting.after) == (house[who], role, 0)
    with app.extensions["db"].reader() as session:
        (entry,) = told(session, house["tutor"], entry_type="attempt.assisted")
    assert (entry.facts["helper"], entry.facts["role"]) == (house[who], role)


@pytest.mark.parametrize("who", ["lead", "tutor"])
def test_nobody_else_may(app, house, who):
    with pytest.raises(NoHelper):
        named(app, house, who)


def test_it_is_said_after_how_many_choices_the_help_began_and_only_once(app, house):
    by = as_person(house["tutor"])
    with app.extensions["db"].change() as session:
        choose_next(session, house["attempt"], by=by)
        choose_next(session, house["attempt"], by=by)

    assert named(app, house, "HR").after == 2
    with pytest.raises(NoHelper, match="A HR is named already"):
        named(app, house, "manager")


def test_what_was_chosen_alone_was_chosen_alone(app, house):
    with app.extensions["db"].change() as session:
        answer_all(session, house["attempt"], by=as_person(house["tutor"]))

    with pytest.raises(NoHelper, match="closed"):
        named(app, house, "HR")


def test_the_helper_proves_who_they_are_on_the_tutors_page(app, house, client):
    with app.extensions["db"].change() as session:
        session.get(Person, house["manager"]).password_hash = hashed(PASSWORD)
    sign_in_as(client, house["tutor"])
    page = f"/attempts/{house['attempt']}"
    assert f"{page}/helper" in client.get(page).text
    email = "alex.penrose@example.org"

    wrong = post(client, f"{page}/helper", email=email, password="a guess")
    done = post(client, f"{page}/helper", email=email, password=PASSWORD)

    assert (wrong.status_code, "do not belong together" in wrong.text) == (422, True)
    assert done.location == page
    assert "Read aloud by Alex Penrose. You choose." in client.get(page).text
    again = post(client, f"{page}/helper", email=email, password=PASSWORD)
    assert (again.status_code, "is named already" in again.text) == (422, True)
