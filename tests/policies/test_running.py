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
CLAUSES = tuple(PARTED.clauses.values())
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
    clauses = parse(TEXT).clauses

    assert in_full(tuple(clauses.values()), clauses) == {
        each.id: each.text for each in clauses.values()
    }
    assert all(
        in_full(tuple(clauses.values()), {id_}) == {id_: each.text} for id_, each in clauses.items()
    )
