"""`portal quiz check` tells authors what is wrong, what is tested, and how long it takes."""

import json
import re

import pytest
from click.testing import CliRunner

from portal.config import Settings
from portal.console import Console
from portal.quizzes.commands import quiz
from tests.quizzes.samples import FILE, QUIZ, ROOT

TEXT = FILE.read_text(encoding="utf-8")


@pytest.fixture
def run():
    console = Console(settings=Settings(), make_app=lambda _: pytest.fail("it needs no portal"))
    return lambda *words: CliRunner().invoke(quiz, [str(word) for word in words], obj=console)


@pytest.fixture
def written(tmp_path):
    """Return what writes a quiz file and gives its path."""

    def write(text):
        path = tmp_path / "ours.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_every_file_that_ships_is_sound(run):
    done = run("check")

    assert done.exit_code == 0, done.output
    assert f"{len(QUIZ.scenarios)} scenarios, {len(QUIZ.cards)} cards" in done.output
    assert "Note:" not in done.output


def test_an_id_of_another_policy_is_refused_at_its_line(run, written):
    other = written('policy = "offline"\n[[scenarios]]\nid = "S01"\n')

    done = run("check", FILE, other)

    line = TEXT.splitlines().index('id = "S01"') + 1
    assert done.exit_code == 1
    assert f"{FILE.name}:{line}: scenario S01: the policy offline has this id" in done.output


def test_each_clause_stands_beside_the_scenarios_that_test_it(run):
    lines = run("check", FILE).output.splitlines()

    assert "  CSP-6  * S16 S42 S50 W01 (S21)" in lines
    assert "  TEC-1    S31" in lines
    assert "  PRE-1    -" in lines


def test_an_attempt_is_a_thousand_words_and_ten_minutes_at_most(run):
    output = run("check", FILE).output

    words = re.search(r"has (\d+) to (\d+) words", output)
    slow = re.search(r"to (\d+) minutes at 120 words a minute", output)
    assert int(words[2]) <= 1000
    assert int(slow[1]) <= 10
    assert "minutes at 200 words a minute" in output


def test_a_bad_file_is_told_by_file_line_and_reason(run, written):
    line = TEXT[: TEXT.index("must_cover")].count("\n") + 1

    done = run("check", written(TEXT.replace('"GEO-6"', '"GEO-66"', 1)))

    assert done.exit_code == 1
    assert done.output == f"ours.toml:{line}: must_cover: the policy has no clause GEO-66\n"


def test_a_quiz_too_small_for_an_attempt_is_refused(run, written):
    no_walks = TEXT[: TEXT.index('[[scenarios]]\nid = "W01"')] + TEXT[TEXT.index("[[cards]]") :]

    done = run("check", written(no_walks))

    assert done.exit_code == 1
    assert "ours.toml:1: An attempt needs 2 walks" in done.output


def test_a_clause_with_one_scenario_is_noted_for_retries(run, written):
    more = TEXT.replace('must_cover = ["GEO-6"', 'must_cover = ["TEC-1", "GEO-6"')

    done = run("check", written(more))

    assert done.exit_code == 0
    assert "Note: only S31 tests TEC-1" in done.output


def test_a_good_file_does_not_hide_a_bad_one(run, written):
    assert run("check", FILE, written("x = ")).exit_code == 1


def test_the_schema_that_ships_for_editors_is_that_of_the_models(run):
    shipped = json.loads((ROOT / "quizzes/quiz.schema.json").read_text(encoding="utf-8"))

    assert shipped == json.loads(run("schema").output)
    assert TEXT.startswith("#:schema quiz.schema.json\n")
