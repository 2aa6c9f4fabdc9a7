"""A clause keeps its id while it says the same; an id never comes to mean something else."""

from hypothesis import given
from hypothesis import strategies as st

from portal.policies.manuscript import Manuscript, Part, Passage
from portal.policies.matching import identified, suggestions
from portal.policies.text import parse
from tests.factories import TEXT

NEWEST = {
    ("CSP-1",): "Ask the child to dress.",
    ("CSP-2", "CSP-9"): "Report it to your learning manager.",
}


def ids(*texts, title="Child safety please", newest=NEWEST, used=()):
    part = Part(title=title, passages=tuple(Passage(text=text) for text in texts))
    found = identified(Manuscript(parts=(part,)), newest=newest, used=used)
    return [each.label for each in found.passages]


def test_what_is_said_again_keeps_its_id_wherever_it_stands():
    found = ids(
        "Something quite new.", "Report it to your learning manager.", "Ask the child to dress!"
    )

    assert found == ["CSP-3", "CSP-2, CSP-9", "CSP-1"]


def test_what_is_only_reworded_keeps_its_id():
    assert ids("Report it without delay to your learning manager.") == ["CSP-2, CSP-9"]


def test_half_of_a_sentence_of_two_rules_does_not_keep_the_ids_of_both():
    both = {
        ("PRE-2", "PRE-3"): "Each tutor answers for it. Online tutoring is live, by a human tutor."
    }
    halves = "Each tutor answers for it.", "Online tutoring is live, by a human tutor."

    assert ids(*halves, newest=both, used=["PRE-2", "PRE-3"]) == ["CSP-1", "CSP-2"]
    assert ids(" ".join(halves), newest=both) == ["PRE-2, PRE-3"]


def test_an_id_that_was_ever_used_is_not_given_again():
    assert ids("Wholly other words.", newest={}, used=["CSP-1", "CSP-3"]) == ["CSP-2"]
    assert ids("Wholly other words.", "More of them here.", used=["CSP-3"]) == ["CSP-4", "CSP-5"]


def test_new_ids_begin_like_their_section():
    assert ids("A new one.", title="Technology", newest={}) == ["TEC-1"]
    assert ids("A new one.", title="7", newest={}) == ["SEC-1"]


@given(st.lists(st.sampled_from([*NEWEST.values(), "Ring.", "Wait.", "Ring."]), max_size=12))
def test_no_two_clauses_share_an_id(texts):
    found = ids(*texts)

    assert len(set(found)) == len(texts)


def test_suggestions_find_the_clause_that_says_the_like_in_other_words():
    cited = {each.id: each.text for each in parse(TEXT).clauses.values()}
    texts = [
        "Another setting needs prior permission of your manager.",
        "When a child cannot do that, go on with audio only in this lesson.",
        "Nightwear will do when the torso and the lower body are covered.",
    ]

    found = suggestions(texts, cited)

    assert [next(iter(found[id_])) for id_ in ("GEO-6", "CSP-6", "CSP-3")] == [0, 1, 2]


def test_nothing_is_suggested_for_what_nobody_says():
    assert suggestions(["Entirely unrelated."], {"CSP-1": "Ask the child."}) == {"CSP-1": {}}
