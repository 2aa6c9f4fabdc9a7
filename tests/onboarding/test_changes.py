"""What changed since the version a tutor signed stands before the whole text."""

import pytest

from tests.acknowledgements.tutors import arrive
from tests.factories import NOW, POLICY, publish_policy, read_all, renumbered, sign_in_as

CHANGES = f"/policies/{POLICY}/2.0/changes?since=1.0"


@pytest.fixture
def tutor(app, client):
    tutor = arrive(app)
    tutor.sign(tutor.unprinted())
    with tutor.db.change() as session:
        publish_policy(session, renumbered("2.0"), now=NOW)
    sign_in_as(client, tutor.id)
    return tutor


def test_home_leads_to_what_changed_and_from_there_to_the_text(tutor, client):
    home = client.get("/").text
    page = client.get(CHANGES).text

    assert "Since version 1.0, which you signed" in home
    assert f'href="{CHANGES}">See what changed' in home
    assert "One thing changed" in page
    assert "as of 2.0" in page[page.index("<ins>") : page.index("</ins>")]
    assert f"/policies/{POLICY}/2.0/sections/1" in page


def test_once_reading_has_begun_home_goes_on_with_it(tutor, client):
    with tutor.db.change() as session:
        read_all(session, tutor.id, now=NOW)

    home = client.get("/").text

    assert "Start the scenarios" in home


@pytest.mark.parametrize("since", ["", "3.0", "x", "1.0%00"])
def test_a_version_that_never_was_is_no_page(tutor, client, since):
    assert client.get(f"/policies/{POLICY}/2.0/changes?since={since}").status_code == 404


def test_old_signatures_and_scenarios_stay_to_be_seen(tutor, client):
    page = client.get("/history").text

    assert page.count("/acknowledgements/OS-2026-") == 2  # the page about it, and its PDF
    assert "Passed" in page
