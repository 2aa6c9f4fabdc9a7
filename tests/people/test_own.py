"""What is one's own: details, reading comfort, sign-ins; and the company's contacts."""

import re

import pytest
import sqlalchemy as sa

from portal.access import SYSTEM, Role
from portal.ledger.queries import about
from portal.people.actions import begin
from portal.people.models import Kind, Person
from portal.people.queries import company_contacts, missing_contacts, to_ring
from portal.people.rules import digest_of
from tests.factories import EARLIER, NOW, add_managed_team, add_somebody, post, sign_in_as
from tests.people.samples import PASSWORD, add_priya, is_signed_in

pages_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def priya(app, client):
    """Priya, signed in."""
    person_id = add_priya(app)
    sign_in_as(client, person_id)
    return person_id


def read(app, statement):
    with app.extensions["db"].reader() as session:
        return session.execute(statement).all()


# Details


def test_confirmed_details_are_kept_and_on_the_ledger(app, client, priya):
    answer = post(client, "/details", name="Priya Nair-Smith", phone="+44 (0)1632 960 123")

    person = sa.select(Person.name, Person.phone, Person.confirmed_at.is_not(None))
    assert answer.location == "/next-step"
    assert read(app, person) == [("Priya Nair-Smith", "+44 (0)1632 960 123", True)]
    with app.extensions["db"].reader() as session:
        assert about(session, priya)[0].type == "details.confirmed"


@pages_only
def test_only_a_new_tutor_goes_straight_on_from_the_details(app, client, priya):
    post(client, "/details", name="Priya Nair", phone="01632 960 123")

    again = post(client, "/details", name="Priya Nair", phone="01632 960 124")

    assert again.location == "/"


def test_the_page_says_who_the_learning_manager_is(app, client, priya):
    with app.extensions["db"].change() as session:
        team, _ = add_managed_team(session, "Alex Penrose")
        begin(session, priya, kind=Kind.TEAM, value=team, by=SYSTEM, now=EARLIER)

    page = client.get("/details").text

    assert "Alex Penrose" in page
    assert "priya.nair@example.org" in page


NAMES = ["O’Neil", "D'Arcy-Smith", "Nguyễn Thị Minh", "Björk", "Null", "None", "Test", "0"]


@pages_only
@pytest.mark.parametrize("name", [*NAMES, "محمد", "<script>alert(1)</script>", "{{7*7}}", "%s"])
def test_every_name_is_a_name(app, client, priya, name):
    answer = post(client, "/details", name=name, phone="999")

    assert answer.status_code == 302
    assert read(app, sa.select(Person.name)) == [(name,)]
    assert "<script>alert" not in client.get("/details").text


BAD_NAMES = ["", "   ", "\u200b\u200b", "a\0b", "a\u202eb", "a\nb", "a\u2028b", "x" * 121]
BAD_PHONES = [
    "",
    "12",
    "call me",
    "01632 960 123 ext 4",
    "\uff11\uff12\uff13\uff14",
    "+" * 10,
    "1" * 41,
]


@pages_only
@pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)
def test_a_name_that_cannot_be_read_is_asked_for_again(client, priya, name):
    answer = post(client, "/details", name=name, phone="01632 960 123")

    assert answer.status_code == 422
    assert 'href="#name"' in answer.text
    assert 'value="01632 960 123"' in answer.text


@pages_only
@pytest.mark.parametrize("phone", BAD_PHONES, ids=ascii)
def test_a_number_that_cannot_be_dialled_is_asked_for_again(client, priya, phone):
    answer = post(client, "/details", name="Priya Nair", phone=phone)

    assert answer.status_code == 422
    assert 'href="#phone"' in answer.text


@pages_only
def test_fields_nobody_asked_for_change_nothing(app, client, priya):
    extra = {"email": "evil@example.org", "id": "other", "role": "administrator"}
    post(client, "/details", name="Priya Nair", phone="999", **extra)

    assert read(app, sa.select(Person.email)) == [("priya.nair@example.org",)]


# Reading comfort

LARGE = {"size": "larger", "spacing": "wide", "tint": "cream"}


def looks(client, path="/details"):
    """Return size, spacing and tint as the page wears them."""
    found = re.search(
        r'data-size="(\w+)" data-spacing="(\w+)" data-tint="(\w+)"', client.get(path).text
    )
    return found.groups()


def test_comfort_stays_on_every_page_and_in_every_browser(app, client, priya):
    post(client, "/comfort", **LARGE)
    post(client, "/comfort", **{**LARGE, "tint": "blue"})

    other = app.test_client()
    sign_in_as(other, priya)
    assert looks(client) == looks(other) == ("larger", "wide", "blue")


def test_trying_shows_it_and_keeps_nothing(client, priya):
    answer = post(client, "/comfort", **LARGE, **{"try": "yes"})

    assert "csrf" not in answer.location
    assert looks(client, answer.location) == ("larger", "wide", "cream")
    assert looks(client) == ("normal", "normal", "none")


@pages_only
@pytest.mark.parametrize("more", [{"size": "huge"}, {"tint": '"><script>'}, {"spacing": ""}])
def test_a_look_we_do_not_have_is_refused(client, priya, more):
    assert post(client, "/comfort", **{**LARGE, **more}).status_code == 422
    assert looks(client) == ("normal", "normal", "none")


@pages_only
def test_an_address_with_a_look_we_do_not_have_shows_the_kept_one(client, priya):
    post(client, "/comfort", **LARGE)

    assert looks(client, "/comfort?size=huge&tint=x") == ("larger", "wide", "cream")


# Contacts


@pytest.fixture
def keeper(app, client):
    """Somebody from HR, signed in."""
    with app.extensions["db"].change() as session:
        person_id = add_somebody(session, "Hana Reed", Role.HR)
    sign_in_as(client, person_id)
    return person_id


def test_what_is_missing_and_what_waits_for_it_is_said(client, keeper):
    page = client.get("/contacts").text

    assert "A contact is missing" in page
    assert "Nobody can be invited and no policy adopted" in page


SET = [("safeguarding-lead", "Robin"), ("out-of-hours", "Line"), ("safeguarding-lead", "Sam")]


def test_contacts_are_set_one_by_one_and_earlier_ones_stay_on_record(app, client, keeper):
    for kind, name in SET:
        post(client, "/contacts", **{"kind": kind, f"{kind}-name": name, f"{kind}-phone": "999"})

    with app.extensions["db"].reader() as session:
        assert missing_contacts(session) == ()
        assert [each.name for each in company_contacts(session)] == ["Sam", "Line"]
        assert len(about(session, keeper)) >= 3
    assert "A contact is missing" not in client.get("/contacts").text


@pages_only
def test_childrens_services_can_be_named_and_stand_last_and_nothing_waits_for_them(
    app, client, keeper
):
    kind = "childrens-services"
    post(client, "/contacts", **{"kind": kind, f"{kind}-name": "Lynbridge", f"{kind}-phone": "111"})
    for known, name in SET:
        post(client, "/contacts", **{"kind": known, f"{known}-name": name, f"{known}-phone": "999"})

    with app.extensions["db"].reader() as session:
        assert [each.office for each in to_ring(session, keeper, now=NOW)] == [
            "Safeguarding lead",
            "Out of hours",
            "Children’s services",
        ]


@pages_only
def test_a_wrong_number_is_said_at_its_own_field(client, keeper):
    kind = "out-of-hours"
    fields = {"kind": kind, f"{kind}-name": "The night line", f"{kind}-phone": "none"}

    answer = post(client, "/contacts", **fields)

    assert answer.status_code == 422
    assert 'href="#out-of-hours-phone"' in answer.text
    assert 'value="The night line"' in answer.text


@pages_only
def test_a_contact_of_another_kind_is_not_there(client, keeper):
    answer = post(client, "/contacts", kind="friend", **{"friend-name": "a", "friend-phone": "999"})

    assert answer.status_code == 404


# Sign-ins


@pytest.fixture
def elsewhere(app, priya):
    """Two more browsers of Priya's."""
    browsers = [app.test_client() for _ in range(2)]
    for browser in browsers:
        sign_in_as(browser, priya)
    return browsers


def id_of(client):
    """Return the id of this browser's sign-in as the page of another shows it."""
    with client.session_transaction() as browser:
        return digest_of(browser["_user_id"])


def test_one_sign_in_is_ended_and_the_others_stand(client, elsewhere):
    post(client, "/sign-ins", which=id_of(elsewhere[0]), password=PASSWORD)

    assert [is_signed_in(each) for each in (client, *elsewhere)] == [True, False, True]


def test_all_others_are_ended_and_this_one_stands(client, elsewhere):
    post(client, "/sign-ins", which="others", password=PASSWORD)

    assert [is_signed_in(each) for each in (client, *elsewhere)] == [True, False, False]


@pytest.mark.parametrize("password", ["", "three other words"])
def test_nothing_ends_without_the_password(client, elsewhere, password):
    answer = post(client, "/sign-ins", which="others", password=password)

    assert answer.status_code == 422
    assert 'href="#password"' in answer.text
    assert all(is_signed_in(each) for each in elsewhere)


def test_guessing_the_password_there_waits_too(client, elsewhere):
    answers = [post(client, "/sign-ins", which="others", password="wrong words") for _ in range(6)]

    assert answers[-1].status_code == 429


def test_nobody_ends_anothers_sign_in(app, client, priya):
    with app.extensions["db"].change() as session:
        jo = add_somebody(session, "Jo Trelawny")
    other = app.test_client()
    sign_in_as(other, jo)

    answer = post(client, "/sign-ins", which=id_of(other), password=PASSWORD)

    assert answer.status_code == 404
    assert is_signed_in(other)


@pages_only
def test_whoever_is_signed_in_only_here_is_offered_nothing_to_end(client, priya):
    page = client.get("/sign-ins").text

    assert "You are signed in here only" in page
    assert 'name="password"' not in page
