"""Erased by rule: nothing personal is left, the chain is whole, and all the rest still fits."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal.access import SYSTEM, Role
from portal.acknowledgements.afterwards import correct
from portal.acknowledgements.queries import held
from portal.acknowledgements.verify import verify
from portal.archive import commands
from portal.archive.actions import NotErased, erase_acknowledgement, erase_person
from portal.archive.erase import erase
from portal.archive.rules import find_rule, hindrance
from portal.console import Console
from portal.db import Base
from portal.people import engagements
from portal.people.actions import begin, end
from portal.people.directory import unended
from portal.people.models import Kind
from portal.quizzes.actions import unlock
from tests.acknowledgements.tutors import arrive, colleague
from tests.factories import NOW, POLICY, add_somebody, as_person, sign_in_as
from tests.ledger.tampering import unguarded

ASKED = find_rule("asked-for")
LATER = NOW + timedelta(days=30)
WORDS = "Signed in the wrong room."
PERSONAL = ("Priya", "Nair", "priya.nair", WORDS)
EMAIL = "priya.nair@example.org"


@pytest.fixture
def tutor(app):
    """Somebody who signed and left, beside a colleague who signed too and stays."""
    tutor = arrive(app)
    serial = tutor.sign(tutor.unprinted())
    other = colleague(tutor, "Zoe Other")
    other.sign(other.unprinted())
    with tutor.db.change() as session:
        hr, hour = as_person("hr", Role.HR), NOW + timedelta(hours=1)
        correct(session, serial, reason=WORDS, by=hr, now=hour)
    return tutor


@pytest.fixture
def gone(tutor):
    leave(tutor)
    return tutor


def leave(tutor, *kinds):
    with tutor.db.change() as session:
        for kind in kinds or (Kind.ENGAGEMENT, Kind.ENABLED):
            for period in unended(session, tutor.id, kind=kind):
                end(session, period.id, by=SYSTEM, now=NOW + timedelta(days=1))


def serial_of(tutor):
    with tutor.db.reader() as session:
        return held(session, tutor.id)[0].serial


def erased(tutor, rule=ASKED, *, now=LATER):
    with tutor.db.change() as session:
        return erase_person(session, tutor.id, rule=rule, by=SYSTEM, now=now)


def faults(tutor):
    return verify(tutor.db.reader).faults


def left_of(tutor):
    """Return which personal words are stored anywhere."""
    with tutor.db.reader() as session:
        rows = [session.execute(sa.select(table)).all() for table in Base.metadata.sorted_tables]
    return [each for each in PERSONAL if each in repr(rows)]


def test_nothing_personal_is_left_and_everything_still_fits(gone):
    assert left_of(gone) == list(PERSONAL)

    rows = erased(gone)

    assert left_of(gone) == []
    assert faults(gone) == []
    assert (rows["records"], rows["pdfs"], rows["remarks"]) == (1, 1, 1)
    assert rows["payloads"] > 20


def test_an_edit_of_a_row_whose_payload_is_erased_is_found_as_before(gone):
    erased(gone)

    unguarded(gone.db.engine, "UPDATE acknowledgements SET cycle = 2 WHERE cycle = 1")

    found = {(each.table, each.field) for each in faults(gone)}
    assert ("acknowledgements", "cycle") in found
    unguarded(gone.db.engine, "UPDATE acknowledgements SET cycle = 1")
    unguarded(gone.db.engine, "DELETE FROM choices")
    assert "choices" in {each.table for each in faults(gone)}


@pytest.mark.parametrize("table", ["payloads", "records", "pdfs", "remarks"])
def test_what_goes_without_an_erasure_is_found(gone, table):
    unguarded(gone.db.engine, f"DELETE FROM {table}")

    assert {each.table for each in faults(gone)} & {table, "acknowledgements"}


def test_a_forged_erasure_is_found(gone):
    unguarded(
        gone.db.engine,
        "DELETE FROM pdfs",
        "INSERT INTO erasures (id, table_name, key, rule, erased_at, erased_by)"
        " SELECT substr(id, 1, 15), 'pdfs', id, 'asked-for', signed_at, 'x' FROM acknowledgements",
    )

    assert {each.table for each in faults(gone)} == {"erasures"}


def test_one_acknowledgement_can_be_erased_and_the_rest_of_the_person_stays(gone):
    with gone.db.change() as session:
        told = {"rule": ASKED, "by": SYSTEM, "now": LATER}
        rows = erase_acknowledgement(session, gone.id, serial_of(gone), **told)

    assert rows == {"payloads": 2, "pdfs": 1, "records": 1, "remarks": 1}
    assert faults(gone) == []
    assert left_of(gone) == ["Priya", "Nair", "priya.nair"]
    erased(gone, now=LATER + timedelta(days=1))
    assert (left_of(gone), faults(gone)) == ([], [])


@pytest.mark.parametrize("still", [Kind.ENGAGEMENT, Kind.ENABLED])
def test_whoever_is_here_is_not_erased(tutor, still):
    leave(tutor, *{Kind.ENGAGEMENT, Kind.ENABLED} - {still})

    with pytest.raises(NotErased):
        erased(tutor)
    assert left_of(tutor) == list(PERSONAL)


def test_why_a_last_day_was_moved_goes_too_and_nobody_goes_before_it(tutor):
    told = {"reason": WORDS, "by": as_person("hr", Role.HR)}
    soon, day = NOW + timedelta(hours=2), timedelta(days=1)
    with tutor.db.change() as session:
        engagements.leave(session, tutor.id, last_day=(NOW + day).date(), **told, now=soon)
        last = {"last_day": (NOW + 4 * day).date(), "now": NOW + timedelta(hours=3)}
        engagements.move_last_day(session, tutor.id, **told, **last)
    leave(tutor, Kind.ENABLED)
    with pytest.raises(NotErased):
        erased(tutor, now=NOW + 3 * day)

    erased(tutor)

    assert left_of(tutor) == []
    assert faults(tutor) == []


def test_a_rule_waits_for_its_years():
    ended = datetime(2024, 2, 29, tzinfo=UTC)
    told = {"engaged": False, "enabled": False, "ended_at": ended}
    rule = find_rule("six-years")

    assert hindrance(rule, **told, now=datetime(2030, 2, 27, tzinfo=UTC))
    assert hindrance(rule, **told, now=datetime(2030, 2, 28, tzinfo=UTC)) is None


def test_the_command_asks_and_verify_says_what_was_erased_under_which_rule_and_when(gone):
    console = Console(settings=gone.app.extensions["settings"], make_app=lambda _: gone.app)
    words = [EMAIL, "--rule", "asked-for"]

    no = CliRunner().invoke(erase, words, input="n\n", obj=console)
    assert (no.exit_code, left_of(gone)) == (1, list(PERSONAL))
    done = CliRunner().invoke(erase, [*words, "--yes"], obj=console)
    told = CliRunner().invoke(commands.verify, obj=console)

    assert "1 records erased under rule asked-for" in done.output
    assert "1 pdfs erased under rule asked-for on" in told.output
    assert "acknowledgements" not in [line for line in told.output.splitlines() if "FAULT" in line]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_counts_old_words_that_nobody_can_change_and_no_new_ones_come(gone):
    with gone.db.change() as session:
        hr, told = as_person("hr", Role.HR), {"policy": POLICY, "major": 1}
        unlock(session, gone.id, **told, reason="Old words.", by=hr, now=LATER)
        begin(session, gone.id, kind=Kind.TAG, value="x", reason="Older words.", by=hr, now=NOW)
        [period] = unended(session, gone.id, kind=Kind.TAG)
        end(session, period.id, by=hr, now=NOW + timedelta(days=1))
    settings = gone.app.extensions["settings"]
    console = Console(settings=settings, make_app=lambda _: gone.app)

    done = CliRunner().invoke(erase, [EMAIL, "--rule", "asked-for", "--yes"], obj=console)

    assert "1 periods.reason stay: words in rows that nobody can change" in done.output
    assert "unlocks.note" not in done.output


def test_pages_say_that_it_is_erased_instead_of_breaking(gone, client):
    with gone.db.change() as session:
        hanna = add_somebody(session, "Hanna Reed", Role.HR)
    erased(gone)
    sign_in_as(client, hanna)

    assert client.get(f"/acknowledgements/{serial_of(gone)}.pdf").status_code == 404
    page = client.get(f"/acknowledgements/{serial_of(gone)}")
    assert (page.status_code, "What was written was erased." in page.text) == (200, True)
    assert "Everything fits together" in page.text
    assert client.get(f"/tutors/{gone.id}").status_code == 200
    assert client.get("/acknowledgements").status_code == 200
