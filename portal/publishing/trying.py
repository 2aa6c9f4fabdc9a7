"""Can a text go into the PDF of a signature? Tried on the press before anybody has to sign it."""

from datetime import datetime
from functools import lru_cache
from typing import cast

from flask import current_app

from portal import db
from portal.acknowledgements.press import Press, PressFailed, TooMuch
from portal.acknowledgements.wire import POLICY
from portal.config import Settings
from portal.errors import Refusal
from portal.policies.drafts import get_draft
from portal.publishing.actions import NotReady
from portal.publishing.proposal import of_draft
from portal.publishing.queries import find_on_file

SHARE = 0.5  # of the time that a PDF may take: the rest is for the pages about the tutor
TOO_MUCH = (
    "The text cannot be put into one PDF: it is too long, or a part of it cannot be laid out. "
    "Every tutor gets it with their signature. Make it shorter, or two policies of it."
)


class TextTooLong(Exception):
    """The press gave the text up."""


class NotTried(Refusal):
    """The press had no time to try the text."""

    status = 503
    code = "not-tried"
    leaves_trace = False


def print_fault(text: str) -> str:
    """Return why the text cannot be printed, nothing when it can; raises NotTried."""
    press = cast(Press, current_app.extensions["press"])
    try:
        press.find_fault("Ready")  # one that only starts must not look like a text that is long
        return _tried(press, text)
    except TextTooLong:
        return TOO_MUCH
    except PressFailed as failure:
        raise NotTried("The text could not be tried on paper now. Try again.") from failure


def require_printable(text: str, *, policy: str) -> None:
    """Raise NotReady unless the text can be printed, and NotTried."""
    if fault := print_fault(text):
        raise NotReady(f"Nothing was published. {fault}", policy=policy)


def try_draft(draft_id: str, *, settings: Settings, now: datetime) -> None:
    """Raise NotReady for a draft that no PDF can hold; what is no policy is refused later."""
    with db.reader() as session:
        known = get_draft(session, draft_id)
        proposal = of_draft(session, known, settings=settings, now=now)
    if proposal.document:
        require_printable(proposal.text, policy=known.policy)


def try_file(name: str, version: str) -> None:
    """Raise NotReady for a version of policies/ that no PDF can hold."""
    if found := find_on_file(name, version):
        require_printable(found.text, policy=name)


@lru_cache(maxsize=16)
def _tried(press: Press, text: str) -> str:
    """Try it once: whoever looks and publishes asks about the same text. A failure is not kept."""
    try:
        fault = press.find_fault(text, kind=POLICY, share=SHARE)
    except TooMuch as much:
        raise TextTooLong from much
    return f"A character of the text cannot be printed: {fault}" if fault else ""
