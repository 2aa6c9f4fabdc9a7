"""The sentence to explain better: shown to those who answer for the tutors, and for theirs only."""

import html
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.access import SYSTEM, Role
from portal.people.queries import team_of
from portal.policies.actions import cancel
from portal.tracking.understanding import courses
from tests.acknowledgements.tutors import join
from tests.factories import (
    NOW,
    POLICY,
    add_managed_team,
    add_somebody,
    add_tutor,
    publish_policy,
    renumbered,
    sign_in_as,
)
from tests.quizzes.crowds import crowd


@pytest.fixture
def company(app):
    """Two teams of twelve, with 48 finished attempts between them."""
    tutor = join(app)
    with tutor.db.change() as session:
        south, other = add_managed_team(session, "Dana Fielding")
        north_id = team_of(session, tutor.id, now=NOW)
        people = [
            add_tutor(session, f"Tutor {n}", team=(north_id, south)[n % 2]) for n in range(24)
        ]
        crowd(session, people, tries=2)
    return tutor, other


def seen(client, person, path="/weak-spots"):
    sign_in_as(client, person)
    answer = client.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def hr(tutor):
    with tutor.db.change() as session:
        return add_somebody(session, "Sam Reader", Role.HR)


def test_the_page_names_the_sentence_and_draws_the_numbers_of_its_table(company, client):
    page = seen(client, hr(company[0]))

    assert "is the first sentence to explain better" in page
    assert "24 tutors, 48 finished tries" in page
    assert "Chosen instead most often" in page
    assert "Half of 24 first tries took between 9 and 9 minutes" in page
    assert "style=" not in page
    picture, table = page.split('<svg class="shares"')[1].split("Team by team")[0].split("</svg>")
    drawn = dict(re.findall(r"(\w+-\d+) (\d+ of \d+)", picture))
    assert len(drawn) > 10
    for clause, numbers in drawn.items():
        assert re.search(rf"{clause}</th>\s*<td[^>]*>{numbers}</td>", table), clause


def test_a_manager_sees_the_figures_of_their_own_teams_only(company, client):
    page = seen(client, company[1])

    assert "12 tutors, 24 finished tries" in page
    assert "Team by team" not in page


def test_below_ten_nothing_is_told_but_the_numbers(app, client):
    tutor = join(app)
    with tutor.db.change() as session:
        crowd(session, [tutor.id], tries=3)

    page = seen(client, tutor.manager_id)

    assert "Too few answers to tell yet" in page
    assert "0 of 1" in page or "1 of 1" in page
    assert "Explain better" not in page


def test_before_anybody_finished_the_page_says_so(app, client):
    tutor = join(app)

    assert "Nobody has finished a try yet" in seen(client, tutor.manager_id)


def test_a_scenario_is_told_option_by_option(company, client):
    page = seen(client, hr(company[0]), f"/weak-spots/{POLICY}/1/S14")

    assert "right at first" in page
    for words in ("At first", "In all", "As the code asks", "Not right"):
        assert words in page


def test_what_is_in_effect_comes_before_what_is_announced_or_called_off(app):
    tutor = join(app)
    with tutor.db.change() as session:
        soon = NOW + timedelta(days=9)
        for version in ("2.0", "3.0", "4.0"):
            publish_policy(session, renumbered(version), effective_at=soon)
        cancel(session, POLICY, "4.0", reason="Too early.", by=SYSTEM, now=NOW)

    with tutor.db.reader() as session:
        assert [each.label for each in courses(session, now=NOW)] == ["1.0", "3.0", "2.0", "4.0"]
        assert [each.label for each in courses(session, now=soon)] == ["3.0", "2.0", "1.0", "4.0"]


def test_an_unknown_scenario_or_policy_is_not_found(company, client):
    sign_in_as(client, company[1])

    assert client.get(f"/weak-spots/{POLICY}/1/S99").status_code == 404
    assert client.get("/weak-spots/nothing/1/S14").status_code == 404
    assert client.get(f"/weak-spots/{POLICY}/9/S14").status_code == 404


def test_the_number_of_questions_to_the_database_does_not_grow(app, client):
    tutor = join(app)
    sign_in_as(client, tutor.manager_id)

    def asked():
        told = []
        listen = ("before_cursor_execute", lambda *args: told.append(args[2]))
        sa.event.listen(tutor.db.engine, *listen)
        client.get("/weak-spots")
        sa.event.remove(tutor.db.engine, *listen)
        return len(told)

    with tutor.db.change() as session:
        crowd(session, [tutor.id], tries=1)
    few = asked()
    with tutor.db.change() as session:
        crowd(session, [tutor.manager_id], tries=200)

    assert asked() == few
