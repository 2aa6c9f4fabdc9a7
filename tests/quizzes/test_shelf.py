"""Which quiz is live, and that nothing bad takes it down."""

import os
import shutil

import pytest

from portal import paths
from portal.access import Role
from portal.db import init_db
from portal.errors import NotFound
from portal.quizzes import shelf
from portal.quizzes.editions import publish_quiz, source_of
from portal.quizzes.loader import read
from portal.quizzes.queries import get_attempt
from portal.quizzes.refusals import NotForYou
from portal.quizzes.shelf import NoQuiz, live, live_quiz
from tests.factories import (
    LEAD,
    NOW,
    POLICY,
    add_tutor,
    answer_all,
    as_person,
    publish_policy,
    read_all,
    start_quiz,
)
from tests.quizzes.samples import FILE

SHIPPED = FILE.read_bytes()
TITLE = b"Scenarios on the code of practice"


@pytest.fixture
def session(database_url, tmp_path):
    database = init_db(database_url, info={"quizzes": tmp_path / "kept"})
    with database.change() as session:
        publish_policy(session)
        yield session
    database.engine.dispose()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A quizzes folder of our own, with the quiz that ships."""
    own = tmp_path / "quizzes"
    own.mkdir()
    shutil.copy(FILE, own)
    monkeypatch.setattr(paths, "QUIZZES", own)
    restart(monkeypatch)
    return own


def restart(monkeypatch):
    """Forget what a process remembers: the next one to ask is as good as another."""
    monkeypatch.setattr(shelf, "_READ", {})
    shelf._read.cache_clear()
    shelf._copy.cache_clear()


def titled(words, *, major=1):
    return SHIPPED.replace(TITLE, words).replace(b"major = 1", b"major = %d" % major, 1)


def publish(session, source, by=LEAD):
    quiz = read(source, name="a test", clauses=None)
    return publish_quiz(session, quiz, source=source, by=by, now=NOW)


def test_the_file_is_live_until_something_is_published(session, folder):
    assert live(session, POLICY).source == SHIPPED

    publish(session, titled(b"The first"))
    publish(session, titled(b"The second"))

    assert live_quiz(session, POLICY).title == "The second"
    assert live(session, POLICY).edition.n == 2


def test_each_major_has_its_own_and_a_new_one_begins_with_the_one_before(session, folder):
    publish(session, titled(b"Of one"))
    publish(session, titled(b"Of three", major=3))

    titles = [live_quiz(session, POLICY, major=each).title for each in (1, 2, 3, 4)]

    assert titles == ["Of one", "Of one", "Of three", "Of three"]


def test_a_file_of_a_newer_major_goes_before_what_was_published_for_an_older_one(session, folder):
    publish(session, titled(b"Of one"))
    (folder / FILE.name).write_bytes(titled(b"Of two", major=2))

    titles = [live_quiz(session, POLICY, major=each).title for each in (1, 2)]

    assert titles == ["Of one", "Of two"]


def test_a_bad_file_takes_nothing_down_while_the_portal_runs(session, folder):
    assert live(session, POLICY).source == SHIPPED
    spoil(folder)

    assert live(session, POLICY).source == SHIPPED


def test_a_bad_file_takes_nothing_down_after_a_restart(session, folder, monkeypatch):
    assert live(session, POLICY).source == SHIPPED
    spoil(folder)
    restart(monkeypatch)

    found = live(session, POLICY)

    assert (found.source, found.faults[0].line) == (SHIPPED, 1)
    tutor = add_tutor(session)
    read_all(session, tutor)
    answer_all(session, start_quiz(session, tutor), by=as_person(tutor))


def test_the_file_that_another_worker_read_last_stands_in_for_a_bad_one(session, folder):
    assert live(session, POLICY).source == SHIPPED
    (session.info["quizzes"] / FILE.name).write_bytes(titled(b"Of another worker"))
    spoil(folder)

    assert live_quiz(session, POLICY).title == "Of another worker"


def test_a_copy_that_is_spoilt_or_cannot_be_kept_takes_nothing_down(session, folder):
    session.info["quizzes"].write_bytes(b"no folder")
    assert live(session, POLICY).faults == ()
    spoil(folder)

    assert live(session, POLICY).source == SHIPPED


def test_a_file_that_is_mended_is_live_and_kept_again(session, folder, monkeypatch):
    live(session, POLICY)
    spoil(folder)
    live(session, POLICY)
    spoil(folder, titled(b"Mended"))
    live(session, POLICY)
    restart(monkeypatch)
    spoil(folder)

    assert live_quiz(session, POLICY).title == "Mended"
    assert [each.name for each in session.info["quizzes"].iterdir()] == [FILE.name]


def test_a_bad_file_takes_nothing_down_that_was_published(session, folder):
    publish(session, titled(b"Published"))
    spoil(folder)

    assert live_quiz(session, POLICY).title == "Published"


def test_a_bad_file_alone_is_said_to_be_no_quiz(session, folder):
    spoil(folder)

    with pytest.raises(NoQuiz):
        live(session, POLICY)
    with pytest.raises(NotFound):
        live(session, "../secrets")


def spoil(folder, source=b"no quiz"):
    file = folder / FILE.name
    file.write_bytes(source)
    later = file.stat().st_mtime + 5
    os.utime(file, (later, later))


def test_what_was_published_is_given_back_byte_for_byte(session, folder):
    source = titled(b"With \xc3\xa9 and line ends").replace(b"\n", b"\r\n")

    edition = publish(session, source)

    assert source_of(session, POLICY, edition=edition) == source
    with pytest.raises(NotFound):
        source_of(session, "another", edition=edition)


def test_only_the_safeguarding_lead_publishes(session):
    for role in set(Role) - {Role.SAFEGUARDING_LEAD}:
        with pytest.raises(NotForYou):
            publish(session, SHIPPED, by=as_person("x", role))


def test_a_running_attempt_ends_on_its_copy_whatever_is_published(session, folder):
    tutor = add_tutor(session)
    read_all(session, tutor)
    attempt = start_quiz(session, tutor)
    before = get_attempt(session, attempt, person_id=tutor).drawn

    publish(session, SHIPPED.replace(b'question = "', b'question = "Now: '))
    answer_all(session, attempt, by=as_person(tutor))

    tried = get_attempt(session, attempt, person_id=tutor)
    assert tried.drawn == before
    assert tried.outcome.passed
