"""Two people who do two things at the same moment, as two threads of the portal would."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from portal.errors import Refusal

PATIENCE = 60  # seconds for what takes a moment


def at_once(*doings: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment; return what came of each, refusals included."""
    start = Barrier(len(doings))

    def do(doing: Callable[[], Any]) -> Any:
        start.wait(PATIENCE)
        try:
            return doing()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(doings)) as pool:
        return list(pool.map(do, doings))


def refused(outcomes: list[Any]) -> list[Refusal]:
    """Return the refusals among what came of it."""
    return [each for each in outcomes if isinstance(each, Refusal)]
