"""A clock that was put back: the chain keeps the order, so its times tell of it.

Nothing stops for it. Who writes takes the time before its turn comes, and two machines differ by
a little: as much as that is no news.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=2)
log = logging.getLogger(__name__)


def went_back(before: datetime | None, now: datetime) -> timedelta | None:
    """Return by how much the clock went back since the entry before, where that is news."""
    by = before - now if before else timedelta()
    return by if by > TOLERANCE else None


def warn(seq: int, before: datetime | None, now: datetime) -> None:
    """Write to the log that an entry is dated before the one it follows."""
    if by := went_back(before, now):
        log.warning("the clock went back by %s before entry %s of the ledger", by, seq)


def notice(jumps: Sequence[tuple[int, timedelta]]) -> str:
    """Return what a walk of the chain tells of these: each an entry, and by how much before it."""
    seq, by = jumps[0]
    if len(jumps) == 1:
        return f"payloads {seq} at: the clock went back by {by} before it; the order holds"
    most = max(by for _, by in jumps)
    times = f"the clock went back {len(jumps)} times, by up to {most}, and here first"
    return f"payloads {seq} at: {times}; the order holds"
