"""Reading, one section at a time: what is shown, what is recorded, where it leads."""

from html import unescape

import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.ledger.actions import note
from portal.ledger.models import Entry
from portal.policies.checks import record_helps
from portal.policies.models import Version
from portal.policies.queries import sections_opened
from tests.factories import (
    EARLIER,
    LEAD,
    POLICY,
    TEXT,
    add_somebody,
    add_tutor,
    confirm,
    post,
    publish_policy,
    read_all,
    renumbered,
    set_contacts,
    sign_in_as,
)

HERE = f"/policies/{POLICY}/1.0"


@pytest.fixture
def tutor(app, client):
    with app.extensions["db"].change() as session:
        set_contacts(session)
        tutor = add_tutor(session)
        confirm(session, tutor)
        publish_policy(session)
    sign_in_as(client, tutor)
    return tutor


def opened(app, tutor):
    with app.extensions["db"].reader() as session:
        version = session.scalar(sa.select(Version.id).where(Version.minor == 0))
        return set(sections_opened(session, tutor, version_id=version))


def entries(app):
    with app.extensions["db"].reader() as session:
        return session.scalar(sa.select(sa.func.max(Entry.seq)))


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.text)


def test_one_section_is_one_page_with_its_clauses_as_anchors(tutor, client):
    shown = page(client, f"{HERE}/sections/4")

    assert "<h1>Child safety and protection</h1>" in shown
    assert "Section 4 of 6" in shown
    assert 'id="CSP-4"' in shown
    assert 'id="GEO-6"' not in shown


def test_looking_at_a_section_records_nothing_and_next_does(app, tutor, client):
    before = entries(app)
    page(client, f"{HERE}/sections/1")
    assert (opened(app, tutor), entries(app)) == (set(), before)

    answer = post(client, f"{HERE}/sections/1")

    assert answer.location == f"{HERE}/sections/2"
    assert opened(app, tutor) == {1}


def test_before_the_first_section_it_says_what_is_recorded(tutor, client):
    first = page(client, f"{HERE}/sections/1")
    assert "what is recorded" in first
    assert "at least 6 years" in first

    post(client, f"{HERE}/sections/1")

    assert "what is recorded" not in page(client, f"{HERE}/sections/1")


def test_after_the_last_section_come_the_scenarios(tutor, client):
    for number in range(1, 6):
        post(client, f"{HERE}/sections/{number}")

    answer = post(client, f"{HERE}/sections/6")

    onwards = client.get(answer.location)
    assert onwards.location == f"{HERE}/attempts?scope=full&cycle=1"


def test_whoever_skips_a_section_is_led_back_to_it(tutor, client):
    for number in (1, 2, 4, 5):
        post(client, f"{HERE}/sections/{number}")

    answer = post(client, f"{HERE}/sections/6")

    assert client.get(answer.location).location == f"{HERE}/sections/3"


@pytest.mark.parametrize("number", [0, 7, 99])
def test_a_section_that_is_not_there_is_not_found(tutor, client, number):
    assert client.get(f"{HERE}/sections/{number}").status_code == 404
    assert post(client, f"{HERE}/sections/{number}").status_code == 404


def test_an_older_version_stays_readable_but_is_not_recorded(app, tutor, client):
    with app.extensions["db"].change() as session:
        publish_policy(session, renumbered("1.1"))

    assert "This is an older version." in page(client, f"{HERE}/sections/3")
    assert "This is an older version." in page(client, HERE)
    answer = post(client, f"{HERE}/sections/3")

    assert answer.status_code == 409
    assert f'href="/policies/{POLICY}/1.1/sections/1"' in answer.text
    assert opened(app, tutor) == set()


def test_the_whole_text_has_every_clause_and_lets_nothing_through(tutor, client):
    shown = page(client, HERE)

    assert shown.count('class="clause') == TEXT.count("{#")
    assert "<script" not in shown


def test_somebody_who_is_no_tutor_reads_without_a_trace(app, tutor, client):
    with app.extensions["db"].change() as session:
        lead = add_somebody(session, "Robin Lead", Role.SAFEGUARDING_LEAD)
    sign_in_as(client, lead)

    shown = page(client, f"{HERE}/sections/3")

    assert f'href="{HERE}/sections/4"' in shown
    assert "Next: " not in shown
    assert post(client, f"{HERE}/sections/3").status_code == 403


def test_from_a_missed_clause_one_gets_back_to_the_scenarios(tutor, client):
    shown = page(client, f"{HERE}/sections/4?attempt=aaaabbbbccccdddd")
    assert 'href="/attempts/aaaabbbbccccdddd"' in shown

    crooked = page(client, f"{HERE}/sections/4?attempt=//elsewhere.example")

    assert "elsewhere" not in crooked


def test_reading_goes_on_where_it_stopped(app, tutor, client):
    with app.extensions["db"].change() as session:
        read_all(session, tutor)

    assert opened(app, tutor) == {1, 2, 3, 4, 5, 6}
    assert "to read" not in page(client, f"{HERE}/sections/6").split("</h1>")[0]


ADDED = f"{TEXT}\n+++ additions\n\n## What we answer\n\n{{#ADD-1}}\nThe deputy may permit it too.\n"


def test_what_the_organisation_adds_is_shown_as_no_part_of_the_code_with_whom_to_ring(app, client):
    with app.extensions["db"].change() as session:
        set_contacts(session)
        publish_policy(session, ADDED)
        tutor = add_tutor(session)
    sign_in_as(client, tutor)

    added = client.get(f"/policies/{POLICY}/1.0/sections/7").text
    code = client.get(f"/policies/{POLICY}/1.0/sections/6").text

    assert "Not part of the code" in added
    assert "Robin Lead" in added
    assert "The deputy may permit it too." in added
    assert "Not part of the code" not in code


def test_help_stands_beside_its_clause_and_says_that_nobody_signs_it(app, client):
    with app.extensions["db"].change() as session:
        version_id = publish_policy(session)
        helps = {"CSP-4": 'Say "please" & <smile>.'}
        record_helps(session, version_id, helps, by=LEAD, now=EARLIER)
        note(session, "help.kept", by=LEAD, subject=version_id, now=EARLIER)
        tutor = add_tutor(session)
    sign_in_as(client, tutor)

    page = client.get(f"/policies/{POLICY}/1.0/sections/4").text

    assert "Help, not part of what you sign." in page
    assert "Say &#34;please&#34; &amp; &lt;smile&gt;." in page
    assert page.count('class="help"') == 1
