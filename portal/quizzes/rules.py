"""Which scenarios an attempt is made of, and when the next attempt may start."""

import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TRIES = 100  # a draw that runs out of places is drawn again


class CannotDraw(ValueError):
    """There is no attempt to be made of these scenarios; the sentence says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """As much of a scenario as drawing needs."""

    id: str
    clauses: frozenset[str]
    walk: bool
    critical: bool
    asks_all: bool = False  # all that fit are to be chosen: one such scenario is enough
    words: int = 0  # to read on the right way


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an attempt shall be: `missed` and `seen` come from the attempts before it.

    Without a size it is as short as it can be: what tests `must_cover`, and no more.
    """

    size: int | None
    walks: int
    must_cover: Collection[str]
    words: int = 1000  # at most, unless there is no shorter attempt to be made
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
    _refuse_shortage(pool, wish)
    shortest: list[Item] = []
    for _ in range(TRIES):
        rng.shuffle(pool)
        picked = _pick(pool, wish, rng)
        if wish.size in (None, len(picked)) and not _untested(wish, picked):
            shortest = min(filter(None, (shortest, picked)), key=_words)
        if shortest and _words(shortest) <= wish.words:
            break
    if not shortest:
        raise CannotDraw("The scenarios that may be drawn do not fit into one attempt.")
    rng.shuffle(shortest)
    return tuple(item.id for item in shortest)


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


def _words(picked: Iterable[Item]) -> int:
    return sum(item.words for item in picked)


def _refuse_shortage(pool: list[Item], wish: Wish) -> None:
    if untested := _untested(wish, pool):
        raise CannotDraw(f"No scenario that may be drawn tests {', '.join(untested)}.")
    if wish.size is None:
        return
    walks = sum(item.walk for item in pool)
    if walks < wish.walks or len(pool) - walks < wish.size - wish.walks:
        raise CannotDraw(
            f"An attempt needs {wish.walks} walks and {wish.size - wish.walks} other scenarios; "
            f"{walks} and {len(pool) - walks} may be drawn."
        )


def _pick(pool: list[Item], wish: Wish, rng: random.Random) -> list[Item]:
    """Return one draw from a shuffled pool; it may turn out not to test everything."""
    if wish.size is None:
        return _pick_few(pool, wish, rng)
    single = frozenset().union(*(item.clauses for item in pool if not item.walk))
    needed = sorted(wish.must_cover)
    rng.shuffle(needed)
    picked: list[Item] = []
    for clause in filter(lambda clause: clause not in single, needed):
        picked.extend(_testing(clause, pool, picked, wish))
    picked.extend(_filling([item for item in pool if item.walk], picked, wish))
    for clause in needed:
        picked.extend(_testing(clause, pool, picked, wish))
    for clause in sorted(wish.missed):
        picked.extend(_sibling(clause, pool, picked, wish))
    picked.extend(_filling(pool, picked, wish))
    return picked


def _pick_few(pool: list[Item], wish: Wish, rng: random.Random) -> list[Item]:
    """Return what it takes to test each clause, and no scenario that could be left out."""
    needed = sorted(wish.must_cover)
    rng.shuffle(needed)
    picked: list[Item] = []
    for clause in needed:
        picked.extend(_testing(clause, pool, picked, wish))
    for item in tuple(picked):
        others = [one for one in picked if one is not item]
        picked = picked if _untested(wish, others) else others
    return picked


def _testing(clause: str, pool: list[Item], picked: list[Item], wish: Wish) -> list[Item]:
    """Return a scenario that tests this clause, unless one is picked already."""
    if any(clause in item.clauses for item in picked):
        return []
    candidates = [item for item in _fitting(pool, picked, wish) if clause in item.clauses]
    return sorted(candidates, key=lambda item: _staleness(item, wish))[:1]


def _sibling(clause: str, pool: list[Item], picked: list[Item], wish: Wish) -> list[Item]:
    """Return a scenario not seen before for a clause that was missed, where there is one."""
    fresh = [item for item in pool if clause in item.clauses and item.id not in wish.seen]
    if any(item in picked for item in fresh):
        return []
    return list(_fitting(fresh, picked, wish))[:1]


def _filling(pool: list[Item], picked: list[Item], wish: Wish) -> list[Item]:
    """Return what else fits, the freshest first."""
    added: list[Item] = []
    for item in sorted(pool, key=lambda item: _staleness(item, wish)):
        added.extend(_fitting([item], picked + added, wish))
    return added


def _staleness(item: Item, wish: Wish) -> tuple[bool, bool, bool]:
    """Order what was seen to the end, and what is critical to the front on a retry.

    Where it is to be short, walks come after anything that was not seen.
    """
    long = wish.size is None and item.walk
    return (item.id in wish.seen, long, bool(wish.missed) and not item.critical)


def _fitting(pool: Iterable[Item], picked: list[Item], wish: Wish) -> Iterator[Item]:
    """Yield what may still be added: walks and others have their places, choosing all has one."""
    room = _room(picked, wish)
    full = any(item.asks_all for item in picked)
    fitting = (item for item in pool if room[item.walk] > 0 and item not in picked)
    return (item for item in fitting if not (full and item.asks_all))


def _room(picked: list[Item], wish: Wish) -> dict[bool, int]:
    """Return how many places are left for walks (True) and for others (False)."""
    if wish.size is None:
        return {True: 1, False: 1}
    walks = sum(item.walk for item in picked)
    return {True: wish.walks - walks, False: wish.size - wish.walks - len(picked) + walks}


def _untested(wish: Wish, items: list[Item]) -> list[str]:
    tested = frozenset().union(*(item.clauses for item in items))
    return sorted(frozenset(wish.must_cover) - tested)
