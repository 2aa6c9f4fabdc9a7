"""Signed by hand: two people record and confirm the original, and it counts from then."""

from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa

from portal import clock
from portal.access import Actor, Origin, Role
from portal.acknowledgements import mails, paper, printable
from portal.acknowledgements.actions import sealed
from portal.acknowledgements.byhand import Print
from portal.acknowledgements.models import Acknowledgement
from portal.acknowledgements.paper import NotTheSamePerson, Original, PaperUnfit
from portal.acknowledgements.queries import find_record
from portal.acknowledgements.record import read
from portal.acknowledgements.second import TO_CONFIRM
from portal.acknowledgements.verify import verify
from portal.clearance.queries import standing
from portal.clearance.rules import NOT_SIGNED, decide
from portal.errors import NotFound
from portal.ledger import queries as ledger
from portal.outbox.mail import NeverSend, SendLater
from portal.outbox.models import Outgoing
from portal.people.models import Person
from portal.people.passwords import hashed
from portal.policies.text import digest
from tests.acknowledgements.tutors import PASSWORD, arrive, join
from tests.factories import (
    EARLIER,
    NOW,
    POLICY,
    TEXT,
    add_somebody,
    post,
    publish_policy,
    renumbered,
    sign_in_as,
)

DATED = date(2026, 11, 20)
EXACT, FORM = "𠮷田 太郎", "吉田 太郎"
PLACE = "Personnel file 2026-118"
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def tutor(app):
    return arrive(app)


def somebody(tutor, name, role=Role.HR):
    """Return somebody who may record or confirm, as an actor with a browser."""
    with tutor.db.change() as session:
        person = add_somebody(session, name, role)
    where = Origin(address="192.0.2.8", agent="A browser")
    return Actor(id=person, name=name, roles=frozenset({role}), origin=where, sign_in="6a" * 32)


@pytest.fixture
def hanna(tutor):
    return somebody(tutor, "Hanna Reed")


@pytest.fixture
def robin(tutor):
    return somebody(tutor, "Robin Hale", Role.SAFEGUARDING_LEAD)


def record(tutor, by, *, now=NOW, **changes):
    original = Original(**{"shown": digest(TEXT), "signed_on": DATED, "where": PLACE, **changes})
    told = {"original": original, "settings": tutor.app.extensions["settings"]}
    with tutor.db.change() as session:
        return paper.record_original(session, tutor.id, POLICY, "1.0", **told, by=by, now=now)


def confirm(tutor, paper_id, by, *, now=NOW, **seen):
    told = {"by": by, "settings": tutor.app.extensions["settings"], "now": now}
    with tutor.db.reader() as session:
        draft = paper.prepare_paper(session, paper_id, **told, **seen)
    what = sealed(draft, tutor.press.make(draft))
    with tutor.db.change() as session:
        return paper.confirm(session, paper_id, what, **told)


def decided(tutor, at):
    with tutor.db.reader() as session:
        return decide(standing(session, tutor.id), at=at)


def test_it_counts_from_the_confirmation_and_never_from_the_date_on_it(tutor, hanna, robin):
    recorded = record(tutor, hanna)
    assert NOT_SIGNED.code in decided(tutor, NOW).codes

    later = NOW + timedelta(hours=3)
    confirm(tutor, recorded, robin, now=later)

    assert NOT_SIGNED.code in decided(tutor, later - MOMENT).codes
    assert decided(tutor, later).cleared
    assert verify(tutor.db.reader).faults == []


def test_record_and_ledger_name_the_original_and_both_who_answer_for_it(tutor, hanna, robin):
    serial = confirm(tutor, record(tutor, hanna), robin)

    with tutor.db.reader() as session:
        kept = read(find_record(session, session.scalars(sa.select(Acknowledgement.id)).one()))
        (entry,) = ledger.told(session, tutor.id, entry_type="acknowledgement.signed")
    hand = kept.on_paper
    assert (kept.serial, kept.identified_by.means, kept.button) == (serial, "paper", paper.BY_HAND)
    assert (hand.signed_on, hand.original) == (DATED, PLACE)
    assert (hand.recorded.name, hand.confirmed.name) == ("Hanna Reed", "Robin Hale")
    assert (entry.by, entry.facts["person_id"]) == ("Robin Hale", tutor.id)


def test_everybody_who_may_confirm_it_is_told_once_and_whoever_recorded_it_is_not(
    tutor, hanna, robin
):
    other = somebody(tutor, "Uma Other")
    recorded = record(tutor, hanna)

    with tutor.db.reader() as session:
        found = session.execute(sa.select(Outgoing.key, Outgoing.payload)).all()
    asked = sorted(key.split()[2] for key, _ in found if key.startswith(TO_CONFIRM))
    assert asked == sorted([other.id, robin.id])
    with tutor.app.app_context(), tutor.app.test_request_context():
        told = {"paper": recorded, "person": robin.id}
        with pytest.raises(SendLater):  # there is no mail server, and it was about to go
            mails.tell_of_paper(told, "an id", NOW)
        confirm(tutor, recorded, robin)
        with pytest.raises(NeverSend, match="does not wait any more"):
            mails.tell_of_paper(told, "an id", NOW)


def test_whoever_recorded_it_and_whoever_signed_it_do_not_confirm_it(tutor, hanna):
    recorded = record(tutor, hanna)
    signer = Actor(id=tutor.id, name=tutor.name, roles=frozenset({Role.HR, Role.TUTOR}))

    for by in (hanna, signer):
        with pytest.raises(NotTheSamePerson):
            confirm(tutor, recorded, by)


def test_nobody_but_hr_records_and_nobody_records_their_own(tutor, robin):
    own = Actor(id=tutor.id, name=tutor.name, roles=frozenset({Role.HR}))

    for by in (robin, own, tutor.actor):
        with pytest.raises(NotFound):
            record(tutor, by)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"shown": digest(TEXT + " ")}, "Another text was printed"),
        ({"signed_on": EARLIER.date() - timedelta(days=1)}, "between the day"),
        ({"signed_on": NOW.date() + timedelta(days=1)}, "between the day"),
    ],
    ids=["text", "before", "after"],
)
def test_what_cannot_be_so_is_not_recorded(tutor, hanna, changes, why):
    with pytest.raises(PaperUnfit, match=why):
        record(tutor, hanna, **changes)


def test_one_original_waits_at_a_time_and_a_rejected_one_may_be_recorded_again(tutor, hanna, robin):
    first = record(tutor, hanna)
    with pytest.raises(PaperUnfit, match="waits"):
        record(tutor, hanna)

    with tutor.db.change() as session:
        paper.reject(session, first, reason="No date on it.", by=robin, now=NOW)

    with pytest.raises(NotFound):
        confirm(tutor, first, robin)
    confirm(tutor, record(tutor, hanna), robin)


def test_the_scenarios_stay_required(app):
    tutor = join(app)
    by = somebody(tutor, "Hanna Reed")

    with pytest.raises(PaperUnfit, match="not read everything and passed"):
        record(tutor, by)


def test_a_version_published_in_between_is_not_signed_by_the_old_paper(tutor, hanna, robin):
    recorded = record(tutor, hanna)
    with tutor.db.change() as session:
        publish_policy(session, renumbered("1.1"), now=NOW)

    with pytest.raises(PaperUnfit, match="Another version"):
        confirm(tutor, recorded, robin)


def test_the_pack_says_that_it_is_nothing_yet_and_the_sealed_pdf_where_the_original_is(
    tutor, hanna, robin, told, tmp_path
):
    asked = {"by": hanna, "settings": tutor.app.extensions["settings"], "now": NOW}
    with tutor.db.reader() as session:
        draft = paper.pack(session, tutor.id, POLICY, "1.0", **asked)
    made = tutor.press.pack(draft)
    (tmp_path / "pack.pdf").write_bytes(made.pdf)

    said = told("pdftotext", "-layout", tmp_path / "pack.pdf", "-")

    for words in ("UNSIGNED PACK", "11 of 11 points", "Signature", digest(TEXT), "GEO-1"):
        assert words in said
    with pikepdf.open(BytesIO(made.pdf)) as pdf:
        assert "/AcroForm" not in pdf.Root


def test_which_print_was_handed_out_and_which_was_signed_both_stand(tutor, hanna, robin, client):
    sign_in_as(client, hanna.id)
    pack = f"/tutors/{tutor.id}/paper/{POLICY}/1.0.pdf"
    handed = [client.get(pack), client.get(f"{pack}?print=large")]
    confirm(tutor, record(tutor, hanna), robin, printed=Print.LARGE)

    with tutor.db.reader() as session:
        kept = read(find_record(session, session.scalars(sa.select(Acknowledgement.id)).one()))
        noted = [each.facts for each in ledger.told(session, tutor.id, entry_type="paper.printed")]

    assert kept.on_paper.printed == "large"
    assert [(each["size"], each["pdf"]) for each in noted] == [
        (size, sha256(answer.data).hexdigest())
        for size, answer in zip(("usual", "large"), handed, strict=True)
    ]


def unshown(tutor):
    with tutor.db.change() as session:
        own = sa.update(Person).where(Person.id == tutor.id).values(name=EXACT)
        session.execute(own)
        session.execute(sa.update(Person).values(password_hash=hashed(PASSWORD)))


def test_a_name_that_keeps_the_pack_from_print_waits_for_hr_who_is_led_there(tutor, hanna, client):
    unshown(tutor)
    sign_in_as(client, hanna.id)

    answer = client.get(f"/tutors/{tutor.id}/paper/{POLICY}/1.0.pdf")

    assert (answer.status_code, 'href="/printable-names"' in answer.text) == (422, True)
    assert "U+20BB7" in answer.text
    assert "HR was told" not in answer.text
    with tutor.db.reader() as session:
        (one,) = printable.waiting(session)
    assert (one.name, one.tutors) == (EXACT, (tutor.id,))
    assert EXACT in client.get("/printable-names").text


def test_a_name_that_keeps_it_from_being_confirmed_waits_for_hr_and_the_lead_is_told_so(
    tutor, hanna, robin, client
):
    where = f"/papers/{record(tutor, hanna)}"
    unshown(tutor)
    sign_in_as(client, robin.id)

    answer = post(client, f"{where}/confirmation", seen="y", password=PASSWORD)

    assert (answer.status_code, "HR was told by mail" in answer.text) == (422, True)
    assert "/printable-names" not in answer.text
    assert f'href="{where}"' in answer.text
    with tutor.db.change() as session:
        (one,) = printable.waiting(session)
        printable.record_form(session, EXACT, printed_as=FORM, by=hanna, now=clock.now())
    assert one.tutors == (tutor.id,)
    assert post(client, f"{where}/confirmation", seen="y", password=PASSWORD).status_code == 302


def test_what_no_font_shows_in_the_words_of_the_original_is_no_name(tutor, hanna, robin, client):
    where = f"/papers/{record(tutor, hanna, where=f'In the file of {EXACT}')}"
    with tutor.db.change() as session:
        session.execute(sa.update(Person).values(password_hash=hashed(PASSWORD)))
    sign_in_as(client, robin.id)

    answer = post(client, f"{where}/confirmation", seen="y", password=PASSWORD)

    assert "reject it, and have it recorded again" in answer.text
    with tutor.db.reader() as session:
        assert printable.waiting(session) == ()


def test_hr_and_the_lead_go_through_it_on_pages(tutor, hanna, robin, client):
    with tutor.db.change() as session:
        session.execute(sa.update(Person).values(password_hash=hashed(PASSWORD)))
    sign_in_as(client, hanna.id)
    page = f"/tutors/{tutor.id}/paper"
    assert f"{page}/{POLICY}/1.0" in client.get(page).text
    assert client.get(f"{page}/{POLICY}/1.0.pdf").data.startswith(b"%PDF")
    told = {"shown": digest(TEXT), "signed_on": "2026-11-20", "where": PLACE}

    wrong = post(client, f"{page}/{POLICY}/1.0", **{**told, "signed_on": "2019-01-01"})
    assert wrong.status_code == 422
    assert "between the day the scenarios were passed" in wrong.text
    assert PLACE in wrong.text
    assert post(client, f"{page}/{POLICY}/1.0", **told).location == page

    sign_in_as(client, robin.id)
    archive = client.get("/acknowledgements").text
    assert "One original signed by hand waits" in archive
    (where,) = {each.split('"')[0] for each in archive.split('href="') if "/papers/" in each[:9]}
    assert PLACE in client.get(where).text
    assert post(client, f"{where}/confirmation", seen="y", password="a guess").status_code == 422
    done = post(client, f"{where}/confirmation", seen="y", large="y", password=PASSWORD)
    shown = client.get(done.location).text
    for words in ("Everything fits together", PLACE, "Hanna Reed", "Robin Hale"):
        assert words in shown
    with pikepdf.open(BytesIO(client.get(f"{done.location}.pdf").data)) as pdf:
        [attached] = pdf.attachments.values()
        assert b'"printed":"large"' in attached.get_file().read_bytes()
