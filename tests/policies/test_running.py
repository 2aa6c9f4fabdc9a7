"""Half a sentence is half a rule: whoever is shown one part reads the other along with it."""

import pytest

from portal.policies.helping import with_helps
from portal.policies.running import in_full
from portal.policies.splitting import runs_on
from portal.policies.text import parse
from tests.factories import TEXT

FRONT = TEXT[: TEXT.index("## ")]
PARTED = parse(
    f"{FRONT}## Place\n\n{{#GEO-1}}\nTeach at home.\n\n{{#GEO-2}}\nNo other place is permitted\n\n"
    "{#GEO-3}\nwithout leave from your manager.\n\n## Else\n\n{#ELS-1}\nring first\n"
)
CLAUSES = PARTED.ordered
WHOLE = "No other place is permitted without leave from your manager."


def test_a_part_alone_is_quoted_as_the_whole_sentence():
    assert in_full(CLAUSES, {"GEO-2"}) == {"GEO-2": WHOLE}
    assert in_full(CLAUSES, {"GEO-3", "GEO-1"}) == {"GEO-1": "Teach at home.", "GEO-3": WHOLE}


def test_both_parts_are_quoted_as_they_stand():
    found = in_full(CLAUSES, {"GEO-2", "GEO-3"})

    assert " ".join(found.values()) == WHOLE


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("If it fails,", "Lantern tutors stop", True),
        ("Ask the child", "Ring the parents", False),
        ("Do this:", "ask the child.", False),
        ("Ask “now.”", "and ring.", False),
    ],
)
def test_a_sentence_runs_on_where_it_neither_ended_nor_began(before, after, expected):
    assert runs_on(before, after) is expected


def test_what_goes_on_stands_close_to_what_it_goes_on_from():
    html = with_helps(PARTED.sections[0].html, {"GEO-3": "Ask first."})

    assert html.count('class="clause on"') == 1
    assert '<p id="GEO-3" class="clause on">' in html
    assert "Ask first." in html


def test_every_clause_of_the_example_stands_for_itself():
    known = parse(TEXT)

    assert in_full(known.ordered, known.clauses.keys()) == {
        each.id: each.text for each in known.ordered
    }
    assert all(in_full(known.ordered, {each.id}) == {each.id: each.text} for each in known.ordered)


def test_a_sentence_of_two_rules_is_quoted_once_whichever_is_meant():
    both = parse(f'{FRONT}## Place\n\n{{#GEO-5 also="GEO-6"}}\n{WHOLE}\n').ordered

    for wanted in ({"GEO-5"}, {"GEO-6"}, {"GEO-5", "GEO-6"}):
        assert in_full(both, wanted) == {"GEO-5": WHOLE}
