"""What the press makes; where a name keeps it from that, HR is told, whoever asked for it."""

from collections.abc import Callable
from datetime import datetime

from portal import db
from portal.access import Actor
from portal.acknowledgements import printable
from portal.acknowledgements.press import CannotPrint, Made, NameUnshown
from portal.acknowledgements.record import Draft
from portal.acknowledgements.wording import names_in


def made(make: Callable[[Draft], Made], draft: Draft, *, by: Actor, now: datetime) -> Made:
    """Return what `make` of the press returns for this draft.

    Raises what it raises, and NameUnshown once HR was told of the name.
    """
    try:
        return make(draft)
    except CannotPrint as refusal:
        names = [each for each in names_in(draft.record) if refusal.characters & set(each)]
        if not names:
            raise
        with db.change() as session:
            printable.report(session, names, tutor=draft.record.tutor.id, by=by, now=now)
        raise NameUnshown(refusal.reason) from refusal
