"""Which scenarios an attempt is made of, and when the next attempt may start."""

import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice


class CannotDraw(ValueError):
    """There is no attempt to be made of these scenarios; the sentence says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """As much of a scenario as drawing needs."""

    id: str
    clauses: frozenset[str]
    walk: bool
    critical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an attempt shall be: `missed` and `seen` come from the attempts before it."""

    size: int
    walks: int
    must_cover: Collection[str]
    missed: Collection[str] = ()
    seen: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """From which failure on a tutor waits before the next try, and how long."""

    failures: int
    wait: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTry:
    """Whether the next attempt may start, and if not, what has to happen first."""

    reopen: tuple[str, ...]
    until: datetime | None

    @property
    def may_start(self) -> bool:
        """Nothing is left to open again and no wait is running."""
        return not self.reopen and self.until is None


def choose(items: Iterable[Item], wish: Wish, *, rng: random.Random) -> tuple[str, ...]:
    """Return the ids of the scenarios to ask, in the order to ask them; raises CannotDraw.

    Each clause of `must_cover` is tested. A retry takes siblings of what was missed that were
    not seen before, then critical scenarios. The same seed gives the same draw.
    """
    pool = sorted(items, key=lambda item: item.id)
    rng.shuffle(pool)
    picked: list[Item] = []
    for clause in _hardest_first(wish.must_cover, pool, rng):
        picked.extend(_needed(clause, pool, picked, wish))
    for clause in sorted(wish.missed):
        picked.extend(_sibling(clause, pool, picked, wish))
    picked.extend(_filling(pool, picked, wish))
    if len(picked) != wish.size:
        raise CannotDraw(_shortage(pool, wish))
    rng.shuffle(picked)
    return tuple(item.id for item in picked)


def next_try(
    failures: Sequence[datetime],
    *,
    unlocks: Iterable[datetime],
    to_reopen: Iterable[str],
    patience: Patience,
    now: datetime,
) -> NextTry:
    """Return whether the next attempt may start.

    `failures` are the closing times of the failed attempts in this cycle. A retry starts at once
    when the missed clauses (`to_reopen`: those that are not yet) were opened again. From failure
    number `patience.failures` it also waits, unless it was unlocked since the last failure.
    """
    last = max(failures, default=now)
    over = last + patience.wait
    waits = len(failures) >= patience.failures and max(unlocks, default=last) <= last
    return NextTry(reopen=tuple(to_reopen), until=over if waits and now < over else None)


def _hardest_first(clauses: Collection[str], pool: list[Item], rng: random.Random) -> list[str]:
    """Return clauses with few scenarios first, so that the places for walks do not run out."""
    order = sorted(clauses)
    rng.shuffle(order)
    return sorted(order, key=lambda clause: sum(clause in item.clauses for item in pool))


def _needed(clause: str, pool: list[Item], picked: list[Item], wish: Wish) -> Iterator[Item]:
    if _covered(clause, picked):
        return
    candidates = [item for item in _fitting(pool, picked, wish) if clause in item.clauses]
    if not candidates:
        raise CannotDraw(f"No scenario that may be drawn tests {clause}.")
    yield min(candidates, key=lambda item: _staleness(item, wish))


def _sibling(clause: str, pool: list[Item], picked: list[Item], wish: Wish) -> Iterator[Item]:
    """Yield a scenario not seen before for a clause that was missed, where there is one."""
    fresh = [item for item in pool if clause in item.clauses and item.id not in wish.seen]
    if any(item in picked for item in fresh):
        return
    yield from islice(_fitting(fresh, picked, wish), 1)


def _filling(pool: list[Item], picked: list[Item], wish: Wish) -> Iterator[Item]:
    chosen = list(picked)
    for item in sorted(pool, key=lambda item: _staleness(item, wish)):
        if any(_fitting([item], chosen, wish)):
            chosen.append(item)
            yield item


def _staleness(item: Item, wish: Wish) -> tuple[bool, bool]:
    """Seen before comes last; on a retry what is critical comes first."""
    return (item.id in wish.seen, bool(wish.missed) and not item.critical)


def _fitting(pool: Iterable[Item], picked: list[Item], wish: Wish) -> Iterator[Item]:
    """Yield what may still be added: walks and single choices have places of their own."""
    walks = sum(item.walk for item in picked)
    room = {True: wish.walks - walks, False: wish.size - wish.walks - len(picked) + walks}
    return (item for item in pool if room[item.walk] > 0 and item not in picked)


def _covered(clause: str, picked: list[Item]) -> bool:
    return any(clause in item.clauses for item in picked)


def _shortage(pool: list[Item], wish: Wish) -> str:
    walks = sum(item.walk for item in pool)
    return (
        f"An attempt needs {wish.walks} walks and {wish.size - wish.walks} other scenarios; "
        f"{walks} and {len(pool) - walks} may be drawn."
    )
