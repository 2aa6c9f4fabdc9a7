"""What is sure needs no look; what is not sure is never passed over."""

from itertools import combinations

import pytest

from portal.policies.pairing import Pair, Sureness, paired
from portal.policies.text import parse
from tests.factories import TEXT
from tests.policies.reworded import SENTENCES, TRUE

CITED = {each.id: each.text for each in parse(TEXT).clauses.values()}
SURE = (Sureness.SAME, Sureness.LIKELY)


def folded(texts):
    """Which text each clause is paired with that nobody is asked about."""
    return {
        id_: texts[pair.place]
        for id_, pair in paired(texts, CITED).items()
        if pair.sureness in SURE
    }


def wrong(texts):
    return {id_: text for id_, text in folded(texts).items() if text != SENTENCES[TRUE[id_]]}


def test_the_very_words_are_found_wherever_they_stand():
    texts = list(reversed(CITED.values()))

    found = paired(texts, CITED)

    assert {id_: texts[pair.place] for id_, pair in found.items()} == CITED
    assert {pair.sureness for pair in found.values()} == {Sureness.SAME}


def test_a_code_in_other_words_leaves_a_person_less_than_half_to_decide():
    found = paired(SENTENCES, CITED)

    assert [id_ for id_, pair in found.items() if pair.place != TRUE[id_]] == []
    assert sum(pair.sureness is Sureness.OPEN for pair in found.values()) <= len(CITED) / 2


def test_a_sentence_that_two_rules_claim_is_looked_at():
    found = paired(SENTENCES, CITED)

    shared = {id_ for id_ in TRUE if list(TRUE.values()).count(TRUE[id_]) > 1}
    assert {found[id_].sureness for id_ in shared} <= {Sureness.SHARED, Sureness.OPEN}


def test_what_no_sentence_says_is_never_taken_for_sure():
    for left_out in range(len(SENTENCES)):
        texts = [text for n, text in enumerate(SENTENCES) if n != left_out]

        assert wrong(texts) == {}, SENTENCES[left_out]


@pytest.mark.long
def test_nor_when_several_are_missing():
    for left_out in combinations(range(len(SENTENCES)), 2):
        assert wrong([text for n, text in enumerate(SENTENCES) if n not in left_out]) == {}


def test_a_text_in_another_order_is_looked_at_rather_than_guessed():
    assert wrong(SENTENCES[::-1]) == {}


def test_what_nothing_is_like_is_looked_for_at_its_place():
    cited = {"A": "Phone the parents.", "B": "Answer for it.", "C": "Ask the child to dress."}
    one = ["Phone the parents.", "Everybody is responsible here.", "Ask the child to dress."]

    assert paired(one, cited)["B"] == Pair(place=1, likest=(0, 1, 2), sureness=Sureness.OPEN)
    assert paired([*one[:2], "Nobody else is.", one[2]], cited)["B"].place is None  # either of two
    assert paired(one[::2], cited)["B"].place is None
    assert paired(one[:2], {**cited, "C": "Wear a hat."})["C"].place is None  # B may be meant


def test_what_is_hardly_like_anything_is_not_suggested():
    found = paired(["No other place is allowed.", "Ring the parents first."], CITED)

    assert found["CSP-5"] == Pair(place=None, likest=(1,), sureness=Sureness.OPEN)


def test_nothing_is_found_in_nothing():
    assert {pair.place for pair in paired([], CITED).values()} == {None}


def how(cited, *texts):
    return [pair.sureness.value for pair in paired(texts, dict(enumerate(cited))).values()]


def test_of_two_that_are_about_as_like_a_person_chooses():
    told = "Ask the child to dress before the lesson."

    assert how([told], "Ask the child to dress warmly.", "Ask the child to dress again.") == [
        "open"
    ]
    assert how([told], "Ask the child to dress warmly.", "Ring.") == ["likely"]


def test_a_word_in_common_is_not_enough():
    told = "Report unsuitable dress to your learning manager without delay."

    assert how([told], "Report lost keys to your office manager.") == ["open"]


def test_what_stands_out_of_order_has_to_be_very_like():
    cited = ["Phone the parents about what happened.", "Ask the child to dress before lessons."]
    texts = ["Ask a child kindly to dress first.", "Phone both parents at home about everything."]

    assert how(cited, *texts) in (["open", "likely"], ["likely", "open"])
    assert how(cited[::-1], *texts) == ["likely", "likely"]
