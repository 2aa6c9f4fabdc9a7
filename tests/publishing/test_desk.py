"""The desk of policies: first what waits for whoever looks, last what is rare."""

import pytest

from tests.factories import POLICY, add_managed_team, add_tutor, publish_policy
from tests.publishing import desks
from tests.publishing.desks import words_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ADOPT = f'action="/publishing/policies/{POLICY}/1.0"'


@pytest.fixture
def desk(app):
    return desks.at_the_desk(app)


@pytest.fixture
def waiting(desk):
    """A first version that waits for the safeguarding lead."""
    desks.upload(desk, desks.code_in_word())
    desks.match_all(desk)
    desks.say_terms(desk)
    return desk


def test_where_nothing_is_adopted_ones_own_document_comes_before_the_example(desk):
    page = desk.author.get("/publishing").text

    said = words_of(page)
    assert "Nothing is adopted yet Begin with your own document" in said
    assert said.index("your own document") < said.index("an example code of practice")
    assert '<a class="button" href="/publishing/drafts/new">' in page


def test_nobody_adopts_a_text_from_a_page_that_does_not_show_it(desk):
    assert ADOPT not in desk.lead.get("/publishing").text

    assert ADOPT in desk.lead.get(f"/publishing/policies/{POLICY}/1.0").text


def test_a_draft_that_waits_is_the_first_thing_its_second_person_sees(waiting):
    page = waiting.lead.get("/publishing").text

    said = words_of(page[page.index("<h1") :])
    assert said.startswith(
        "Policies and scenarios It waits for your approval "
        "Teaching online, by Robin Hale. It would be version 1.0. Read it, then decide"
    )
    assert page.count('<a class="button" ') == 1  # all else is quieter
    assert page.index("<summary>A version on file") < page.index("an example code of practice")


def test_whoever_wrote_it_finds_it_among_the_drafts_with_the_version_it_would_be(waiting):
    said = words_of(waiting.author.get("/publishing").text)

    assert "It waits for your approval" not in said
    assert "Teaching online would be version 1.0" in said
    assert "This draft would be version 1.0" in words_of(waiting.author.get(waiting.page).text)


def test_what_is_missing_for_tutors_is_out_of_the_way_until_there_is_a_policy(desk):
    assert "<summary>Still missing: 1</summary>" in desk.author.get("/publishing").text

    with desk.app.extensions["db"].change() as session:
        publish_policy(session)

    assert ">Still missing</h2>" in desk.author.get("/publishing").text


def test_a_preview_says_why_nobody_has_to_sign(waiting):
    page = f"{waiting.page}/preview"
    assert "Who signs Nobody yet: no tutor is invited" in words_of(waiting.lead.get(page).text)

    with waiting.app.extensions["db"].change() as session:
        team, _ = add_managed_team(session)
        add_tutor(session, "Priya Nair")
    desks.say_terms(waiting, audience=f"team:{team}")

    assert "Nobody yet: it is for no tutor" in words_of(waiting.lead.get(page).text)


def test_a_first_version_names_no_grace_for_there_is_nothing_to_teach_on_with(waiting):
    said = words_of(waiting.lead.get(f"{waiting.page}/preview").text)

    assert "In effect once published Renewal after 12 months" in said
    assert "grace" not in said.partition("Exactly what tutors will see")[0]
