"""A seal's key came into other hands: nothing is un-signed, and each file is told for its worth."""

from datetime import timedelta
from hashlib import sha256

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates

from portal.access import SYSTEM, Role
from portal.acknowledgements.actions import sealed
from portal.acknowledgements.commands import seal
from portal.acknowledgements.compromise import DECLARED, Doubt, NotDeclared, Worth, declare
from portal.acknowledgements.doubts import SENT
from portal.acknowledgements.press import CannotSeal, Made
from portal.acknowledgements.seals import mark_of
from portal.acknowledgements.verify import verify
from portal.archive.commands import verify as verify_command
from portal.console import Console
from portal.ledger.actions import note
from portal.ledger.queries import head, of_type
from portal.ledger.witness import MAILED
from portal.outbox.models import Outgoing
from tests.acknowledgements.example import FOLDER
from tests.acknowledgements.tutors import arrive, colleague
from tests.factories import LEAD, NOW, add_somebody, sign_in_as

HOUR = timedelta(hours=1)
EXAMPLE = FOLDER / "example.pdf"
PDF = EXAMPLE.read_bytes()
GAP = PDF.index(b"/Contents <") + len(b"/Contents <")
CERTIFICATES = load_der_pkcs7_certificates(
    bytes.fromhex(PDF[GAP : PDF.index(b">", GAP)].decode()).rstrip(b"\0")
)
LEAF, ROOT = sorted(CERTIFICATES, key=lambda each: each.issuer == each.subject)
CHAIN = b"".join(each.public_bytes(Encoding.PEM) for each in (LEAF, ROOT)).decode()
MARK = mark_of(LEAF)
WHY = "The laptop with the keys was stolen."
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def tutor(app):
    return arrive(app)


def signed(tutor, **stamp):
    """Sign with the file of the example, which another seal has sealed; return the serial."""
    content = PDF + tutor.name.encode()
    made = Made(pdf=content, digest=sha256(content).hexdigest(), chain=CHAIN, stamp=stamp)
    return tutor.sign(sealed(tutor.draft(), made))


def say(tutor, since, *, in_use="", mark=MARK):
    with tutor.db.change() as session:
        told = {"since": since, "reason": WHY, "in_use": in_use}
        declare(session, mark, **told, by=LEAD, now=NOW + 3 * HOUR)


def went_out(tutor, entry_type, *, at, **facts):
    with tutor.db.change() as session:
        seq, link = head(session)
        facts = facts or {"seq": seq, "hash": link}
        note(session, entry_type, by=SYSTEM, subject=tutor.id, now=at, **facts)


def doubts(tutor, **told):
    report = verify(tutor.db.reader, **told)
    assert report.faults == []
    return report.doubts


@pytest.mark.parametrize(
    ("stored", "witness", "worth"),
    [
        (NOW - HOUR, "a mail", Worth.WITNESSED),
        (NOW - HOUR, "", Worth.LEDGER),
        (NOW, "", Worth.AFTER),
        (NOW, "a mail", Worth.AFTER),
    ],
)
def test_what_stands_depends_on_the_moment_and_on_who_saw_it_before(stored, witness, worth):
    told = {"serial": "", "since": NOW, "declared_at": NOW, "reason": WHY}
    doubt = Doubt(**told, stored_at=stored, witness=witness)

    assert doubt.worth is worth
    assert WHY in next(doubt.sentences("Europe/London"))


def test_a_file_is_witnessed_by_a_head_that_was_mailed_before_and_by_none_mailed_after(tutor):
    signed(tutor)
    say(tutor, NOW + HOUR)
    went_out(tutor, MAILED, at=NOW + 2 * HOUR)
    [before] = doubts(tutor)
    went_out(tutor, MAILED, at=NOW + HOUR / 2)

    [after] = doubts(tutor)

    assert (before.worth, after.worth) == (Worth.LEDGER, Worth.WITNESSED)
    assert "mailed to HR" in after.witness


@on_sqlite
def test_a_head_from_before_the_signature_witnesses_nothing(tutor):
    went_out(tutor, MAILED, at=NOW)
    with tutor.db.reader() as session:
        old, link = head(session)
    signed(tutor)
    went_out(tutor, MAILED, at=NOW + HOUR / 2, seq=old, hash=link)
    say(tutor, NOW + HOUR)

    [found] = doubts(tutor)

    assert found.worth is Worth.LEDGER


@on_sqlite
def test_a_pdf_mailed_to_its_tutor_witnesses_itself_and_those_before_it(tutor):
    first, second = tutor, colleague(tutor, "Omar Haddad")
    signed(first)
    serial = signed(second)
    went_out(second, SENT, at=NOW + HOUR / 2, serial=serial)
    say(tutor, NOW + HOUR)

    words = [each.witness for each in doubts(tutor)]

    assert sum("its copy went to the tutor" in each for each in words) == 1
    assert sum(f"the PDF {serial}, mailed to its tutor" in each for each in words) == 1


@on_sqlite
def test_a_time_stamp_from_before_witnesses(tutor):
    stamp = {"by": "A time authority", "certificate": "ab"}
    signed(tutor, at=NOW.isoformat(), **stamp)
    say(tutor, NOW + HOUR)

    [found] = doubts(tutor)

    assert "the time stamp in its seal, by A time authority" in found.witness


@on_sqlite
def test_a_head_that_somebody_kept_may_be_given(tutor):
    signed(tutor)
    say(tutor, NOW + HOUR)
    with tutor.db.reader() as session:
        kept = head(session)

    [found] = doubts(tutor, heads=[kept])

    assert found.witness.startswith(f"the head {kept[0]} given here covers it")


@on_sqlite
def test_the_earliest_moment_that_anybody_named_holds(tutor):
    signed(tutor)
    for since in (NOW + HOUR, NOW - HOUR, NOW + 2 * HOUR):
        say(tutor, since)

    [found] = doubts(tutor)

    assert (found.since, found.worth) == (NOW - HOUR, Worth.AFTER)


@on_sqlite
def test_nothing_more_is_stored_under_a_seal_that_was_declared(tutor):
    signed(tutor)
    say(tutor, NOW + HOUR)

    with pytest.raises(CannotSeal):
        signed(colleague(tutor, "Omar Haddad"))


@on_sqlite
@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"since": NOW + 9 * HOUR}, "still to come"),
        ({"since": NOW, "in_use": MARK}, "still signs"),
        ({"since": NOW, "mark": "00" * 32}, "No seal used here"),
        ({"since": NOW, "mark": MARK[:7]}, "No seal used here"),
    ],
)
def test_what_cannot_be_is_refused(tutor, told, why):
    signed(tutor)

    with pytest.raises(NotDeclared, match=why):
        say(tutor, **told)


def run(tutor, command, *words):
    settings = tutor.app.extensions["settings"]
    console = Console(settings=settings, make_app=lambda _: tutor.app)
    return CliRunner().invoke(command, list(map(str, words)), obj=console)


@on_sqlite
def test_the_command_asks_for_an_administrator_and_tells_who_answers_for_the_evidence(tutor):
    signed(tutor)
    with tutor.db.change() as session:
        for name, role in (("Ada Admin", Role.ADMINISTRATOR), ("Hanna Reed", Role.HR)):
            add_somebody(session, name, role)
    words = ("compromised", MARK[:12], "--since", "2026-11-23T11:00", "--reason", WHY, "--as")

    refused = run(tutor, seal, *words, "hanna.reed@example.org")
    done = run(tutor, seal, *words, "ada.admin@example.org")

    assert (refused.exit_code, done.exit_code) == (2, 0), done.output
    assert "in other hands from 23 Nov 2026, 11:00 GMT" in run(tutor, seal, "show").output
    with tutor.db.reader() as session:
        assert [each.by for each in of_type(session, DECLARED)] == ["Ada Admin"]
        assert session.query(Outgoing).filter_by(kind="seal-compromised").count() == 2


@on_sqlite
def test_verify_names_the_files_that_need_a_look_and_counts_the_others(tutor):
    serial = signed(tutor)
    say(tutor, NOW - HOUR)

    said = run(tutor, verify_command).output

    assert f"NOTICE pdfs {serial} content: The key of this seal was in other hands" in said
    assert "NOTICE 1 under a seal whose key was in other hands: sealed after" in said


@on_sqlite
def test_verify_of_a_file_tells_a_forgery_from_one_that_was_there_before(tutor, tmp_path):
    signed(tutor)
    say(tutor, NOW + HOUR)
    issued = tmp_path / "issued.pdf"
    issued.write_bytes(PDF + tutor.name.encode())

    known, forged = (run(tutor, verify_command, path).output for path in (issued, EXAMPLE))

    assert "NOTICE The ledger has this file from before" in known
    assert "NOTICE Whoever had that key could make this file" in forged


@on_sqlite
def test_the_page_of_the_pdf_says_it_to_hr(tutor, client):
    serial = signed(tutor)
    say(tutor, NOW - HOUR)
    with tutor.db.change() as session:
        person = add_somebody(session, "Hanna Reed", Role.HR)
    sign_in_as(client, person)

    page = client.get(f"/acknowledgements/{serial}").text

    assert "What the seal of this PDF is still worth" in page
    assert WHY in page
