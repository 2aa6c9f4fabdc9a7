"""HR finds what was signed: by name, policy, version and day, newest first, page by page."""

import re
from datetime import UTC, datetime

import pytest

from portal.access import Role
from portal.archive import queries
from tests.acknowledgements.tutors import arrive, colleague
from tests.factories import add_somebody, sign_in_as

SIGNED = {  # when, in September 2026: British Summer Time, an hour ahead of UTC
    "Priya Nair": datetime(2026, 9, 2, 10, tzinfo=UTC),
    "Zoë Brân": datetime(2026, 9, 3, 22, 59, tzinfo=UTC),
    "Élodie Smith-Jones": datetime(2026, 9, 3, 23, 0, tzinfo=UTC),
}


@pytest.fixture
def signed(app, client):
    """Three tutors who have signed, and HR in front of the browser."""
    first = arrive(app)
    tutors = [first, *(colleague(first, name) for name in list(SIGNED)[1:])]
    with first.db.change() as session:
        sign_in_as_hr = add_somebody(session, "Hanna Reed", Role.HR)
    sign_in_as(client, sign_in_as_hr)
    for each in tutors:
        at = SIGNED[each.name]
        each.sign(each.unprinted(each.draft(now=at)), now=at)


def found(page):
    return re.findall(r'<th[^>]*><a href="/acknowledgements/[^"]+">([^<]+)</a>', page.text)


def test_everything_is_listed_newest_first(signed, client):
    page = client.get("/acknowledgements")

    assert "<h1>3 acknowledgements</h1>" in page.text
    assert found(page) == list(reversed(SIGNED))


SEARCHES = [
    ("name=priya", ["Priya Nair"]),
    ("name=NAIR+priya", ["Priya Nair"]),
    ("name=smith-", ["Élodie Smith-Jones"]),
    ("name=élodie", ["Élodie Smith-Jones"]),
    ("name=ZOË", ["Zoë Brân"]),
    ("name=priya.nair@", ["Priya Nair"]),
    ("name=%25", []),
    ("policy=online-safeguarding&version=1", list(reversed(SIGNED))),
    ("version=1.0", list(reversed(SIGNED))),
    ("version=1.1", []),
    ("version=2", []),
    ("since=2026-09-03", ["Élodie Smith-Jones", "Zoë Brân"]),
    ("until=2026-09-03", ["Zoë Brân", "Priya Nair"]),
    ("since=2026-09-03&until=2026-09-03", ["Zoë Brân"]),
    ("since=2026-09-04", ["Élodie Smith-Jones"]),
    ("since=2030-01-01", []),
]


def test_a_search_finds_what_fits_by_days_of_the_organisation(signed, client):
    answers = [(asked, found(client.get(f"/acknowledgements?{asked}"))) for asked, _ in SEARCHES]

    assert answers == SEARCHES


def test_pages_join_without_a_seam(signed, client, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)

    first = client.get("/acknowledgements?version=1")
    following = re.search(r'href="([^"]+)" rel="next"', first.text)[1].replace("&amp;", "&")
    second = client.get(following)

    assert found(first) + found(second) == list(reversed(SIGNED))
    assert "version=1" in following
    assert 'rel="next"' not in second.text
    assert "<h1>3 acknowledgements found</h1>" in second.text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("since=2026-13-45", "Write the day like 2026-12-03"),
        ("since=0001-01-01", "Use a year from 2000 to 2100"),
        ("until=9999-12-31", "Use a year from 2000 to 2100"),
        ("version=one", "Write the version like 2 or 2.1"),
        ("name=%00", "Take out hidden or control characters"),
        ("policy=nothing", "Choose one of the list"),
    ],
)
def test_what_cannot_be_looked_for_is_said(signed, client, asked, words):
    page = client.get(f"/acknowledgements?{asked}")

    assert page.status_code == 422
    assert words in page.text


def test_an_empty_archive_says_so(app, client):
    with app.extensions["db"].change() as session:
        reader = add_somebody(session, "Hanna Reed", Role.HR)
    sign_in_as(client, reader)

    page = client.get("/acknowledgements")
    assert "Nobody has signed yet" in page.text
    assert 'href="/check"' in page.text


def test_what_fits_nothing_says_what_to_try(signed, client):
    assert "Nothing fits" in client.get("/acknowledgements?name=nobody").text


@pytest.mark.parametrize("role", [Role.TUTOR, Role.MANAGER, Role.AUTHOR, Role.ADMINISTRATOR])
def test_the_archive_is_hrs_and_the_leads(app, client, role):
    with app.extensions["db"].change() as session:
        reader = add_somebody(session, "Some Reader", role)
    sign_in_as(client, reader)

    assert client.get("/acknowledgements").status_code == 403
