"""Who may give what to whom, and the account that can never be closed."""

from datetime import timedelta

import pytest

from portal.access import CONSOLE, Role
from portal.errors import NotFound
from portal.ledger.queries import about
from portal.people import accounts
from portal.people.actions import AlreadyKnown
from portal.people.directory import administrators, get_entry
from portal.people.sign_in import load
from tests.factories import (
    NOW,
    add_somebody,
    add_tutor,
    as_person,
    sign_in_as,
)

HR = as_person("hr", Role.HR, name="Sam Whitlock")
ROBIN = as_person("robin", Role.ADMINISTRATOR, name="Robin Hale")
GIVEN_BY_HR = {Role.MANAGER, Role.HR, Role.SAFEGUARDING_LEAD, Role.AUTHOR}


@pytest.fixture
def change(app):
    return app.extensions["db"].change


@pytest.fixture
def alex(change):
    with change() as session:
        return add_somebody(session, "Alex Penrose", Role.AUTHOR)


def entry(change, person_id):
    with change() as session:
        return get_entry(session, person_id, now=NOW)


def roles(change, person_id):
    return {held.role for held in entry(change, person_id).roles}


def give(change, person_id, role, *, by):
    with change() as session:
        accounts.give_role(session, person_id, role=role, by=by, now=NOW)


def take(change, person_id, role, *, by, now=NOW):
    held = {each.role: each.id for each in entry(change, person_id).roles}
    with change() as session:
        accounts.take_role(session, person_id, period_id=held[role], by=by, now=now)


def add(change, *given, by=ROBIN, email="jo@example.org"):
    told = {"name": "Jo Carne", "email": email, "roles": given}
    with change() as session:
        return accounts.add_colleague(session, **told, by=by, now=NOW)


def add_two_administrators(change):
    others = ("robin@example.org", "alex@example.org")
    return tuple(add(change, Role.ADMINISTRATOR, email=each) for each in others)


def test_hr_gives_every_role_but_administrator_and_tutor():
    assert set(accounts.roles_to_give(HR)) == GIVEN_BY_HR


def test_an_administrator_makes_others_administrator_too():
    assert set(accounts.roles_to_give(ROBIN)) == {*GIVEN_BY_HR, Role.ADMINISTRATOR}


def test_somebody_added_may_do_several_things_and_is_mailed_a_link(change):
    jo = add(change, Role.HR, Role.AUTHOR)

    assert roles(change, jo) == {Role.HR, Role.AUTHOR}
    with change() as session:
        assert "person.invited" in {each.type for each in about(session, jo)}


def test_an_address_is_somebodys_once_however_it_is_spelled(change):
    add(change, Role.HR)

    with pytest.raises(AlreadyKnown):
        add(change, Role.HR, email="JO@Example.org")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.TUTOR])
def test_hr_adds_neither_administrators_nor_tutors(change, role):
    with pytest.raises((accounts.AdministratorsOnly, accounts.TutorsAreInvited)):
        add(change, role, by=HR)


def test_a_role_is_given_and_taken_away_and_both_are_on_the_ledger(change, alex):
    give(change, alex, Role.HR, by=ROBIN)
    take(change, alex, Role.AUTHOR, by=ROBIN)

    assert roles(change, alex) == {Role.HR}
    with change() as session:
        ended, begun = about(session, alex)[:2]
    assert (ended.type, ended.facts["value"], ended.by) == ("period.ended", "author", "Robin Hale")
    assert (begun.type, begun.facts["value"], begun.by) == ("period.begun", "hr", "Robin Hale")


def test_a_role_given_twice_is_held_once(change, alex):
    give(change, alex, Role.HR, by=ROBIN)
    give(change, alex, Role.HR, by=HR)

    assert [held.role for held in entry(change, alex).roles] == [Role.AUTHOR, Role.HR]


def test_a_role_cannot_be_taken_away_twice(change, alex):
    period = entry(change, alex).roles[0].id
    take(change, alex, Role.AUTHOR, by=ROBIN)

    with change() as session, pytest.raises(NotFound):
        accounts.take_role(session, alex, period_id=period, by=ROBIN, now=NOW)


def test_a_role_is_taken_from_whom_it_belongs_to(change, alex):
    other = add(change, Role.HR)
    period = entry(change, other).roles[0].id

    with change() as session, pytest.raises(NotFound):
        accounts.take_role(session, alex, period_id=period, by=ROBIN, now=NOW)


def test_hr_neither_makes_nor_unmakes_an_administrator(change, alex):
    with pytest.raises(accounts.AdministratorsOnly):
        give(change, alex, Role.ADMINISTRATOR, by=HR)

    boss = add(change, Role.ADMINISTRATOR)
    with pytest.raises(accounts.AdministratorsOnly):
        take(change, boss, Role.ADMINISTRATOR, by=HR)


def test_being_a_tutor_is_neither_given_nor_taken_here(change, alex):
    with change() as session:
        priya = add_tutor(session)

    with pytest.raises(accounts.TutorsAreInvited):
        give(change, alex, Role.TUTOR, by=ROBIN)
    with pytest.raises(accounts.TutorsAreInvited):
        take(change, priya, Role.TUTOR, by=ROBIN)


def test_nobody_changes_their_own_roles_or_account(change, alex):
    me = as_person(alex, Role.ADMINISTRATOR)

    for act in (accounts.disable, accounts.enable):
        with change() as session, pytest.raises(accounts.OwnAccount):
            act(session, alex, by=me, now=NOW)
    with pytest.raises(accounts.OwnAccount):
        give(change, alex, Role.HR, by=me)
    with pytest.raises(accounts.OwnAccount):
        take(change, alex, Role.AUTHOR, by=me)


def test_the_last_administrator_keeps_role_and_account(change):
    robin = add(change, Role.ADMINISTRATOR)

    with pytest.raises(accounts.LastAdministrator):
        take(change, robin, Role.ADMINISTRATOR, by=CONSOLE)
    with change() as session, pytest.raises(accounts.LastAdministrator):
        accounts.disable(session, robin, by=HR, now=NOW)


def test_an_administrator_with_a_closed_account_does_not_count(change):
    robin, alex = add_two_administrators(change)
    with change() as session:
        accounts.disable(session, alex, by=ROBIN, now=NOW)

    with pytest.raises(accounts.LastAdministrator):
        take(change, robin, Role.ADMINISTRATOR, by=CONSOLE)


def test_two_administrators_who_unmake_each_other_at_once_leave_one(change):
    robin, alex = add_two_administrators(change)
    take(change, alex, Role.ADMINISTRATOR, by=as_person(robin, Role.ADMINISTRATOR))

    by, clock_read_first = as_person(alex, Role.ADMINISTRATOR), NOW - timedelta(seconds=2)
    with pytest.raises(accounts.LastAdministrator):
        take(change, robin, Role.ADMINISTRATOR, by=by, now=clock_read_first)
    with change() as session:
        assert administrators(session) == {robin}


def test_a_closed_account_is_signed_out_everywhere_and_opens_again(app, client, change, alex):
    sign_in_as(client, alex)
    with client.session_transaction() as browser:
        token = browser["_user_id"]

    with change() as session:
        accounts.disable(session, alex, by=HR, now=NOW)
    with app.app_context():
        assert load(token) is None
    with change() as session:
        accounts.enable(session, alex, by=HR, now=NOW)

    assert entry(change, alex).enabled
    with app.app_context():
        assert load(token) is None, "a sign-in that has ended stays ended"


def test_opening_an_open_account_changes_nothing(change, alex):
    with change() as session:
        before = len(about(session, alex))
        accounts.enable(session, alex, by=HR, now=NOW)
        assert len(about(session, alex)) == before


def test_a_tutor_or_a_closed_account_is_sent_no_link_from_here(change, alex):
    with change() as session:
        priya = add_tutor(session)
        accounts.disable(session, alex, by=HR, now=NOW)

    with change() as session, pytest.raises(accounts.TutorsAreInvited):
        accounts.invite_colleague(session, priya, by=HR, now=NOW)
    with change() as session, pytest.raises(NotFound):
        accounts.invite_colleague(session, alex, by=HR, now=NOW)
