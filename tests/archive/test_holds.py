"""What HR holds is not erased, whatever rule allows it, until HR lifts the hold."""

import re
from datetime import timedelta

import pytest

from portal.access import Role
from portal.acknowledgements.queries import held
from portal.acknowledgements.verify import verify
from portal.archive.actions import NotErased, erase_acknowledgement, erase_person
from portal.archive.holds import AlreadyLifted, Wanted, every_hold, hold, lift
from portal.archive.rules import find_rule
from portal.errors import NotFound
from portal.people.actions import end
from portal.people.directory import unended
from portal.people.models import Kind
from tests.acknowledgements.tutors import arrive
from tests.factories import LEAD, NOW, add_somebody, as_person, post, sign_in_as

LATER = NOW + timedelta(days=30)
HR = as_person("hr", Role.HR, name="Hanna Reed")
WHY = "The council asked on 3 November; until its inquiry ends."
RULE = find_rule("asked-for")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def tutor(app):
    """Somebody who signed and left, so that a rule would let everything go."""
    tutor = arrive(app)
    tutor.sign(tutor.unprinted())
    with tutor.db.change() as session:
        for kind in (Kind.ENGAGEMENT, Kind.ENABLED):
            for period in unended(session, tutor.id, kind=kind):
                end(session, period.id, by=LEAD, now=NOW + timedelta(days=1))
    return tutor


def serial_of(tutor):
    with tutor.db.reader() as session:
        return held(session, tutor.id)[0].serial


def keep_it(tutor, serial=""):
    what = Wanted(person_id=tutor.id, serial=serial)
    with tutor.db.change() as session:
        return hold(session, what, reason=WHY, by=HR, now=NOW)


def erase(tutor, *serial):
    act = erase_acknowledgement if serial else erase_person
    with tutor.db.change() as session:
        return act(session, tutor.id, *serial, rule=RULE, by=LEAD, now=LATER)


def test_a_hold_stops_an_erasure_until_it_is_lifted_and_both_stay_on_record(tutor):
    hold_id = keep_it(tutor)
    for serial in ((), (serial_of(tutor),)):
        with pytest.raises(NotErased, match="HR holds it since 23 Nov 2026"):
            erase(tutor, *serial)

    with tutor.db.change() as session:
        lift(session, hold_id, reason="The inquiry is over.", by=HR, now=LATER)

    assert erase(tutor)["pdfs"] == 1
    assert verify(tutor.db.reader).faults == []
    with tutor.db.reader() as session:
        [row], why = every_hold(session)
    assert (row.held_at, row.ended_at, why) == (NOW, LATER, {})


@on_sqlite
def test_a_hold_on_one_signature_keeps_its_person_too_and_no_other_signature(tutor):
    keep_it(tutor, serial_of(tutor))

    for serial in ((), (serial_of(tutor),)):
        with pytest.raises(NotErased):
            erase(tutor, *serial)
    with pytest.raises(NotFound, match="nothing of this acknowledgement"):
        erase(tutor, "OS-2026-AAAA-AAAA")


@on_sqlite
def test_a_hold_is_lifted_once(tutor):
    hold_id = keep_it(tutor)
    with tutor.db.change() as session:
        lift(session, hold_id, reason="Over.", by=HR, now=LATER)

    with pytest.raises(AlreadyLifted), tutor.db.change() as session:
        lift(session, hold_id, reason="Over.", by=HR, now=LATER)


@on_sqlite
def test_hr_holds_and_lifts_on_its_pages_and_loses_no_word(tutor, client):
    with tutor.db.change() as session:
        person = add_somebody(session, "Hanna Reed", Role.HR)
    sign_in_as(client, person)
    serial, place = serial_of(tutor), f"/people/{tutor.id}/hold"
    page = client.get(f"/acknowledgements/{serial}").text
    assert f"{place}?serial={serial}" in page
    assert serial in client.get(f"{place}?serial={serial}").text
    assert post(client, place, serial=serial, reason=" ").status_code == 422

    assert post(client, place, serial=serial, reason=WHY).location == "/holds"

    page = client.get("/holds").text
    assert "1 hold on evidence" in page
    assert WHY in page
    end_it = re.search(r'href="(/holds/[^"]+/end)"', page)[1]
    post(client, end_it, reason="The inquiry is over.")
    assert "The inquiry is over." in client.get("/holds").text
    assert client.get(end_it).status_code == 409


@on_sqlite
def test_a_signature_of_somebody_else_cannot_be_held_under_this_name(tutor, client):
    with tutor.db.change() as session:
        person = add_somebody(session, "Hanna Reed", Role.HR)
    sign_in_as(client, person)

    assert client.get(f"/people/{person}/hold?serial={serial_of(tutor)}").status_code == 404
