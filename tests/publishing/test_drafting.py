"""From the company's Word file to a version that a second person approved."""

import re
from datetime import timedelta
from html import unescape

import pytest

from portal import clock
from portal.access import Role
from portal.policies.drafts import drafts
from portal.policies.queries import newest
from portal.policies.splitting import sentences
from portal.policies.text import parse
from portal.publishing import trying
from portal.quizzes.rulings import record_ruling
from portal.quizzes.shelf import quiz_on_file
from tests.factories import LEAD, NOW, POLICY, TEXT, add_tutor, post, publish_policy, renumbered
from tests.policies import papers
from tests.publishing import desks

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SAME = [each.text for each in parse(TEXT).clauses.values()]


@pytest.fixture
def desk(app):
    return desks.at_the_desk(app)


def live(desk):
    with desk.app.extensions["db"].reader() as session:
        return newest(session, POLICY)


def ready(desk):
    desks.upload(desk, desks.code_in_word())
    desks.match_all(desk)
    desks.say_terms(desk)


def test_a_word_file_becomes_a_live_version_with_the_ids_that_the_scenarios_cite(desk):
    ready(desk)
    desks.approve(desk)

    assert desks.publish(desk).status_code == 302

    found = parse(live(desk).text)
    assert [each.text for each in found.clauses.values()] == [
        words for text in SAME for words in sentences(text)
    ]
    assert found.clauses["CSP-4"].text == parse(TEXT).clauses["CSP-4"].text
    assert "Morgan Ellery" in desk.author.get("/publishing").text


@ONE_DATABASE
def test_a_document_takes_the_place_of_the_policy_with_scenarios_unless_told(desk):
    with desk.app.extensions["db"].change() as session:
        publish_policy(session, TEXT, name="attendance")

    page = desk.author.get("/publishing/drafts/new").text

    choices = re.findall(r'<input (checked )?[^>]*value="([^"]+)"><span>([^<]+)', page)
    assert choices[0] == ("checked ", POLICY, f"{parse(TEXT).title}, with its scenarios")
    assert choices[-1] == ("", "new", "A new policy, without scenarios")
    other = desk.author.get("/publishing/drafts/new?policy=attendance").text
    assert re.findall(r'<input checked [^>]*value="([^"]+)">', other) == ["attendance"]


@ONE_DATABASE
@pytest.mark.parametrize(
    ("content", "title"),
    [("# Home visits\n\n## A\n\nRing first.", "Home visits"), ("Ring.", "visits")],
)
def test_a_new_policy_is_called_what_its_document_is_called(desk, content, title):
    desks.upload(desk, content.encode(), name="visits.md", policy="new")

    assert (desk.draft.manuscript.title, desk.draft.based_on) == (title, "")
    assert desk.draft.policy == title.lower().replace(" ", "-")


@ONE_DATABASE
def test_whoever_answers_for_a_first_text_and_the_next_look_at_it_are_suggested(desk):
    desks.upload(desk, papers.styled())

    page = desk.author.get(f"{desk.page}/terms").text

    assert 'value="Safeguarding lead"' in page
    assert f'value="{(clock.now() + timedelta(days=365)):%Y-}' in page
    assert desk.draft.manuscript.owner == ""  # not said before it is saved


@ONE_DATABASE
def test_nothing_is_published_before_a_second_person_approved_exactly_that(desk):
    ready(desk)
    assert desks.publish(desk).status_code == 409

    desks.approve(desk)
    desks.write(desk, 1, "Other words, written afterwards.")

    assert desks.publish(desk).status_code == 409
    assert live(desk) is None


@ONE_DATABASE
def test_a_text_that_takes_the_press_too_long_is_refused_before_anybody_has_to_sign_it(
    desk, monkeypatch
):
    ready(desk)
    desks.write(desk, 1, "Words that no press has tried before.")
    desks.approve(desk)
    with monkeypatch.context() as hurry:
        hurry.setattr(trying, "SHARE", 0)
        page, refused = desk.author.get(f"{desk.page}/preview").text, desks.publish(desk)

    assert trying.TOO_MUCH in unescape(page)
    assert (refused.status_code, live(desk)) == (409, None)
    assert "Nothing was published." in refused.text
    assert desks.publish(desk).status_code == 302


@ONE_DATABASE
def test_whoever_approves_older_words_reads_the_newer_ones_and_has_approved_neither(desk):
    ready(desk)
    old = desk.draft.digest
    desks.write(desk, 1, "Written meanwhile.")

    late = post(desk.lead, f"{desk.page}/approval", digest=old, then="publish")

    assert (late.status_code, desk.draft.approval, live(desk)) == (409, None, None)
    assert "Nothing else was done: read it again." in late.text
    assert "Written meanwhile." in late.text


@ONE_DATABASE
def test_whoever_wrote_in_a_draft_does_not_approve_it(desk):
    ready(desk)
    post(desk.lead, f"{desk.page}/sections", title="More", edition=desk.draft.edition)

    assert desks.approve(desk).status_code == 409
    assert desk.draft.approval is None


def test_where_there_is_no_second_person_the_desk_says_that_nobody_checked(app):
    alone = desks.at_the_desk(app, Role.HR)
    with app.extensions["db"].change() as session:
        desks.leave(session, "morgan.ellery@example.org")
    ready(alone)
    assert "Nobody checked this" in alone.author.get(f"{alone.page}/preview").text

    desks.publish(alone)

    assert live(alone).published_by_name == "Robin Hale"
    assert "Nobody" in desks.words_of(alone.author.get("/publishing").text)


@ONE_DATABASE
def test_the_page_of_a_policy_names_who_wrote_a_version_beside_who_checked_it(desk):
    ready(desk)
    desks.approve(desk)
    desks.publish(desk)

    page = desk.author.get(f"/publishing/policies/{live(desk).policy}").text

    cells = re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)
    assert "written by Robin Hale" in cells[-2]
    assert cells[-1] == "Morgan Ellery"


@ONE_DATABASE
def test_publishing_is_refused_while_scenarios_cite_what_is_gone(desk):
    desks.upload(desk, desks.code_in_word())
    desks.say_terms(desk)
    desks.approve(desk)

    assert desks.publish(desk).status_code == 409

    page = desks.words_of(desk.author.get(f"{desk.page}/preview").text)
    assert "Scenarios cite what is not in the text: CON-" in page


def test_a_line_break_parts_a_clause_and_nothing_typed_is_lost_to_somebody_elses_edition(desk):
    desks.upload(desk, papers.styled())
    old = desk.draft.edition
    desks.write(desk, 1, "One rule.\r\nAnother rule.")

    late = desks.write(desk, 1, "Typed meanwhile.", edition=old)

    assert [each.text for each in desk.draft.manuscript.parts[0].passages][:2] == [
        "One rule.",
        "Another rule.",
    ]
    assert late.status_code == 409
    assert "Typed meanwhile." in late.text


@ONE_DATABASE
def test_clauses_are_joined_and_taken_out(desk):
    desks.upload(desk, papers.styled())

    desks.write(desk, 2, "First.", "Second.", "", **{"clauses-1-joins": "y"})

    assert [each.text for each in desk.draft.manuscript.parts[1].passages] == ["First. Second."]


def test_an_id_that_is_taken_or_retired_is_refused(desk):
    with desk.app.extensions["db"].change() as session:
        publish_policy(session)
        publish_policy(session, renumbered("2.0").replace("{#TEC-4}\n", "{#TEC-9}\n"))
    post(desk.author, "/publishing/drafts", policy=POLICY, title="")

    taken = desks.write(desk, 1, **{"clauses-0-id": "CSP-4"})
    retired = desks.write(desk, 1, **{"clauses-0-id": "TEC-4"})

    assert "CSP-4 stands for another clause here" in taken.text
    assert "TEC-4 is retired" in retired.text
    assert (taken.status_code, retired.status_code) == (422, 422)


def test_a_small_change_is_wording_only_and_asks_nobody_to_sign_again(desk):
    with desk.app.extensions["db"].change() as session:
        publish_policy(session)
    post(desk.author, "/publishing/drafts", policy=POLICY, title="")
    desks.write(desk, 1, "This code says what professional practice is here.")
    desks.say_terms(desk, kind="minor", change_note="Plainer words.")
    desks.approve(desk)

    desks.publish(desk)

    assert (live(desk).major, live(desk).minor) == (1, 1)
    assert live(desk).change_note == "Plainer words."


@ONE_DATABASE
def test_wording_only_takes_no_clause_out(desk):
    with desk.app.extensions["db"].change() as session:
        publish_policy(session)
        add_tutor(session, "Priya Nair")
    post(desk.author, "/publishing/drafts", policy=POLICY, title="")
    desks.write(desk, 1, "")
    major = desk.author.get(f"{desk.page}/preview").text
    assert "Priya Nair" in major
    desks.say_terms(desk, kind="minor", change_note="Shorter.")

    page = desk.author.get(f"{desk.page}/preview").text

    assert "more than wording" in page


def test_the_same_text_is_refused_under_another_number(desk):
    with desk.app.extensions["db"].change() as session:
        publish_policy(session)
    post(desk.author, "/publishing/drafts", policy=POLICY, title="")

    page = desk.author.get(f"{desk.page}/preview").text

    assert "The text is the same as that of the newest version" in page
    assert "Say what changed since the last version" in page


HOSTILE = {
    "macro": ("code.docx", lambda: papers.with_part("word/vbaProject.bin", b"x")),
    "bomb": ("code.docx", papers.bomb),
    "wrong type": ("code.exe", lambda: b"MZ"),
    "remote picture": ("code.docx", lambda: papers.linked("image")),
    "raw HTML": ("code.md", lambda: b"## A\n\n<script>alert(1)</script>"),
    "1,000 headings": ("code.md", lambda: b"## H\n\nx\n\n" * 1000),
}


@ONE_DATABASE
@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_upload_gets_a_sentence_and_changes_nothing(desk, case):
    name, make = HOSTILE[case]

    answer = desks.upload(desk, make(), name=name)

    assert answer.status_code == 422
    assert "notice blocked" in answer.text
    with desk.app.extensions["db"].reader() as session:
        assert drafts(session) == ()


@ONE_DATABASE
def test_fifty_megabytes_are_turned_away_by_their_size(desk):
    answer = desk.author.post(
        "/publishing/drafts/documents",
        data=bytes(6_000_000),
        content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": "50000000"},
    )

    assert answer.status_code == 413
    assert "Nothing was kept" in answer.text


@ONE_DATABASE
def test_words_in_a_document_stay_words_on_the_page(desk):
    told = "Ask *nicely* & say {#CSP-1} [here](http://x), 2 < 3."
    desks.upload(desk, f"Dress\n\n{told}\n\nReport it.\n".encode(), name="a.txt")
    desks.say_terms(desk)

    page = desk.author.get(f"{desk.page}/preview").text

    assert told in desks.words_of(page)
    assert "<em>nicely" not in page


def test_a_draft_that_was_put_away_changes_no_more(desk):
    desks.upload(desk, papers.styled())
    page = desk.page
    post(desk.author, f"{page}/removal")

    answer = post(desk.author, f"{page}/sections", title="More", edition=1)

    assert answer.status_code == 409
    assert "closed" in answer.text


def test_rulings_come_into_a_section_of_the_organisations_own_and_are_renewed_there(desk):
    card = quiz_on_file(POLICY).cards[-1]
    desks.upload(desk, papers.styled())
    for words in ("The lesson ends.", "The lesson ends and is booked again."):
        with desk.app.extensions["db"].change() as session:
            told = {"given_by": "The directors", "given_on": NOW.date(), "now": clock.now()}
            record_ruling(session, card, words=words, **told, by=LEAD)
        post(desk.author, f"{desk.page}/rulings", edition=desk.draft.edition)

    part = desk.draft.manuscript.parts[-1]
    assert (part.addition, part.title) == (True, "What we decided")
    assert [each.text for each in part.passages] == [
        f"{card.title}: The lesson ends and is booked again."
    ]
