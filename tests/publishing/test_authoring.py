"""Scenarios are written in the browser, tried out, approved word for word, and published."""

import html
import io
import re

import pytest

from portal import paths
from portal.access import Role
from portal.ledger.queries import about
from portal.policies.drafting import begin
from portal.policies.drafts import Terms
from portal.policies.manuscript import opened
from portal.policies.text import parse
from portal.quizzes.actions import approve
from portal.quizzes.content import digest
from portal.quizzes.editions import editions
from portal.quizzes.loader import read
from portal.quizzes.shelf import live, live_quiz
from tests.factories import (
    LEAD,
    NOW,
    POLICY,
    TEXT,
    add_somebody,
    post,
    publish_policy,
    set_contacts,
    sign_in_as,
)
from tests.quizzes.samples import FILE

PAGE = f"/publishing/quizzes/{POLICY}"
SHIPPED = FILE.read_bytes()
CHANGED = SHIPPED.replace(b"Caf\xc3\xa9 Wi-Fi", b"Fast Wi-Fi", 1)
BROKEN = SHIPPED.replace(b'form = "single"', b'form = "riddle"', 1)


@pytest.fixture
def desk(app, client):
    """A policy that is adopted, every scenario approved, and an author at the browser."""
    with app.extensions["db"].change() as session:
        set_contacts(session)
        publish_policy(session)
        approve_all(session, live_quiz(session, POLICY))
    enter(app, client, "Ash Writer", Role.AUTHOR)
    return app


def approve_all(session, quiz):
    for each in quiz.scenarios:
        approve(session, each.id, digest=digest(each), by=LEAD, now=NOW)


def enter(app, client, name, role):
    with app.extensions["db"].change() as session:
        person = add_somebody(session, name, role)
    sign_in_as(client, person)
    return person


def typed(source):
    """What a browser sends of a box that holds this."""
    return source.decode().replace("\n", "\r\n")


def box(page):
    """What stands in the box, as a browser reads it: the first line feed is not part of it."""
    inside = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]
    return html.unescape(inside).replace("\r\n", "\n").removeprefix("\n")


def save(client, source, *, n=0):
    return post(client, f"{PAGE}/draft", text=typed(source), n=n)


def lines_of(source, word):
    return [n for n, line in enumerate(source.split(b"\n"), start=1) if word in line]


def test_the_box_holds_the_live_file_and_saving_it_changes_no_byte(desk, client):
    assert box(client.get(f"{PAGE}/draft").text).encode() == SHIPPED

    save(client, SHIPPED)

    assert client.get(f"{PAGE}/draft.toml").data == SHIPPED


def test_a_bad_file_is_told_at_its_line_while_the_one_before_goes_on(
    desk, client, tmp_path, monkeypatch
):
    (tmp_path / FILE.name).write_bytes(SHIPPED)
    monkeypatch.setattr(paths, "QUIZZES", tmp_path)
    assert "The file cannot be used" not in client.get(PAGE).text
    (tmp_path / FILE.name).write_bytes(BROKEN)

    page = client.get(PAGE).text

    (line,) = lines_of(BROKEN, b"riddle")
    assert "The file cannot be used" in page
    assert f"<li>Line {line}: " in page
    assert client.get(f"{PAGE}/live.toml").data == SHIPPED


def test_a_fault_is_told_at_its_line_and_nothing_typed_is_lost(desk, client):
    answer = save(client, BROKEN)

    (line,) = lines_of(BROKEN, b"riddle")
    assert answer.status_code == 422
    assert f"<strong>Line {line}</strong>" in answer.text
    assert re.search(rf"<mark>{line}  form = &#34;riddle&#34;</mark>", answer.text)
    assert box(answer.text).encode() == BROKEN
    assert client.get(f"{PAGE}/draft.toml").data == BROKEN


def test_text_that_is_no_toml_at_all_is_kept_and_told_as_well(desk, client):
    answer = save(client, b"policy = \n[[")

    assert answer.status_code == 422
    assert "Line 1" in answer.text
    assert client.get(f"{PAGE}/draft.toml").data == b"policy = \n[["


def test_who_saves_over_somebody_elses_words_is_told_and_keeps_their_own(desk, client):
    save(client, CHANGED)

    answer = save(client, BROKEN, n=0)

    assert answer.status_code == 409
    assert "Ash Writer saved the scenarios in between." in html.unescape(answer.text)
    assert box(answer.text).encode() == BROKEN
    assert client.get(f"{PAGE}/draft.toml").data == CHANGED


def test_a_file_is_taken_in_place_of_the_text_and_given_back_byte_for_byte(desk, client):
    source = CHANGED.replace(b"\n", b"\r\n")

    file = (io.BytesIO(source), "new.toml")
    answer = post(client, f"{PAGE}/draft/file", n=0, file=file)

    assert answer.headers["Location"].endswith(PAGE)
    assert client.get(f"{PAGE}/draft.toml").data == source


@pytest.mark.parametrize("source", [b"", b"\xff\xfe", b"x" * 300_000])
def test_a_file_that_is_none_changes_nothing(desk, client, source):
    answer = post(client, f"{PAGE}/draft/file", n=0, file=(io.BytesIO(source), "new.toml"))

    assert "Choose a TOML file" in client.get(answer.headers["Location"]).text
    assert client.get(f"{PAGE}/draft.toml").data == SHIPPED


def test_a_scenario_is_tried_out_with_every_option_consequence_and_clause(desk, client):
    save(client, CHANGED)

    page = html.unescape(client.get(f"{PAGE}/draft/scenarios/S01").text)

    assert "<h1>Fast Wi-Fi</h1>" in page
    with desk.extensions["db"].reader() as session:
        step = live_quiz(session, POLICY).scenarios[0].steps[0]
    for option in step.options:
        at = page.index(option.text)
        assert page.index(option.outcome, at) < page.index(option.why, at)
        assert option.clauses[0] in page


def test_an_author_writes_and_does_not_publish(desk, client):
    save(client, CHANGED)

    assert post(client, f"{PAGE}/editions", n=1).status_code == 403
    with desk.extensions["db"].reader() as session:
        assert editions(session, POLICY) == ()


def reworded(source):
    """Every scenario in other words, so that none is approved."""
    return source.replace(b'question = "', b'question = "Now: ')


def test_what_is_missing_is_said_and_the_old_quiz_stays(desk, client):
    save(client, reworded(SHIPPED))
    enter(desk, client, "Morgan Ellery", Role.SAFEGUARDING_LEAD)

    page = client.get(PAGE).text
    answer = post(client, f"{PAGE}/editions", n=1)

    assert "No approved scenario tests GEO-6" in page
    assert answer.status_code == 409
    assert "Nothing was published" in answer.text
    with desk.extensions["db"].reader() as session:
        assert live(session, POLICY).source == SHIPPED


def test_the_lead_approves_what_changed_and_publishes_it(desk, client):
    save(client, CHANGED)
    enter(desk, client, "Morgan Ellery", Role.SAFEGUARDING_LEAD)
    with desk.extensions["db"].reader() as session:
        old = live_quiz(session, POLICY)
    page = client.get(f"{PAGE}/draft/scenarios/S01").text
    words = re.search(r'name="digest" value="(\w{64})"', page)[1]
    assert words != digest(old.scenarios[0])

    post(client, f"{PAGE}/draft/scenarios/S01", digest=words)
    post(client, f"{PAGE}/editions", n=1)

    with desk.extensions["db"].reader() as session:
        found = live(session, POLICY)
        assert "quiz.published" in [each.type for each in about(session, found.edition.id)]
    assert found.source == CHANGED
    assert (found.edition.by, found.edition.n) == ("Morgan Ellery", 1)
    assert client.get(f"{PAGE}/live.toml").data == CHANGED
    assert client.get(f"{PAGE}/editions/{found.edition.id}.toml").data == CHANGED


def test_words_that_were_not_shown_are_not_approved(desk, client):
    save(client, CHANGED)
    enter(desk, client, "Morgan Ellery", Role.SAFEGUARDING_LEAD)

    answer = post(client, f"{PAGE}/draft/scenarios/S01", digest="0" * 64)

    assert answer.status_code == 409


def test_a_draft_saved_meanwhile_is_not_published_unseen(desk, client):
    save(client, CHANGED)
    save(client, CHANGED + b"\n", n=1)
    enter(desk, client, "Morgan Ellery", Role.SAFEGUARDING_LEAD)

    assert post(client, f"{PAGE}/editions", n=1).status_code == 409


def test_a_policy_without_any_text_has_no_such_page(desk, client):
    assert client.get("/publishing/quizzes/nothing").status_code == 404
    assert client.get(f"{PAGE}/editions/zzzzzzzzzzzzzzzz.toml").status_code == 404


@pytest.fixture
def first_aid(desk):
    """A second policy that is still a draft; its id."""
    terms = Terms(grace_days=14, renewal_months=12)
    with desk.extensions["db"].change() as session:
        first = opened(parse(TEXT))
        return begin(session, "first-aid", first, based_on="", terms=terms, by=LEAD, now=NOW)


TWIN = SHIPPED.replace(POLICY.encode(), b"first-aid", 1)


def test_a_policy_that_is_still_a_draft_gets_its_scenarios_before_it_is_published(
    desk, client, first_aid
):
    page = "/publishing/quizzes/first-aid"
    assert f'href="{page}"' in client.get(f"/publishing/drafts/{first_aid}").text
    assert "Write the first scenarios" in client.get(page).text
    assert 'policy = "first-aid"' in box(client.get(f"{page}/draft").text)

    source = re.sub(rb'id = "([SW]\d\d)"', rb'id = "F\1"', TWIN)
    post(client, f"{page}/draft", text=typed(source), n="0", scenario="")
    enter(desk, client, "Morgan Ellery", Role.SAFEGUARDING_LEAD)
    with desk.extensions["db"].change() as session:
        approve_all(session, read(source, name="", clauses=None))
    post(client, f"{page}/editions", n="1")

    with desk.extensions["db"].reader() as session:
        assert live_quiz(session, "first-aid").policy == "first-aid"


@pytest.mark.usefixtures("first_aid")
def test_an_id_that_another_policy_has_is_told_at_its_line(client):
    told = post(client, "/publishing/quizzes/first-aid/draft", text=typed(TWIN), n="0")

    (line,) = lines_of(TWIN, b'id = "S01"')
    assert f"<strong>Line {line}</strong>" in told.text
    assert f"scenario S01: the policy {POLICY} has this id already" in told.text


def test_one_scenario_is_written_by_itself_and_put_back_at_its_place(desk, client):
    page = client.get(f"{PAGE}/draft?scenario=S02").text
    part = box(page)
    assert part.startswith('[[scenarios]]\nid = "S02"')
    assert part in SHIPPED.decode()

    new = part.replace("Weekend away", "Two days away")
    answer = post(client, f"{PAGE}/draft", scenario="S02", text=typed(new.encode()), n=0)

    assert answer.headers["Location"].endswith("/draft/scenarios/S02")
    expected = SHIPPED.replace(b"Weekend away", b"Two days away", 1)
    assert client.get(f"{PAGE}/draft.toml").data == expected


def test_a_fault_in_one_scenario_is_told_at_its_line_in_the_file(desk, client):
    part = box(client.get(f"{PAGE}/draft?scenario=S02").text)
    wrong = part.replace('form = "single"', 'form = "riddle"')

    answer = post(client, f"{PAGE}/draft", scenario="S02", text=typed(wrong.encode()), n=0)

    assert answer.status_code == 422
    assert box(answer.text) == wrong
    (line,) = lines_of(client.get(f"{PAGE}/draft.toml").data, b"riddle")
    assert f"<strong>Line {line}</strong>" in answer.text


def test_a_scenario_that_is_not_there_cannot_be_written(desk, client):
    assert client.get(f"{PAGE}/draft?scenario=S99").status_code == 404


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"major = 1", b"major = 7", "the policy has no version 7"),
        (b'policy = "online', b'policy = "offline', "this is the quiz of online-safeguarding"),
        (b'clauses = ["GEO-4"', b'clauses = ["XYZ-4"', "the policy has no clause XYZ-4"),
    ],
)
def test_a_quiz_for_another_text_is_refused(desk, client, old, new, said):
    answer = save(client, SHIPPED.replace(old, new, 1))

    assert answer.status_code == 422
    assert said in answer.text
