"""Moving things by two buttons each, whatever an address says."""

import pytest

from portal.quizzes.ordering import Move, rows

THINGS = (("1", "Ask"), ("2", "Phone"), ("3", "Report"))


def texts(move):
    return [row.text for row in rows(THINGS, move)]


def test_at_first_things_stand_as_they_were_drawn():
    assert texts(Move()) == ["Ask", "Phone", "Report"]


def test_a_move_changes_two_places():
    middle = rows(THINGS, Move())[1]

    assert (middle.up, middle.down) == ("2 1 3", "1 3 2")
    assert texts(Move(number="2", up=middle.up)) == ["Phone", "Ask", "Report"]


def test_nothing_moves_beyond_the_ends():
    first, _, last = rows(THINGS, Move())

    assert (first.up, last.down) == ("", "")


@pytest.mark.parametrize(
    ("move", "focus"),
    [
        (Move(number="3", up="1 3 2"), "up"),
        (Move(number="3", up="3 1 2"), "down"),
        (Move(number="1", down="2 1 3"), "down"),
        (Move(number="1", down="2 3 1"), "up"),
    ],
)
def test_the_focus_stays_on_the_move_and_turns_at_the_end(move, focus):
    assert {row.number: row.focus for row in rows(THINGS, move) if row.focus} == {
        move.number: focus
    }


@pytest.mark.parametrize("order", ["1 2", "1 1 2", "4 5 6", "x", "1 2 3 4", " 1 2 3"])
def test_an_order_that_is_none_is_not_taken(order):
    assert texts(Move(number="9", up=order)) == ["Ask", "Phone", "Report"]
