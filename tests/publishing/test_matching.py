"""A document is read once, where it is matched: what is not sure is asked about in its place."""

import re
from html import unescape

import pytest

from tests.factories import post
from tests.policies import papers, reworded
from tests.publishing import desks

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(app):
    return desks.at_the_desk(app)


@ONE_DATABASE
def test_a_document_is_read_whole_and_asks_only_where_it_is_not_sure(desk):
    answer = desks.upload(desk, reworded.document())

    assert answer.headers["Location"].endswith("/matching")
    page = desk.author.get(answer.headers["Location"]).text
    text = page[page.index("<form") : page.index("<details>\n    <summary>")]
    said = re.findall(r'<(?:p class="clause"|blockquote)>(?:<b>.+?</b>)?(.+?)</', text)
    assert list(map(unescape, said)) == reworded.SENTENCES
    assert "TEC-2, TEC-3" in text
    assert 'id="CSP-7-means"' not in text


@ONE_DATABASE
def test_a_document_without_scenarios_is_read_where_it_can_be_put_right(desk):
    answer = desks.upload(desk, papers.styled(), policy="new", title="Data protection")

    assert answer.headers["Location"].endswith("/text")
    assert "Read it once" in desk.author.get(answer.headers["Location"]).text


@ONE_DATABASE
def test_there_is_nothing_to_match_in_an_empty_draft(desk):
    post(desk.author, "/publishing/drafts", policy="new", title="Data protection")

    assert desk.author.get(f"{desk.page}/matching").status_code == 404


@ONE_DATABASE
def test_a_sentence_that_says_two_rules_stays_one_clause_for_both(desk):
    desks.upload(desk, reworded.document())
    chosen = {id_: str(n) for id_, n in reworded.TRUE.items()}

    post(desk.author, f"{desk.page}/matching", edition=desk.draft.edition, **chosen)

    found = desk.draft.manuscript.passages
    assert [each.text for each in found] == reworded.SENTENCES
    assert found[reworded.TRUE["TEC-3"]].label == "TEC-2, TEC-3"
    assert "TEC-2, TEC-3" in desk.author.get(desk.page).text


@ONE_DATABASE
def test_what_no_sentence_says_stays_to_be_done(desk):
    desks.upload(desk, reworded.document())
    chosen = {id_: str(n) for id_, n in reworded.TRUE.items()} | {"TEC-4": ""}

    answer = post(desk.author, f"{desk.page}/matching", edition=desk.draft.edition, **chosen)

    page = desk.author.get(answer.headers["Location"]).text
    assert "Saved. Nothing says TEC-4 yet" in page
    assert "1 match to look at" in page


@ONE_DATABASE
def test_what_no_sentence_is_chosen_for_is_asked_for_where_it_would_stand(desk):
    desks.upload(desk, reworded.document())
    chosen = {id_: str(n) for id_, n in reworded.TRUE.items()} | {"TEC-4": ""}

    page = post(desk.author, f"{desk.page}/matching", edition="", **chosen).text

    about = page.index("Which sentence says it? (TEC-4)")
    before, after = reworded.SENTENCES[-3:-1]
    assert page.index(f"<blockquote>{before}") < about < page.index(f'<p class="clause">{after}')
