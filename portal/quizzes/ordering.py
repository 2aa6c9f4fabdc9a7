"""Things on their way into an order: where each may move, as a page without scripts shows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing at its place; `up` and `down` are the whole order after that move, or empty.

    `focus` is the move that whoever made the last one goes on with, or empty.
    """

    number: str  # as shown: it names the thing, not the place
    text: str
    place: int
    up: str
    down: str
    focus: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What the address says of the last move; an address can say anything."""

    number: str = ""  # of the thing that was moved
    up: str = ""  # the order that it led to, by this way or the other
    down: str = ""


def rows(options: Sequence[tuple[str, str]], move: Move) -> tuple[Row, ...]:
    """Return the things in the order after this move, or as drawn if it leads to none."""
    numbers = [number for number, _ in options]
    wanted = (move.up or move.down).split(" ")
    now = wanted if sorted(wanted) == sorted(numbers) else numbers
    rows = _rows(dict(options), now)
    return tuple(_focused(row, move) if row.number == move.number else row for row in rows)


def _rows(texts: dict[str, str], order: list[str]) -> Iterator[Row]:
    for n, number in enumerate(order):
        yield Row(
            number=number,
            text=texts[number],
            place=n + 1,
            up=_swapped(order, n - 1) if n else "",
            down=_swapped(order, n) if n + 1 < len(order) else "",
        )


def _swapped(order: list[str], first: int) -> str:
    changed = order.copy()
    changed[first], changed[first + 1] = changed[first + 1], changed[first]
    return " ".join(changed)


def _focused(row: Row, move: Move) -> Row:
    """Keep the focus on the same way; at the end of the list it turns."""
    way = "up" if (move.up and row.up) or not row.down else "down"
    return replace(row, focus=way)
