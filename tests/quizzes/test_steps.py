"""All that fit, and orders: what an answer amounts to, and what cannot be asked."""

import pytest
from pydantic import ValidationError

from portal.quizzes.steps import Kind, Step
from tests.quizzes.samples import a_choose_all, a_step, an_option, an_order


def the_step(scenario, **changes):
    return {**scenario["steps"][0], **changes}


ALL = the_step(a_choose_all("A"))  # o0 wrong, o1 right, o2 safer, o3 right
ORDER = the_step(an_order("O"))  # o2 after o0 and o1, o3 after o2


def answered(fields, ids):
    step = Step.model_validate(fields)
    by_id = {option.id: option for option in step.options}
    return step.kind_of([by_id[f"o{one}"] for one in ids])


@pytest.mark.parametrize(
    ("ids", "kind"),
    [
        ("13", Kind.RIGHT),
        ("123", Kind.SAFER),
        ("1", Kind.WRONG),
        ("12", Kind.WRONG),
        ("013", Kind.WRONG),
        ("0123", Kind.WRONG),
        ("0", Kind.WRONG),
    ],
)
def test_all_that_fit_are_asked_for_no_more_and_no_less_but_what_is_safer(ids, kind):
    assert answered(ALL, ids) is kind


@pytest.mark.parametrize(
    ("ids", "kind"),
    [
        ("0123", Kind.RIGHT),
        ("1023", Kind.SAFER),
        ("0213", Kind.WRONG),
        ("3012", Kind.WRONG),
    ],
)
def test_an_order_is_right_or_safer_or_puts_something_too_late(ids, kind):
    assert answered(ORDER, ids) is kind


def ordered(*afters):
    return [{"id": f"o{n}", "text": "Do", "after": after} for n, after in enumerate(afters)]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({**ALL, "when_wrong": None}, "when_right and when_wrong say"),
        ({**ALL, "when_safer": None}, "an answer can be safer"),
        ({**ALL, "options": ALL["options"][:2]}, "at least two options are right"),
        ({**ALL, "options": ALL["options"][1:]}, "no option is wrong"),
        ({**ALL, "options": [{**ALL["options"][0], "why": "So."}]}, "at least 2 items"),
        ({**ORDER, "options": ordered((), ("o0",), ("o1",))}, "when_safer is never shown"),
        ({**ORDER, "options": ordered((), ("o2",), ())}, "after names options above only"),
        ({**ORDER, "options": ordered((), (), ())}, "every order is accepted"),
        ({**ORDER, "options": ordered((), ("o0",))}, "3 or 4 things are put in order, here 2"),
        (
            {**ORDER, "options": ordered((), ("o0",), (), (), ())},
            "3 or 4 things are put in order, here 5",
        ),
        ({**ORDER, "asks": "one"}, "exactly one option is right"),
        (
            {**a_step(0, [an_option(0, Kind.RIGHT), an_option(1, Kind.WRONG)]), "asks": "all"},
            "has only a text",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(fields, reason):
    with pytest.raises(ValidationError, match=reason):
        Step.model_validate(fields)


def test_each_answer_that_can_be_given_is_known():
    assert len(list(Step.model_validate(ALL).every_answer())) == 15
    assert len(list(Step.model_validate(ORDER).every_answer())) == 24
