"""A draft is read as it will stand; one sentence is changed, checked and live in a few steps."""

import re
from datetime import timedelta

import pytest

from portal import clock
from portal.policies.queries import newest
from portal.policies.text import parse
from tests.factories import POLICY, post, publish_policy, renumbered
from tests.policies import papers
from tests.publishing import desks

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OTHER = {"text": "Say what practice is.", "change_note": "Plainer.", "kind": "minor", "help": ""}


@pytest.fixture
def desk(app):
    return desks.at_the_desk(app)


@pytest.fixture
def small(desk):
    """A version that is live, and a draft begun from it."""
    with desk.app.extensions["db"].change() as session:
        publish_policy(session)
    post(desk.author, "/publishing/drafts", policy=POLICY, title="")
    return desk


def live(desk):
    with desk.app.extensions["db"].reader() as session:
        return newest(session, POLICY)


def change(desk, clause="PRE-1", **fields):
    sent = {"edition": desk.draft.edition, "id": clause, **OTHER, **fields}
    return post(desk.author, f"{desk.page}/clauses/{clause}", **sent)


def test_one_sentence_is_changed_on_one_page_and_live_with_the_second_persons_word(small):
    assert change(small).headers["Location"] == f"{small.page}/preview"
    desk_page = small.lead.get("/publishing").text
    assert f'href="{small.page}/preview"' in desk_page

    post(small.lead, f"{small.page}/approval", digest=small.draft.digest, then="publish")

    assert (live(small).minor, live(small).published_by_name) == (1, "Morgan Ellery")
    assert parse(live(small).text).clauses["PRE-1"].text == "Say what practice is."
    assert live(small).change_note == "Plainer."


@ONE_DATABASE
def test_each_sentence_is_asked_about_with_the_note_so_far_and_no_answer(small):
    change(small)
    page = small.author.get(f"{small.page}/clauses/PRE-2").text
    assert "Plainer.</textarea>" in page
    assert not re.search(r'<input[^>]*checked[^>]*name="kind"', page)

    assert change(small, "PRE-2", text="Zoom may be used.", kind="").status_code == 422
    change(small, "PRE-2", text="Zoom may be used.", kind="major", change_note="Zoom, too.")
    change(small, "PRE-1", text="Say it.", change_note="Zoom, too.")

    assert small.draft.manuscript.change_note == "Zoom, too."
    assert small.draft.terms.kind == "major"


@ONE_DATABASE
@pytest.mark.parametrize("asked_before", [True, False])
def test_words_changed_without_an_answer_are_asked_about_before_anything_goes_on(
    small, asked_before
):
    if asked_before:
        change(small)

    desks.write(small, 1, "Zoom may be used.")
    answer = change(small, "PRE-2", text="Keep to it.")

    assert answer.headers["Location"].endswith("/terms")
    page = small.author.get(f"{small.page}/preview").text
    assert "Say whether a rule changes, or only words: the text was changed since." in page
    assert "wording only" not in page
    desks.say_terms(small, kind="minor", change_note="Plainer.")
    assert "wording only" in small.author.get(f"{small.page}/preview").text


@ONE_DATABASE
def test_without_a_note_the_page_says_so_and_keeps_what_was_typed(small):
    answer = change(small, change_note="")

    assert answer.status_code == 422
    assert "Say what changed, and why: tutors read it" in answer.text
    assert "Say what practice is." in answer.text


@ONE_DATABASE
def test_neither_kind_of_change_is_chosen_before_the_author_chooses(small):
    pages = [small.author.get(f"{small.page}/{each}").text for each in ("clauses/PRE-1", "terms")]

    for page in pages:
        assert page.count('name="kind"') == 2
        assert not re.search(r'<input[^>]*checked[^>]*name="kind"', page)
    assert "everybody signs again by " in pages[0]


@ONE_DATABASE
def test_without_a_choice_nothing_is_saved_and_nothing_typed_is_lost(small):
    answer = change(small, kind="")

    assert answer.status_code == 422
    assert '<a href="#kind-0">Choose whether a rule changes, or only words</a>' in answer.text
    assert "Say what practice is." in answer.text
    assert "Plainer." in answer.text
    assert small.draft.manuscript.change_note == ""


@ONE_DATABASE
def test_no_number_frightens_before_anybody_chose_what_changes(small):
    assert "This draft comes after version 1.0" in small.author.get(small.page).text

    change(small)

    assert "This draft would be version 1.1" in small.author.get(small.page).text


@ONE_DATABASE
def test_what_was_approved_and_cannot_be_published_stays_as_it_was(small):
    change(small)
    desks.say_terms(small, kind="minor", change_note="")

    told = {"digest": small.draft.digest, "then": "publish"}
    answer = post(small.lead, f"{small.page}/approval", **told)

    assert answer.status_code == 409
    assert "Say what changed" in answer.text
    assert live(small).minor == 0


@ONE_DATABASE
def test_joining_is_one_click_and_the_words_stay(desk):
    desks.upload(desk, papers.styled())
    one, other = desk.draft.manuscript.parts[0].passages[:2]
    assert f'name="clause" value="{other.id}"' in desk.author.get(f"{desk.page}/text").text

    answer = post(desk.author, f"{desk.page}/joins", clause=other.id, edition=desk.draft.edition)

    joined = desk.draft.manuscript.parts[0].passages[0]
    assert (joined.id, joined.text) == (one.id, f"{one.text} {other.text}")
    assert answer.headers["Location"].endswith(f"/text?section=1#{one.id}")


@ONE_DATABASE
@pytest.mark.parametrize(("text", "back_at"), [("Other words.", 1), ("", 0)], ids=["said", "out"])
def test_whoever_changed_a_clause_of_a_document_reads_on_there(desk, text, back_at):
    desks.upload(desk, papers.styled())
    ids = [each.id for each in desk.draft.manuscript.parts[0].passages]

    answer = change(desk, ids[1], text=text)

    assert answer.headers["Location"].endswith(f"/text?section=1#{ids[back_at]}")
    assert f'<div class="clause" id="{ids[back_at]}">' in desk.author.get(f"{desk.page}/text").text


@ONE_DATABASE
def test_a_first_text_shows_no_numbers_before_it_is_matched(desk):
    desks.upload(desk, papers.styled())
    assert "<b>" not in desk.author.get(f"{desk.page}/text").text.partition('class="clause"')[2]

    with desk.app.extensions["db"].change() as session:
        publish_policy(session)
    post(desk.author, "/publishing/drafts", policy=POLICY, title="")

    assert "<b>PRE-1</b>" in desk.author.get(f"{desk.page}/text").text


def test_words_typed_beside_somebody_elses_edition_come_back(small):
    old = small.draft.edition
    change(small)

    late = change(small, text="Typed meanwhile.", edition=old)

    assert late.status_code == 409
    assert "Typed meanwhile." in late.text
    shown = re.search(r'name="edition"[^>]* value="(\d+)"', late.text)[1]
    assert change(small, text="Typed meanwhile.", edition=shown).status_code == 302


def test_an_id_of_another_clause_is_refused(small):
    answer = change(small, id="CSP-4")

    assert answer.status_code == 422
    assert "CSP-4 stands for another clause here" in answer.text


@ONE_DATABASE
@pytest.mark.parametrize("path", ["clauses/XYZ-9", "clauses/nonsense", "sections/99"])
def test_what_is_not_there_is_not_found(small, path):
    assert small.author.get(f"{small.page}/{path}").status_code == 404


@ONE_DATABASE
@pytest.mark.parametrize("text", ["Word. " * 600, "Ask.\u200e Tell\u00adthem."])
def test_what_was_pasted_comes_back_with_a_sentence_or_without_hidden_marks(small, text):
    answer = change(small, text=text)

    if answer.status_code == 422:
        assert "A clause has at most 2,000 characters" in answer.text
        assert text.strip() in answer.text
    else:
        assert small.draft.manuscript.passages[0].text == "Ask. Tellthem."


@ONE_DATABASE
def test_clauses_too_long_for_one_are_not_joined(small):
    for id_ in ("PRE-1", "PRE-2"):
        change(small, id_, text="Ask. " * 300)

    answer = post(small.author, f"{small.page}/joins", clause="PRE-2", edition=small.draft.edition)

    assert (answer.status_code, "Nothing was saved" in answer.text) == (422, True)


@ONE_DATABASE
def test_a_sentence_longer_than_a_clause_becomes_several(desk):
    desks.upload(desk, f"Rules\n\n{'word ' * 1000}".encode(), name="code.txt")

    words = [each.text for each in desk.draft.manuscript.passages]

    assert (len(words), " ".join(words)) == (3, ("word " * 1000).strip())


@ONE_DATABASE
def test_the_second_person_sees_that_two_sentences_are_one_though_no_word_changed(small):
    desks.write(small, 1, **{"clauses-1-joins": "y"})

    page = desks.words_of(small.lead.get(f"{small.page}/preview").text)

    assert "PRE-1 and PRE-2 are one sentence now. The words are the same." in page
    assert "nothing has to be done. PRE-1, PRE-2: This code says" in page


@ONE_DATABASE
def test_a_draft_that_takes_back_a_newer_versions_words_says_so_before_and_after_going_on(small):
    newer = renumbered("1.1").replace("answer personally", "answer yourself")
    with small.app.extensions["db"].change() as session:
        publish_policy(session, newer, now=clock.now() + timedelta(minutes=1))
    told = "has the older words here: PRE-2; GEO-2."
    before = small.author.get(f"{small.page}/preview").text

    post(small.author, f"{small.page}/basis", edition=small.draft.edition)

    assert told in before
    assert told in small.lead.get(f"{small.page}/preview").text
    assert small.draft.based_on == "1.1"
