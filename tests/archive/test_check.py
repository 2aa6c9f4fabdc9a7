"""Anybody may ask whether a file was issued here; nobody learns more than that."""

import re
from io import BytesIO

import pytest
import sqlalchemy as sa

from portal.archive import check
from portal.people.models import Failed
from tests.acknowledgements.tutors import arrive
from tests.factories import post
from tests.ledger.tampering import unguarded

ISSUED = "This file was issued here"
NOT_ISSUED = "This file was not issued here, or was altered"


@pytest.fixture
def tutor(app):
    return arrive(app)


def drop(client, content, *, link=""):
    return post(client, f"/check{link}", pdf=(BytesIO(content), "a name of theirs.pdf"))


def drop_large(client, content):
    """Send the form as a browser does; the test client would leave a file of its own behind."""
    token = re.search('name="csrf_token" value="([^"]+)"', client.get("/check").text)[1]
    token = b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode()
    file = b'\r\n--x\r\nContent-Disposition: form-data; name="pdf"; filename="a.pdf"\r\n\r\n'
    body = token + file + content + b"\r\n--x--\r\n"
    return client.post("/check", data=body, content_type="multipart/form-data; boundary=x")


def nameless():
    """What a browser sends when no file was chosen."""
    return {"pdf": (BytesIO(), "")}


def heading(page):
    return re.search("<h1>(.*)</h1>", page.text)[1]


def counted(app):
    with app.extensions["db"].reader() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Failed))


def issue(tutor):
    """Sign, and return serial and bytes."""
    what = tutor.unprinted()
    return tutor.sign(what), what.pdf


def test_the_file_that_was_issued_is_told_by_date_and_initials(tutor, client):
    serial, pdf = issue(tutor)

    page = drop(client, pdf)

    assert (page.status_code, heading(page)) == (200, ISSUED)
    assert "on 23 Nov 2026. The tutor’s initials are P. N." in page.text
    assert serial in page.text
    assert not re.search("Priya|Nair|example.org", page.text)


CHANGES = [lambda pdf: b"x" + pdf[1:], lambda pdf: pdf[:-1], lambda pdf: pdf + b"\n", lambda _: b""]


@pytest.mark.parametrize("change", CHANGES, ids=["changed", "cut", "longer", "empty"])
def test_any_other_file_is_told_with_what_to_do_next(tutor, client, change):
    serial, pdf = issue(tutor)

    page = drop(client, change(pdf), link=f"?serial={serial}")

    assert (page.status_code, heading(page)) == (200, NOT_ISSUED)
    assert "What to do next" in page.text
    assert "P. N." not in page.text


def test_the_link_in_a_pdf_leads_here_and_tells_nothing(tutor, client):
    what = tutor.unprinted()
    serial, link = tutor.sign(what), what.draft.record.verify_url

    page, other = client.get(f"/check?serial={serial}"), client.get("/check?serial=OS-2026-ZZZZ")

    assert link == f"http://localhost:8000/check?serial={serial}"
    assert heading(page) == "Check a signed PDF"
    assert page.text.count(serial) == other.text.count("OS-2026-ZZZZ") == 2
    plain = [re.sub('value="[^"]+"', "", each.text) for each in (page, other)]
    assert plain[0].replace(serial, "OS-2026-ZZZZ") == plain[1]


def test_a_serial_that_is_none_is_not_repeated(app, client):
    assert "bank" not in client.get("/check?serial=Ring+your+bank").text


def test_a_file_of_another_serial_than_the_link_is_told(tutor, client):
    _, pdf = issue(tutor)

    page = drop(client, pdf, link="?serial=OS-2026-ZZZZ-ZZZZ")

    assert heading(page) == ISSUED
    assert "It is not the one of your link" in page.text


NO_FILE = {"nothing": dict, "words": lambda: {"pdf": "no file"}, "nameless": nameless}


@pytest.mark.parametrize("kind", NO_FILE)
def test_without_a_file_it_is_asked_for_again(app, client, kind):
    page = post(client, "/check", **NO_FILE[kind]())

    assert page.status_code == 422
    assert "Choose the PDF to check" in page.text


def test_a_larger_file_than_a_form_is_taken_and_a_huge_one_is_not(app, client):
    assert heading(drop_large(client, b"x" * 2_000_000)) == NOT_ISSUED
    assert drop_large(client, b"x" * check.LARGEST).status_code == 413


def test_who_tries_file_after_file_waits_and_who_has_the_issued_one_does_not(tutor, client):
    _, pdf = issue(tutor)

    for _ in range(30):
        assert heading(drop(client, pdf)) == ISSUED
    assert counted(tutor.app) == 0
    for number in range(30):
        drop(client, b"%d" % number)

    page = drop(client, pdf)
    assert (page.status_code, "checked-too-often" in page.text) == (429, True)


def test_the_initials_are_those_in_the_file_and_a_broken_record_does_not_hide_them(tutor, client):
    _, pdf = issue(tutor)
    unguarded(tutor.db.engine, "UPDATE people SET name = 'Zoe Married'")
    assert "initials are P. N." in drop(client, pdf).text

    unguarded(tutor.db.engine, sa.text("UPDATE records SET json = :json"), json=b"{}")

    assert "initials are Z. M." in drop(client, pdf).text


def test_nothing_is_kept_of_the_file(app, client):
    with app.extensions["db"].reader() as session:
        entries = session.scalar(sa.text("SELECT count(*) FROM entries"))

    drop(client, b"somebody's letter")

    with app.extensions["db"].reader() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM entries")) == entries
