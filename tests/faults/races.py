"""Two people who do two things at the same moment, as two threads of the portal would."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from portal.errors import Refusal

PATIENCE = 60  # seconds for what takes a moment


def at_once(*doings: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment; return what came of each, refusals included."""
    start, outcomes = Barrier(len(doings)), [None] * len(doings)

    def do(number: int) -> None:
        start.wait(PATIENCE)
        try:
            outcomes[number] = doings[number]()
        except Refusal as refusal:
            outcomes[number] = refusal

    # Whoever comes last to the barrier need not be woken, and would win every time.
    order = random.sample(range(len(doings)), len(doings))
    with ThreadPoolExecutor(len(doings)) as pool:
        list(pool.map(do, order))
    return outcomes


def refused(outcomes: list[Any]) -> list[Refusal]:
    """Return the refusals among what came of it."""
    return [each for each in outcomes if isinstance(each, Refusal)]
