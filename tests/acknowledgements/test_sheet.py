"""The evidence sheet says in one line what was opened when, and who approved what."""

from datetime import UTC, datetime, timedelta

from portal.acknowledgements.sheet import TIED, approvals, openings
from tests.acknowledgements.samples import fields, record


def opened(*moments):
    sections = [
        {"section": number, "title": f"Part {number}", "opened_at": moment}
        for number, moment in enumerate(moments, start=1)
    ]
    return openings(record(sections_opened=sections)).replace(TIED, " ")


def test_sections_stand_in_the_order_in_which_they_were_opened():
    first = datetime(2026, 11, 23, 9, 28, 4, tzinfo=UTC)

    said = opened(first + timedelta(minutes=3), first)

    assert said == "23 Nov 2026, GMT (UTC+00:00): 2. Part 2 09:28:04, 1. Part 1 09:31:04"


def test_the_two_hours_that_clocks_show_twice_are_told_apart():
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    said = opened(before, before + timedelta(hours=1))

    assert said == (
        "25 Oct 2026, BST (UTC+01:00): 1. Part 1 01:30:00. "
        "25 Oct 2026, GMT (UTC+00:00): 2. Part 2 01:30:00"
    )


def test_who_approved_which_scenarios_is_said_once_for_each():
    scenarios = fields()["attempt"]["scenarios"]
    scenarios[1]["approved_by"] = "Tom Reyes"
    scenarios[2]["approved_at"] -= timedelta(days=1)

    said = approvals(record(attempt=fields()["attempt"] | {"scenarios": scenarios}))

    assert said == [
        "Approved by Helen Marsh, 14 Oct 2026: 1, 4, 5, 6, 7.",
        "Approved by Tom Reyes, 14 Oct 2026: 2.",
        "Approved by Helen Marsh, 13 Oct 2026: 3.",
        "Not reviewed by a person: 8.",
    ]
