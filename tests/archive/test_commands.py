"""`portal verify` says what fits, names what does not, and changes nothing."""

import pytest
from click.testing import CliRunner

from portal.archive.commands import verify
from portal.console import Console
from portal.ledger.queries import head
from tests.acknowledgements.tutors import arrive
from tests.ledger.tampering import unguarded


@pytest.fixture
def tutor(app):
    return arrive(app)


def run(tutor, *words):
    console = Console(settings=tutor.app.extensions["settings"], make_app=lambda _: tutor.app)
    return CliRunner().invoke(verify, words, obj=console)


def test_all_is_well_when_everything_fits(tutor):
    tutor.sign()
    with tutor.db.reader() as session:
        before = head(session)

    done = run(tutor)

    assert done.exit_code == 0, done.output
    assert f"{before[0]} ledger entries" in done.output
    assert "1 acknowledgements, 1 sealed PDFs" in done.output
    assert "Everything fits." in done.output
    with tutor.db.reader() as session:
        assert head(session) == before


def test_each_fault_is_named(tutor):
    serial = tutor.sign()
    unguarded(tutor.db.engine, "UPDATE acknowledgements SET cycle = 2")

    done = run(tutor)

    assert done.exit_code == 1
    assert f"FAULT acknowledgements {serial} cycle: is not what the ledger says" in done.output
    assert "4 faults" in done.output


def test_a_pdf_that_was_never_sealed_is_a_fault(tutor):
    serial = tutor.sign(tutor.unprinted())

    done = run(tutor)

    assert done.exit_code == 1
    assert f"FAULT pdfs {serial} content: " in done.output


def test_a_head_that_our_key_did_not_sign_is_a_fault(tutor):
    unguarded(tutor.db.engine, "UPDATE head SET signature = 'forged'")

    done = run(tutor)

    assert "FAULT head 1 signature: is not that of our key" in done.output


def test_a_head_from_outside_shows_that_the_database_was_put_back(tutor):
    with tutor.db.reader() as session:
        seq, link = head(session)

    stands = run(tutor, "--head", f"{seq}:{link}")
    later = run(tutor, "--head", f"{seq}:{link}", "--head", f"{seq + 1}:{'ab' * 32}")

    assert (stands.exit_code, later.exit_code) == (0, 1)
    assert f"FAULT entries {seq + 1} seq: is missing" in later.output


@pytest.mark.parametrize("value", ["", "7", "7:ab", f"x:{'ab' * 32}"])
def test_what_is_no_head_is_refused(tutor, value):
    assert run(tutor, "--head", value).exit_code == 2


def test_an_empty_installation_fits(app):
    console = Console(settings=app.extensions["settings"], make_app=lambda _: app)

    done = CliRunner().invoke(verify, obj=console)

    assert (done.exit_code, done.output.splitlines()[0]) == (0, "0 ledger entries")


def test_a_file_is_told_for_what_it_is(tutor, tmp_path):
    what = tutor.sealed()
    serial = tutor.sign(what)
    own, other = tmp_path / "own.pdf", tmp_path / "other.pdf"
    own.write_bytes(what.pdf)
    other.write_bytes(what.pdf + b"\n")

    issued, altered = run(tutor, str(own)), run(tutor, str(other))

    assert (issued.exit_code, altered.exit_code) == (0, 1)
    assert f"Acknowledgement {serial}, signed" in issued.output
    assert "Issued here, and no byte was changed." in issued.output
    assert "FAILED the seal does not cover the file" in altered.output


def test_a_file_that_is_not_there_is_said_to_be_so(tutor, tmp_path):
    done = run(tutor, str(tmp_path / "none.pdf"))

    assert done.exit_code == 1
    assert "No such file" in done.output
