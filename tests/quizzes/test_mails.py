"""The learning manager is told when a tutor keeps failing, once for each failure from the third."""

import pytest
import sqlalchemy as sa

from portal import clock
from portal.outbox.models import Mail, Outgoing
from portal.outbox.worker import send_all
from tests.factories import (
    add_managed_team,
    add_tutor,
    fail_quiz,
    publish_policy,
    read_all,
)
from tests.quizzes.test_remarking import SPARE, SPARE_SEED, finish, withdraw


@pytest.fixture
def settings(settings):
    """A demonstration: its mails can be read."""
    return settings.model_copy(update={"demonstration": True})


def fail_three_times(app, *, managed):
    with app.extensions["db"].change() as session:
        team, _ = add_managed_team(session)
        tutor = add_tutor(session, team=team if managed else "")
        publish_policy(session)
        read_all(session, tutor)
        fail_quiz(session, tutor, times=3)
    with app.app_context():
        send_all(now=clock.now())
    return tutor


def test_the_mail_says_who_how_often_and_where_to_look(app):
    tutor = fail_three_times(app, managed=True)

    with app.extensions["db"].reader() as session:
        (mail,) = session.execute(sa.select(Mail.recipient, Mail.subject, Mail.text)).all()
    assert mail.recipient == "alex.penrose@example.org"
    assert mail.subject == "Priya Nair may need your help with the scenarios"
    assert "after 3 tries" in mail.text
    assert mail.text.rstrip().endswith(f"/tutors/{tutor}")


def test_without_a_manager_nobody_is_written_to_and_the_reason_is_kept(app):
    fail_three_times(app, managed=False)

    with app.extensions["db"].reader() as session:
        assert session.scalars(sa.select(Mail.id)).all() == []
        failed = sa.select(Outgoing.failure).where(Outgoing.kind == "quiz-failed")
        assert "no learning manager" in session.scalars(failed).one()


def test_a_tutor_who_has_passed_after_all_gets_word_of_it(app):
    with app.extensions["db"].change() as session:
        publish_policy(session)
        tutor = add_tutor(session)
        read_all(session, tutor)
        finish(session, tutor, SPARE, seed=SPARE_SEED)
        withdraw(session, SPARE)
    with app.app_context():
        send_all(now=clock.now())

    with app.extensions["db"].reader() as session:
        (mail,) = session.execute(sa.select(Mail.recipient, Mail.subject, Mail.text)).all()
    assert mail.recipient == "priya.nair@example.org"
    assert mail.subject == "You have passed the scenarios after all"
    assert "1 Sep 2026" in mail.text
