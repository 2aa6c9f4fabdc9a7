"""Two who publish at the same moment: one version comes of it, and the other hears why."""

import pytest

from portal.policies.drafting import Closed, begin
from portal.policies.drafts import MINOR, Terms, get_draft
from portal.policies.queries import published
from portal.publishing.actions import NotReady, newest_label, publish_draft
from portal.publishing.intake import begun_from
from tests.factories import LEAD, NOW, POLICY, as_person, publish_policy, set_contacts
from tests.faults.races import at_once, refused

AUTHOR = as_person("author")
ROUNDS = [pytest.param(3), pytest.param(25, marks=pytest.mark.long)]


@pytest.fixture
def company(app):
    """A policy that is live, and nobody who would have to approve a change."""
    with app.extensions["db"].change() as session:
        set_contacts(session)
        publish_policy(session)
    return app


def draft(app, words):
    """Begin a draft of other wording from the newest version; return its id."""
    terms = Terms(kind=MINOR, grace_days=14, renewal_months=12)
    with app.extensions["db"].change() as session:
        written = begun_from(session, POLICY).model_copy(
            update={"change_note": words, "summary": words}
        )
        told = {"based_on": newest_label(session, POLICY), "terms": terms}
        return begin(session, POLICY, written, **told, by=AUTHOR, now=NOW)


def publishing(app, draft_id):
    """Return a doing that publishes this draft as it is now, as its page would."""
    settings = app.extensions["settings"]
    with app.extensions["db"].reader() as session:
        digest = get_draft(session, draft_id).digest

    def do():
        told = {"digest": digest, "settings": settings, "by": LEAD, "now": NOW}
        with app.app_context(), app.extensions["db"].change() as session:
            return publish_draft(session, draft_id, **told)

    return do


def minors(app):
    with app.extensions["db"].reader() as session:
        return sorted(each.minor for each in published(session))


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_two_drafts_one_becomes_the_next_version_and_the_other_is_told(company, rounds):
    for number in range(1, rounds + 1):
        drafts = [draft(company, f"Words {number}, by {name}.") for name in ("Ash", "Robin")]

        outcomes = at_once(*(publishing(company, each) for each in drafts))

        (told,) = refused(outcomes)
        assert f"1.{number}" in outcomes
        assert isinstance(told, NotReady)
        assert f"Version 1.{number} was published since this draft was begun" in told.sentence
        assert minors(company) == list(range(number + 1))


@pytest.mark.parametrize("rounds", ROUNDS)
def test_one_draft_is_published_once(company, rounds):
    for number in range(1, rounds + 1):
        publish = publishing(company, draft(company, f"Words {number}."))

        outcomes = at_once(publish, publish)

        assert [type(each) for each in refused(outcomes)] == [Closed]
        assert minors(company) == list(range(number + 1))
