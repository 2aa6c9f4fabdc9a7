"""One learning manager, at most one deputy, one team for each tutor: at every moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.access import Role
from portal.errors import NotFound
from portal.people import accounts, appointments
from portal.people.directory import get_entry, unended
from portal.people.models import Kind
from portal.people.queries import to_ring
from portal.people.teams import candidates, get_team, offices
from tests.factories import NOW, add_managed_team, add_somebody, add_tutor, as_person

HR = as_person("hr", Role.HR, name="Sam Whitlock")
LATER = NOW + timedelta(seconds=2)


@pytest.fixture
def change(app):
    return app.extensions["db"].change


@pytest.fixture
def north(change):
    """Return the id of a team that Alex leads, and of Alex."""
    with change() as session:
        return add_managed_team(session)


@pytest.fixture
def jo(change):
    with change() as session:
        return add_somebody(session, "Jo Carne")


def appoint(change, person_id, team_id, office=Kind.LEADS, *, by=HR, now=NOW):
    told = {"team_id": team_id, "office": office}
    with change() as session:
        appointments.appoint(session, person_id, **told, by=by, now=now)


def held(change, team_id):
    """Return who holds which office by what nobody has ended."""
    with change() as session:
        rows = offices(session, now=LATER)
    return [(row.kind, row.name) for row in rows if row.team_id == team_id and not row.ends_at]


def move(change, person_id, team_id, *, by=HR, now=NOW):
    with change() as session:
        appointments.move(session, person_id, team_id=team_id, by=by, now=now)


def team_periods(change, person_id):
    with change() as session:
        return [row.value for row in unended(session, person_id, kind=Kind.TEAM)]


def new_team(change, name):
    with change() as session:
        return appointments.add_team(session, name, by=HR, now=NOW)


def test_a_new_learning_manager_takes_over_from_the_one_before(change, north, jo):
    team_id, alex = north

    appoint(change, jo, team_id)

    assert held(change, team_id) == [("leads", "Jo Carne")]
    with change() as session:
        assert get_entry(session, alex, now=NOW).leads == ()


def test_whoever_is_appointed_last_holds_the_office_whichever_clock_was_read_first(
    change, north, jo
):
    with change() as session:
        dana = add_somebody(session, "Dana Fielding", Role.MANAGER)
    appoint(change, jo, north[0], now=LATER)
    appoint(change, dana, north[0], now=NOW)

    assert held(change, north[0]) == [("leads", "Dana Fielding")]


def test_of_four_appointed_at_once_one_leads(change, north):
    with change() as session:
        four = [add_somebody(session, f"Manager {each}", Role.MANAGER) for each in "ABCD"]

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(appoint, change, each, north[0]) for each in four]

    assert all(each.exception() is None for each in done)
    assert len(held(change, north[0])) == 1


def test_a_team_has_one_deputy_or_none(change, north, jo):
    with change() as session:
        dana = add_somebody(session, "Dana Fielding", Role.MANAGER)
    appoint(change, jo, north[0], Kind.DEPUTISES)
    appoint(change, dana, north[0], Kind.DEPUTISES)
    assert ("deputises", "Dana Fielding") in held(change, north[0])

    with change() as session:
        appointments.relieve(session, north[0], by=HR, now=NOW)

    assert held(change, north[0]) == [("leads", "Alex Penrose")]
    with change() as session:
        assert get_team(session, north[0], now=LATER).deputy is None


def test_a_deputy_who_becomes_the_learning_manager_deputises_no_more(change, north, jo):
    appoint(change, jo, north[0], Kind.DEPUTISES)

    appoint(change, jo, north[0])

    assert held(change, north[0]) == [("leads", "Jo Carne")]


def test_the_learning_manager_does_not_deputise_for_themselves(change, north):
    with pytest.raises(appointments.NotFree):
        appoint(change, north[1], north[0], Kind.DEPUTISES)


def test_the_same_choice_again_changes_nothing(change, north):
    with change() as session:
        before = [row.id for row in offices(session, now=LATER)]

    appoint(change, north[1], north[0])

    with change() as session:
        assert [row.id for row in offices(session, now=LATER)] == before


def test_nobody_appoints_themselves(change, north, jo):
    with pytest.raises(accounts.OwnAccount):
        appoint(change, jo, north[0], by=as_person(jo, Role.HR))


def test_neither_a_mere_tutor_nor_a_closed_account_leads(change, north, jo):
    with change() as session:
        priya = add_tutor(session)
        both = add_somebody(session, "Wyn Hartley", Role.TUTOR, Role.AUTHOR)
        accounts.disable(session, jo, by=HR, now=NOW)
        free = dict(candidates(session))

    assert both in free
    for person in (priya, jo):
        assert person not in free
        with pytest.raises(appointments.NotFree):
            appoint(change, person, north[0])


def test_there_is_nobody_to_lead_where_there_is_no_team(change, jo):
    with pytest.raises(NotFound):
        appoint(change, jo, "zzzzzzzzzzzzzzzz")


def test_a_tutor_is_on_one_team_and_rings_its_learning_manager(change, north):
    south = new_team(change, "South")
    with change() as session:
        priya = add_tutor(session, team=south)

    move(change, priya, north[0])

    assert team_periods(change, priya) == [north[0]]
    with change() as session:
        assert to_ring(session, priya, now=NOW)[0].name == "Alex Penrose"


def test_nobody_rings_a_learning_manager_whose_account_is_closed(change, north, jo):
    appoint(change, jo, north[0], Kind.DEPUTISES)
    with change() as session:
        priya = add_tutor(session, team=north[0])

    with change() as session:
        accounts.disable(session, north[1], by=HR, now=NOW)

    with change() as session:
        assert [each.name for each in to_ring(session, priya, now=NOW)][:1] == ["Jo Carne"]


def test_a_tutor_moved_twice_at_once_is_on_the_team_of_the_last_move(change, north):
    south = new_team(change, "South")
    with change() as session:
        priya = add_tutor(session)

    move(change, priya, north[0], now=LATER)
    move(change, priya, south, now=NOW)

    assert team_periods(change, priya) == [south]


def test_only_a_tutor_is_on_a_team_and_only_on_one_that_exists(change, north, jo):
    with change() as session:
        priya = add_tutor(session)

    for person, team in ((jo, north[0]), (priya, "zzzzzzzzzzzzzzzz")):
        with pytest.raises(NotFound):
            move(change, person, team)


@pytest.mark.parametrize("name", ["South", "south", "SOUTH", "Soúth"])
def test_no_two_teams_read_the_same(change, name):
    new_team(change, "South")

    with pytest.raises(appointments.TeamKnown):
        new_team(change, name)


def test_a_team_says_why_its_tutors_have_nobody_to_ring(change, north, jo):
    south = new_team(change, "South")
    faults = []
    for act in (
        lambda _session: None,
        lambda session: appointments.appoint(
            session, jo, team_id=south, office=Kind.LEADS, by=HR, now=NOW
        ),
        lambda session: accounts.set_phone(session, jo, phone="01632 960 7", by=HR, now=NOW),
        lambda session: accounts.disable(session, jo, by=HR, now=NOW),
    ):
        with change() as session:
            act(session)
            faults.append(get_team(session, south, now=NOW).fault)

    assert faults == [
        "Team South has no learning manager",
        "Jo Carne leads team South and has no phone number",
        "",
        "Jo Carne leads team South, and that account is closed",
    ]
