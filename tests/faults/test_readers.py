"""Whoever reads does not wait for whoever writes; what cannot be written harms no reader."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal import clock
from portal.access import Role
from portal.acknowledgements.models import Acknowledgement, StoredPdf, StoredRecord
from portal.acknowledgements.verify import verify
from portal.people.models import Person, SignIn
from tests.acknowledgements.tutors import PAGE, arrive, typed
from tests.factories import EARLIER, add_somebody, post, sign_in_as
from tests.faults.children import sign_on_full_disk, told_by_child

PATIENCE = 60  # seconds for what takes a moment
FULL = (0, 4096, 16_384, 65_536)  # bytes that no file may grow by
CLOSED = {  # what closes a connection to writing, for root as well
    "sqlite": "PRAGMA query_only=ON",
    "postgresql": "SET default_transaction_read_only=on",
}
ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def tutor(app):
    return arrive(app)


@pytest.fixture
def hr(app, client):
    """A browser in which HR is signed in."""
    with app.extensions["db"].change() as session:
        person = add_somebody(session, "Hana Archive", Role.HR)
    sign_in_as(client, person)
    return client


def signed_pdf(tutor):
    return f"/acknowledgements/{tutor.sign(tutor.unprinted(tutor.draft(now=EARLIER)), now=EARLIER)}"


@pytest.mark.parametrize(
    "page", ["/acknowledgements", "/tutors", "/policies/online-safeguarding/1.0"]
)
def test_pages_open_while_somebody_else_is_writing(tutor, hr, page):
    signed_pdf(tutor)
    with ThreadPoolExecutor(1) as pool, tutor.db.change() as session:
        session.execute(sa.update(Person).values(phone="01632 960 999"))
        session.flush()

        answer = pool.submit(hr.get, page).result(PATIENCE)

    assert answer.status_code == 200


def stored(tutor):
    tables = (Acknowledgement, StoredRecord, StoredPdf)
    with tutor.db.reader() as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(each)) for each in tables]


@contextmanager
def connecting(database, event, doing):
    """Let this happen whenever a connection is made; there is none before, and none after."""
    database.engine.dispose()
    sa.event.listen(database.engine, event, doing)
    yield
    database.engine.dispose()
    sa.event.remove(database.engine, event, doing)


def read_only(database):
    def close(connection, _record):
        connection.cursor().execute(CLOSED[database.engine.dialect.name])
        connection.commit()

    return connecting(database, "connect", close)


def down(database):
    def refuse(dialect, *_):
        raise dialect.loaded_dbapi.OperationalError("nobody answers")

    return connecting(database, "do_connect", refuse)


@ONLY_SQLITE
def test_a_full_disk_signs_nothing_says_so_and_the_next_try_signs(tutor):
    settings = tutor.app.extensions["settings"].model_copy(update={"press_seconds": PATIENCE})

    answers = told_by_child(sign_on_full_disk, settings, tutor.id, FULL)

    assert set(answers) == {(503, True)}
    assert stored(tutor) == [0, 0, 0]
    assert verify(tutor.db.reader).faults == []
    assert told_by_child(sign_on_full_disk, settings, tutor.id, (10**9,)) == [(302, False)]
    assert stored(tutor) == [1, 1, 1]


def test_where_nothing_can_be_written_nothing_is_signed_and_the_page_says_so(tutor, client, caplog):
    sign_in_as(client, tutor.id)

    with read_only(tutor.db):
        answer = post(client, PAGE, **typed())

    assert answer.status_code == 503
    assert "Nothing half-done is kept." in answer.text
    assert tutor.id not in caplog.text, "what was to be stored is in the log"
    assert stored(tutor) == [0, 0, 0]


@ONLY_SQLITE
def test_a_folder_closed_to_writing_is_told_in_words_and_no_name_is_logged(tutor, client, caplog):
    sign_in_as(client, tutor.id)
    lock = Path(f"{tutor.db.engine.url.database}.lock")
    lock.unlink()
    lock.mkdir()

    answer = post(client, PAGE, **typed())

    assert answer.status_code == 503
    assert lock.name in caplog.text
    assert tutor.name not in caplog.text


def test_hr_finds_and_downloads_where_nothing_can_be_written(tutor, hr):
    page = signed_pdf(tutor)
    a_while_ago = clock.now() - timedelta(minutes=5)  # so that this visit would be written down
    with tutor.db.change() as session:
        session.execute(sa.update(SignIn).values(seen_at=a_while_ago))

    with read_only(tutor.db):
        answers = [hr.get(each) for each in ("/acknowledgements", page, f"{page}.pdf")]

    assert [each.status_code for each in answers] == [200, 200, 200]
    assert answers[-1].data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("page", "status"), [("/now", 503), ("/acknowledgements", 503), ("/no-such-page", 500)]
)
def test_with_the_database_down_a_page_in_words_says_so(app, hr, page, status):
    app.config["PROPAGATE_EXCEPTIONS"] = False  # as it runs in real life

    with down(app.extensions["db"]):
        answer = hr.get(page)

    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert 'href="tel:999"' in answer.text
