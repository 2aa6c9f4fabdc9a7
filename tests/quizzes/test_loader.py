"""A bad quiz file is refused with file, line, place and reason."""

import pytest

from portal.quizzes.content import digest
from portal.quizzes.loader import LARGEST, BadQuiz, load, read
from tests.quizzes.samples import CODE, FILE, QUIZ

OPTION = """
[[scenarios.steps.options]]
id = "{id}"
text = "Do {id}"
{tag}outcome = "It happens."
why = "So it is."
clauses = ["CSP-7"]
"""
STEP = """
[[scenarios.steps]]
id = "{id}"
clauses = ["CSP-7"]
question = "What now?"
"""
QUIZ_FILE = (
    """policy = "online-safeguarding"
major = 1
version = "1.0"
title = "A quiz"
must_cover = ["CSP-7"]

[[scenarios]]
id = "S14"
title = "Solved"
form = "single"
situation = "He is back."
"""
    + STEP.format(id="first")
    + OPTION.format(id="a", tag="right = true\n")
    + OPTION.format(id="b", tag="")
    + """
[[scenarios]]
id = "W01"
title = "A walk"
form = "walk"
situation = "He is here."
"""
    + STEP.format(id="one")
    + OPTION.format(id="a", tag="right = true\n")
    + OPTION.format(id="b", tag="").rstrip("\n")
    + '\nnext = "two"\n'
    + STEP.format(id="two").replace("question", 'situation = "Later."\nquestion')
    + OPTION.format(id="a", tag="right = true\n")
    + OPTION.format(id="b", tag="")
)
A_CARD = """
[[cards]]
id = "{id}"
title = "A card"
clauses = ["CSP-1"]
situation = "Something happens."
advice = "Do this."
ruling = "Is it so?"
"""


def faults(text):
    """Every fault in a file, as an author reads it."""
    source = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(BadQuiz) as refused:
        read(source, name="quiz.toml", clauses=CODE.clauses)
    return str(refused.value)


def changed(old, new, *, nth=1):
    """Our small quiz with the nth occurrence of some words changed."""
    head, tail = QUIZ_FILE.split(old)[:nth], QUIZ_FILE.split(old)[nth:]
    return old.join(head) + new + old.join(tail)


def test_the_small_quiz_is_sound():
    quiz = read(QUIZ_FILE.encode(), name="quiz.toml", clauses=CODE.clauses)

    assert [one.id for one in quiz.scenarios] == ["S14", "W01"]


@pytest.mark.parametrize(
    ("old", "new", "nth", "fault"),
    [
        ("right = true\n", "", 1, "quiz.toml:13: scenario S14, step first: exactly one option"),
        (
            '"Do b"\n',
            '"Do b"\nright = true\n',
            1,
            "quiz.toml:13: scenario S14, step first: exactly",
        ),
        (
            '"Do b"\n',
            '"Do b"\nsafer = true\n',
            1,
            "quiz.toml:26: scenario S14, step first, option b: ",
        ),
        ('"Do b"\n', '"Do b"\nsafer = true\nright = true\n', 1, "no option is wrong"),
        (
            '"CSP-7"]\nquestion',
            '"CSP-77"]\nquestion',
            1,
            "quiz.toml:15: scenario S14, step first, clauses",
        ),
        (
            'id = "b"',
            'id = "a"',
            1,
            "quiz.toml:13: scenario S14, step first: two are called option a",
        ),
        ('id = "W01"', 'id = "S14"', 1, "two are called item S14"),
        ('id = "two"', 'id = "one"', 1, "two are called step one"),
        ('"He is back."', f'"{"word " * 61}"', 1, "scenario S14, situation: 61 words, at most 60"),
        ('"Do a"', f'"{"word " * 26}"', 1, "option a, text: 26 words, at most 25"),
        ('"It happens."', '" "', 1, "option a, outcome: String should have at least 1"),
        ('"It happens."', '"It\\u202ehappens."', 1, "an invisible character"),
        ('next = "two"', 'next = "three"', 1, "leads to three, not further down"),
        ('next = "two"', 'next = "one"', 1, "leads to one, not further down"),
        ('next = "two"\n', "", 1, "quiz.toml:33: scenario W01: nothing leads to step two"),
        ('"Later."', '""', 1, "step two, situation"),
        ('situation = "Later."\n', "", 1, "step two needs a situation of its own"),
        ('form = "walk"', 'form = "single"', 1, "a single choice has one step"),
        ('form = "single"', 'form = "walk"', 1, "a walk has more than one step"),
        ('form = "single"', 'form = "essay"', 1, "scenario S14, form: Input should be"),
        ('must_cover = ["CSP-7"]', 'must_cover = ["CSP-9"]', 1, "no scenario tests CSP-9"),
        ('must_cover = ["CSP-7"]', "must_cover = []", 1, "quiz.toml:5: must_cover: "),
        (
            "right = true",
            'right = "yes"',
            1,
            "quiz.toml:21: scenario S14, step first, option a, right",
        ),
        (
            "right = true",
            "rigth = true",
            1,
            "quiz.toml:21: scenario S14, step first, option a, rigth",
        ),
        ("major = 1", 'major = "1"', 1, "quiz.toml:2: major: "),
        ('version = "1.0"', "version = 1.0", 1, "quiz.toml:3: version: "),
        ('id = "S14"\n', "", 1, "scenario number 1, id: Field required"),
        ("major = 1", "major = ", 1, "quiz.toml:2: Invalid value"),
    ],
)
def test_a_bad_file_is_refused_at_its_place(old, new, nth, fault):
    assert fault in faults(changed(old, new, nth=nth))


def test_a_fault_in_an_answer_as_a_whole_is_told_at_its_line():
    source = FILE.read_text(encoding="utf-8")
    head, _, tail = source.partition("[scenarios.steps.when_safer]")
    line = head.count("\n") + 2

    told = faults(f"{head}[scenarios.steps.when_safer]{tail.replace('outcome =', 'outcom =', 1)}")

    assert f"quiz.toml:{line}: scenario S50, step order, when_safer, outcom: " in told
    assert "when_safer, outcome: Field required" in told


def test_one_mistake_is_one_fault():
    assert len(faults(changed('"Do b"\n', '"Do b"\nsafer = true\n')).splitlines()) == 1


def test_what_only_a_detour_asks_is_not_tested():
    text = changed('clauses = ["CSP-7"]\nsituation', 'clauses = ["CSP-9"]\nsituation')

    assert "no scenario tests CSP-9" in faults(text.replace('cover = ["', 'cover = ["CSP-9", "'))


def test_every_fault_is_told_at_once():
    text = changed('"He is back."', '" "').replace("major = 1", "major = 0")

    assert len(faults(text).splitlines()) == 2


def test_a_card_and_a_scenario_do_not_share_a_name():
    assert "two are called item S14" in faults(QUIZ_FILE + A_CARD.format(id="S14"))


def test_an_empty_file_is_refused():
    assert "scenarios: Field required" in faults("")


def test_a_file_that_is_no_text_is_refused_at_its_line():
    assert "quiz.toml:2: the file is not UTF-8" in faults(b'policy = "x"\ntitle = "\xff"\n')


def test_a_file_beyond_all_reason_is_refused():
    assert "larger than 256 KiB" in faults(b"#" * (LARGEST + 1))
    assert "nested too deeply" in faults("x = " + "[" * 20_000)


def test_what_follows_windows_line_ends_is_the_same_quiz():
    quiz = read(FILE.read_bytes().replace(b"\n", b"\r\n"), name="", clauses=CODE.clauses)

    assert digest(quiz) == digest(QUIZ)


def test_a_file_is_named_in_its_faults(tmp_path):
    path = tmp_path / "our-quiz.toml"
    path.write_text("major = ", encoding="utf-8")

    with pytest.raises(BadQuiz, match=r"our-quiz\.toml:1: Invalid value"):
        load(path, clauses=CODE.clauses)
