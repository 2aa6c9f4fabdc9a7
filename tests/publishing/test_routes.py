"""Nothing goes live without a named person."""

import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.policies.models import Version
from portal.publishing.queries import reviewed
from portal.quizzes.queries import approved
from tests.factories import add_somebody, add_tutor, post, set_contacts, sign_in_as

ADOPT = "/publishing/policies/online-safeguarding/1.0"


def signed_in(app, client, role, *, contacts=True):
    with app.extensions["db"].change() as session:
        if contacts:
            set_contacts(session)
        person = add_somebody(session, "Morgan Ellery", role)
    sign_in_as(client, person)


def versions(app):
    with app.extensions["db"].reader() as session:
        return session.scalars(sa.select(Version.published_by_name)).all()


@pytest.mark.parametrize("role", [Role.SAFEGUARDING_LEAD, Role.HR, Role.ADMINISTRATOR])
def test_a_version_is_adopted_in_a_persons_name(app, client, role):
    signed_in(app, client, role)

    answer = post(client, ADOPT)

    assert versions(app) == ["Morgan Ellery"]
    assert "Version 1.0 is published" in client.get(answer.location).text


def test_nothing_is_adopted_while_a_contact_is_missing_and_the_page_says_so(app, client):
    signed_in(app, client, Role.ADMINISTRATOR, contacts=False)

    assert "A contact is missing" in client.get("/publishing").text
    assert post(client, ADOPT).status_code == 409
    assert versions(app) == []


def test_a_version_on_file_is_read_with_whom_it_asks_before_it_is_adopted(app, client):
    signed_in(app, client, Role.HR)
    with app.extensions["db"].change() as session:
        add_tutor(session, "Priya Nair")

    page = client.get(ADOPT).text
    post(client, ADOPT)

    assert "Priya Nair" in page
    assert "Adopt version 1.0" in page
    assert "The text is the same" in client.get(ADOPT).text
    assert client.get("/publishing/policies/online-safeguarding/9.9").status_code == 404


def test_adopting_twice_changes_nothing(app, client):
    signed_in(app, client, Role.HR)

    assert [post(client, ADOPT).status_code for _ in range(2)] == [302, 409]
    assert len(versions(app)) == 1


def first(app):
    with app.extensions["db"].reader() as session:
        return reviewed(session)[0]


def test_the_lead_approves_the_words_that_were_shown_and_may_take_it_back(app, client):
    signed_in(app, client, Role.SAFEGUARDING_LEAD)
    one = first(app)
    page = f"/publishing/scenarios/{one.item.id}"
    assert "Not reviewed" in client.get(page).text

    post(client, page, digest=one.digest)
    standing = first(app).approved
    post(client, f"{page}/withdrawal")

    assert (standing.by, standing.digest) == ("Morgan Ellery", one.digest)
    assert first(app).approved is None


def test_words_that_are_not_those_of_the_scenario_are_not_approved(app, client):
    signed_in(app, client, Role.SAFEGUARDING_LEAD)

    answer = post(client, f"/publishing/scenarios/{first(app).item.id}", digest="0" * 64)

    assert answer.status_code == 409
    with app.extensions["db"].reader() as session:
        assert approved(session) == {}
