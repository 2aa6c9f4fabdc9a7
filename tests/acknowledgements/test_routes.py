"""The page that signs, the page that says so, and the sealed bytes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from threading import Barrier

import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.acknowledgements.models import Acknowledgement, StoredPdf
from portal.acknowledgements.press import Press
from portal.ledger.models import Entry
from portal.ledger.queries import told
from portal.people.models import Person
from tests.acknowledgements.tutors import NAME, PAGE, PASSWORD, arrive, join, typed
from tests.factories import (
    EARLIER,
    add_managed_team,
    add_somebody,
    post,
    publish_policy,
    renumbered,
    sign_in_as,
)

SIGNED = EARLIER + timedelta(days=1)


@pytest.fixture
def tutor(app, client):
    tutor = arrive(app)
    sign_in_as(client, tutor.id)
    return tutor


def signatures(tutor):
    with tutor.db.reader() as session:
        return session.scalars(sa.select(Acknowledgement.serial)).all()


def somebody(tutor, name, *roles):
    with tutor.db.change() as session:
        return add_somebody(session, name, *roles)


def downloads(tutor):
    with tutor.db.reader() as session:
        return [
            each.by for each in told(session, tutor.id, entry_type="acknowledgement.downloaded")
        ]


def test_the_page_says_what_is_signed_stored_and_at_stake(tutor, client):
    page = client.get(PAGE)

    assert page.status_code == 200
    for words in ("gross misconduct", "What will be stored, and who sees it", "11 of 11 points"):
        assert words in page.text
    assert "my learning manager, Alex Penrose" in page.text
    assert " checked" not in page.text


def test_a_tutor_signs_and_is_told_until_when(tutor, client):
    answer = post(client, PAGE, **typed())

    (serial,) = signatures(tutor)
    end = client.get(answer.location)
    assert answer.location == f"/acknowledgements/{serial}"
    for words in ("You have signed", "counts until", "the parent’s phone number", serial):
        assert words in end.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_issued_is_served_whatever_the_press_would_make_of_it_today(tutor, client):
    what = tutor.unprinted()  # bytes that no template of ours ever made
    serial = tutor.sign(what)
    tutor.app.extensions["press"] = None

    served = client.get(f"/acknowledgements/{serial}.pdf")

    assert sha256(served.data).hexdigest() == what.pdf_digest
    assert served.get_etag()[0] == what.pdf_digest


def test_the_sealed_bytes_are_served_as_they_are_stored(tutor, client):
    location = post(client, PAGE, **typed()).location

    served = client.get(f"{location}.pdf")

    with tutor.db.reader() as session:
        content = session.scalars(sa.select(StoredPdf.content)).one()
    assert served.data == content
    assert served.get_etag() == (sha256(content).hexdigest(), False)
    assert served.headers["Content-Disposition"] == f'inline; filename="{signatures(tutor)[0]}.pdf"'
    assert served.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in served.headers["Content-Security-Policy"]
    assert (
        client.get(f"{location}.pdf", headers={"If-None-Match": served.headers["ETag"]}).status_code
        == 304
    )


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("agreed", "Tick the box"),
        ("full_name", "Type your full name"),
        ("password", "Type your password once more"),
    ],
)
def test_what_is_left_out_is_asked_for_and_the_rest_is_kept(tutor, client, field, words):
    answer = post(client, PAGE, **{name: value for name, value in typed().items() if name != field})

    assert answer.status_code == 422
    assert words in answer.text
    assert (f'value="{NAME}"' in answer.text) == (field != "full_name")
    assert (" checked" in answer.text) == (field != "agreed")
    assert PASSWORD not in answer.text


def test_another_name_is_met_with_the_one_held_and_the_way_to_put_it_right(tutor, client):
    answer = post(client, PAGE, **typed(full_name="Pria Nair"))

    assert answer.status_code == 422
    assert "Type your name as we hold it: Priya Nair" in answer.text
    assert 'href="/details"' in answer.text
    assert 'value="Pria Nair"' in answer.text
    assert signatures(tutor) == []


def test_a_wrong_password_signs_nothing_and_is_on_the_ledger(tutor, client):
    answer = post(client, PAGE, **typed(password="not the right one"))

    assert answer.status_code == 422
    assert "That is not your password" in answer.text
    with tutor.db.reader() as session:
        assert len(told(session, tutor.id, entry_type="proof.failed")) == 1
    assert signatures(tutor) == []


def test_guessing_slows_down_even_with_the_right_password_at_last(tutor, client):
    for _ in range(5):
        post(client, PAGE, **typed(password="a guess"))

    answer = post(client, PAGE, **typed())

    assert answer.status_code == 429
    assert signatures(tutor) == []


def test_a_version_published_meanwhile_signs_nothing_and_shows_the_way(tutor, client):
    with tutor.db.change() as session:
        publish_policy(session, renumbered("2.0"), now=SIGNED)

    answer = post(client, PAGE, **typed())

    assert answer.status_code == 409
    assert "/policies/online-safeguarding/2.0/sections/1" in answer.text
    assert NAME in answer.text.split("What you had typed")[1]
    assert signatures(tutor) == []


def test_a_forged_digest_of_the_text_signs_nothing(tutor, client):
    answer = post(client, PAGE, **typed(shown="0" * 64))

    assert answer.status_code == 409
    assert "Open the page again" in answer.text
    assert signatures(tutor) == []


def test_a_press_that_cannot_seal_signs_nothing_and_the_next_try_may_work(tutor, client, tmp_path):
    own = tutor.press
    tutor.app.extensions["press"] = Press(tmp_path / "no keys here", seconds=60)

    answer = post(client, PAGE, **typed())
    tutor.press.close()
    tutor.app.extensions["press"] = own

    assert answer.status_code == 503
    assert "Nothing was signed" in answer.text
    assert f'value="{NAME}"' in answer.text
    assert signatures(tutor) == []
    assert post(client, PAGE, **typed()).status_code == 302


def test_a_name_that_no_font_can_show_signs_nothing_and_says_so(tutor, client):
    name = "Priya \U000f0000"  # for private use: no font has it
    with tutor.db.change() as session:
        session.execute(sa.update(Person).values(name=name).where(Person.id == tutor.id))

    answer = post(client, PAGE, **typed(full_name=name))

    assert answer.status_code == 422
    assert "Nothing was signed" in answer.text
    assert signatures(tutor) == []


def test_signing_again_leads_to_the_first(tutor, client):
    first = post(client, PAGE, **typed()).location

    assert post(client, PAGE, **typed()).location == first
    assert client.get(PAGE).location == first
    assert len(signatures(tutor)) == 1


def test_two_browsers_at_once_end_on_one_signature(tutor):
    browsers, start = [tutor.app.test_client() for _ in range(2)], Barrier(2)
    for each in browsers:
        sign_in_as(each, tutor.id)

    def sends(browser):
        start.wait()
        return post(browser, PAGE, **typed())

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(sends, browsers))

    (serial,) = signatures(tutor)
    assert {each.location for each in answers} == {f"/acknowledgements/{serial}"}


def test_who_has_not_read_is_led_to_the_first_section(app, client):
    sign_in_as(client, join(app).id)

    page = client.get(PAGE)

    assert page.status_code == 409
    assert "/policies/online-safeguarding/1.0/sections/1" in page.text


def test_what_a_refused_signature_leaves_is_its_trace(app, client):
    tutor = join(app)
    sign_in_as(client, tutor.id)

    post(client, PAGE, **typed())

    with tutor.db.reader() as session:
        (trace,) = told(session, tutor.id, entry_type="refused")
    assert trace.facts["code"] == "not-yet"


def test_a_foreign_serial_does_not_exist(tutor, client):
    serial = tutor.sign(now=SIGNED)
    with tutor.db.change() as session:
        _, other_manager = add_managed_team(session, "Someone Else")
    strangers = [somebody(tutor, "Other Tutor", Role.TUTOR), other_manager]

    for each in strangers:
        sign_in_as(client, each)
        assert client.get(f"/acknowledgements/{serial}").status_code == 404
        assert client.get(f"/acknowledgements/{serial}.pdf").status_code == 404
    assert downloads(tutor) == []


@pytest.mark.parametrize("role", [Role.HR, Role.SAFEGUARDING_LEAD, Role.MANAGER], ids=str)
def test_whoever_answers_for_the_tutor_sees_the_evidence(tutor, client, role):
    serial = tutor.sign(now=SIGNED)
    reader = tutor.manager_id if role is Role.MANAGER else somebody(tutor, "A Reader", role)
    sign_in_as(client, reader)

    page = client.get(f"/acknowledgements/{serial}")

    assert page.status_code == 200
    for words in ("Priya Nair signed on 2 Sep 2026", "Everything fits together", "11 of 11 points"):
        assert words in page.text


def test_a_download_by_anyone_but_the_signer_is_noted(tutor, client):
    serial = tutor.sign(now=SIGNED)

    client.get(f"/acknowledgements/{serial}.pdf")
    sign_in_as(client, somebody(tutor, "Hanna Reed", Role.HR))
    client.get(f"/acknowledgements/{serial}.pdf")

    assert downloads(tutor) == ["Hanna Reed"]


def test_a_full_disk_does_not_keep_the_evidence_from_hr(tutor, client):
    serial = tutor.sign(now=SIGNED)
    sign_in_as(client, somebody(tutor, "Hanna Reed", Role.HR))

    def full(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO entries"):
            raise sa.exc.OperationalError(statement, {}, OSError("no space left on device"))

    sa.event.listen(tutor.db.engine, "before_cursor_execute", full)
    served = client.get(f"/acknowledgements/{serial}.pdf")

    assert served.data.startswith(b"%PDF")
    assert downloads(tutor) == []


def test_every_signing_leaves_one_entry(tutor, client):
    post(client, PAGE, **typed())

    with tutor.db.reader() as session:
        wanted = Entry.type == "acknowledgement.signed"
        assert session.scalar(sa.select(sa.func.count()).where(wanted)) == 1
