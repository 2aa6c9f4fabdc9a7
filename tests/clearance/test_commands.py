"""`portal explain` prints the rule's own answer: required, held, blocks, next step."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from portal.access import SYSTEM
from portal.clearance.commands import explain
from portal.console import Console
from portal.people.actions import begin
from portal.people.models import Kind
from tests.acknowledgements.tutors import arrive
from tests.factories import NOW

EMAIL = "priya.nair@example.org"
LATER = (NOW + timedelta(hours=1)).isoformat()


@pytest.fixture
def tutor(app):
    return arrive(app)


@pytest.fixture
def ask(app):
    console = Console(settings=app.extensions["settings"], make_app=lambda _: app)
    return lambda *words: CliRunner().invoke(explain, words, obj=console)


def suspend(tutor):
    with tutor.db.change() as session:
        begin(session, tutor.id, kind=Kind.SUSPENSION, by=SYSTEM, now=NOW)


def test_a_blocked_tutor_is_told_why_and_what_comes_next(tutor, ask):
    done = ask(EMAIL, "--at", LATER)

    assert done.exit_code == 1, done.output
    assert done.output.splitlines()[0] == "Priya Nair, 23 Nov 2026, 11:00 GMT: blocked"
    assert "  online-safeguarding: version 1.0 binds" in done.output
    assert "Held:\n  nothing" in done.output
    assert "  not-signed: The policy is not signed." in done.output
    assert "Next step:\n  Sign the newest version." in done.output


def test_a_cleared_tutor_is_told_until_when(tutor, ask):
    tutor.sign(tutor.unprinted())

    done = ask(EMAIL, "--at", LATER)

    assert done.exit_code == 0, done.output
    assert ": cleared" in done.output
    assert "  until 23 Nov 2027, 12:00 GMT" in done.output
    assert "online-safeguarding 1.0, cycle 1, signed 23 Nov 2026, 10:00 GMT" in done.output
    assert "Blocks:\n  nothing" in done.output


def test_the_address_is_found_however_it_is_spelled(tutor, ask):
    assert ask(" PRIYA.Nair@Example.ORG ").exit_code == 1


def test_the_answer_is_for_the_moment_asked_about(tutor, ask):
    tutor.sign(tutor.unprinted())

    before = ask(EMAIL, "--at", (NOW - timedelta(seconds=1)).isoformat())
    after = ask(EMAIL, "--at", "2027-11-23T12:00")

    assert (before.exit_code, after.exit_code) == (1, 1)
    assert "Held:\n  nothing" in before.output
    assert "signature-expired" in after.output


def test_a_moment_without_an_offset_is_local(tutor, ask):
    assert "1 Jun 2027, 10:00 BST" in ask(EMAIL, "--at", "2027-06-01T10:00").output


def test_a_suspension_is_veiled_unless_asked_for_in_full(tutor, ask):
    tutor.sign(tutor.unprinted())
    suspend(tutor)

    veiled, full = ask(EMAIL, "--at", LATER), ask(EMAIL, "--at", LATER, "--full")

    assert (veiled.exit_code, full.exit_code) == (1, 1)
    assert "suspen" not in veiled.output
    assert "not-cleared" in veiled.output
    assert "suspended: The tutor is suspended." in full.output


def test_a_stranger_is_nobody_here(ask):
    done = ask("nobody@example.org")

    assert done.exit_code == 2
    assert "Nobody here has the address nobody@example.org." in done.output


def test_a_moment_that_cannot_be_read_is_refused(tutor, ask):
    done = ask(EMAIL, "--at", "tomorrow")

    assert done.exit_code == 2
    assert "tomorrow" in done.output
