"""What other rooms may ask about signatures, and who may see one."""

import pytest

from portal.access import Role
from portal.acknowledgements import queries
from portal.errors import NotFound
from tests.acknowledgements.tutors import arrive
from tests.factories import NOW, add_managed_team, add_somebody, as_person


@pytest.fixture
def tutor(app):
    return arrive(app)


def test_what_is_held_comes_with_every_date(tutor):
    serial = tutor.sign(tutor.unprinted())

    with tutor.db.reader() as session:
        (row,) = queries.held(session, tutor.id)

    assert (row.serial, row.policy, row.major, row.minor) == (serial, "online-safeguarding", 1, 0)
    assert (row.cycle, row.signed_at, row.revoked_at, row.cancelled_at) == (1, NOW, None, None)
    assert row.signed_at < row.expires_at <= row.anniversary_at


def test_many_can_be_asked_for_at_once(tutor):
    tutor.sign(tutor.unprinted())

    with tutor.db.reader() as session:
        rows = queries.held_by(session, [tutor.id, tutor.manager_id, "nobody"])
        assert queries.held_by(session, []) == []

    assert [row.person_id for row in rows] == [tutor.id]


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.HR, True),
        (Role.SAFEGUARDING_LEAD, True),
        (Role.MANAGER, False),
        (Role.TUTOR, False),
        (Role.AUTHOR, False),
    ],
)
def test_a_stranger_sees_an_acknowledgement_only_by_office(tutor, role, sees):
    serial = tutor.sign(tutor.unprinted())
    with tutor.db.change() as session:
        reader = as_person(add_somebody(session, "A Stranger", role), role)

    with tutor.db.reader() as session:
        if sees:
            assert queries.get_acknowledgement(session, serial, seen_by=reader, now=NOW)
        else:
            with pytest.raises(NotFound):
                queries.get_acknowledgement(session, serial, seen_by=reader, now=NOW)


def test_the_manager_of_the_team_sees_it_and_another_does_not(tutor):
    serial = tutor.sign(tutor.unprinted())
    with tutor.db.change() as session:
        _, other = add_managed_team(session, "Another Manager")

    with tutor.db.reader() as session:
        own = as_person(tutor.manager_id, Role.MANAGER)
        assert queries.get_acknowledgement(session, serial, seen_by=own, now=NOW)
        with pytest.raises(NotFound):
            queries.get_acknowledgement(
                session, serial, seen_by=as_person(other, Role.MANAGER), now=NOW
            )


def test_an_erased_pdf_is_not_found(tutor):
    with tutor.db.reader() as session, pytest.raises(NotFound):
        queries.get_pdf(session, "nothing")


def test_a_signature_is_found_by_its_attempt(tutor):
    what = tutor.unprinted()
    serial = tutor.sign(what)

    with tutor.db.reader() as session:
        attempt = what.draft.record.attempt.id
        assert queries.find_serial(session, tutor.id, attempt_id=attempt) == serial
        assert queries.find_serial(session, tutor.manager_id, attempt_id=attempt) is None
