"""A rule is put in other words: whoever signed the old ones is asked about that rule again."""

import re
from html import unescape

import pytest

from portal.quizzes.actions import approve
from portal.quizzes.content import digest
from portal.quizzes.queries import get_attempt
from portal.quizzes.shelf import quiz_on_file
from tests.acknowledgements.tutors import arrive
from tests.factories import LEAD, NOW, POLICY, post, read_all, sign_in_as
from tests.publishing import desks

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REWORDED = "CON-2"  # no step that protects a child rests on it
QUIZ = quiz_on_file(POLICY)


@pytest.fixture
def tutor(app, client):
    """A tutor who has signed 1.0."""
    tutor = arrive(app)
    tutor.sign(tutor.unprinted())
    sign_in_as(client, tutor.id)
    return tutor


def publish(app, kind):
    """Publish a version with one clause in other words, as two people do at their desk."""
    desk = desks.at_the_desk(app, contacts=False)
    post(desk.author, "/publishing/drafts", policy=POLICY, title="")
    told = {"change_note": "Former clients too.", "kind": kind, "id": REWORDED, "help": ""}
    words = "Never talk about a client, whether you might teach them, do, or once did."
    page = f"{desk.page}/clauses/{REWORDED}"
    post(desk.author, page, text=words, edition=desk.draft.edition, **told)
    post(desk.lead, f"{desk.page}/approval", digest=desk.draft.digest, then="publish")


def asked(client, tutor):
    """Start the scenarios that Home leads to, and return what the attempt is about."""
    home = unescape(client.get("/").text)
    start = re.search(rf'href="(/policies/{POLICY}/2.0/attempts[^"]*)"', home)[1]
    attempt = post(client, start).headers["Location"].rpartition("/")[2]
    with tutor.db.reader() as session:
        return start, get_attempt(session, attempt, person_id=tutor.id).drawn


def test_a_reworded_rule_is_asked_about_in_the_short_check(app, client, tutor):
    publish(app, "major")
    with tutor.db.change() as session:
        read_all(session, tutor.id)
        for each in QUIZ.scenarios:
            approve(session, each.id, digest=digest(each), by=LEAD, now=NOW)

    start, drawn = asked(client, tutor)

    about = [each.scenario for each in drawn.asked if REWORDED in each.scenario.clauses]
    assert "scope=short" in start
    assert len(about) == 1
    assert QUIZ.critical.isdisjoint(about[0].clauses)  # it was asked for this one's sake
