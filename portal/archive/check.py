"""The public page that tells whether a file was issued here, by its SHA-256 and nothing else.

Strangers send files, so nothing in them is read: not as a PDF, nor as anything else.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import actor, allow_anyone
from portal.acknowledgements.provenance import initials
from portal.acknowledgements.queries import find_issued, find_record
from portal.acknowledgements.record import read
from portal.archive.blueprint import bp
from portal.archive.forms import CheckForm
from portal.errors import Refusal
from portal.people import tries

LARGEST = 10 * 1024 * 1024  # bytes; what is issued here has a tenth of a megabyte
SERIAL = re.compile(r"[A-Z0-9-]{4,20}")


class CheckedTooOften(Refusal):
    """Many files that were not issued here came from one network address."""

    status = 429
    code = "checked-too-often"
    template = "archive/wait.html"
    leaves_trace = False  # a stranger must not fill the ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is told of a file: its digest and, when it was issued here, when and to whom."""

    digest: str
    row: Any | None
    initials: str


@bp.url_value_preprocessor
def take_a_whole_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let this one page take more than a form; runs before anything reads the body."""
    if endpoint == "archive.check_file":
        request.max_content_length = LARGEST


@bp.get("/check")
@allow_anyone
def check() -> ResponseReturnValue:
    """Ask for the file; the link in a PDF leads here, and tells nothing until the file is there."""
    return _page(CheckForm())


@bp.post("/check")
@allow_anyone
def check_file() -> ResponseReturnValue:
    """Tell whether this file was issued here; it is compared and not kept."""
    form = CheckForm(request.files)
    if not form.validate():
        return _page(form), 422
    digest = _digest(form.pdf.data.stream)
    marks = _claim()
    with db.reader() as session:
        answer = _answer(session, digest)
    if answer.row:
        _give_back(marks)
    return _page(CheckForm(), answer=answer)


def _page(form: CheckForm, *, answer: Answer | None = None) -> str:
    asked = request.args.get("serial", "")
    serial = asked if SERIAL.fullmatch(asked) else ""
    return render_template("archive/check.html", form=form, serial=serial, answer=answer)


def _digest(stream: BinaryIO) -> str:
    return hashlib.file_digest(cast(Any, stream), "sha256").hexdigest()


def _claim() -> list[str]:
    """Count this check; raises CheckedTooOften to whoever tries file after file."""
    counter = tries.of_checking(actor().origin.address)
    try:
        with db.change() as session:
            return tries.claim(session, [counter], now=clock.now())
    except tries.MustWait as wait:
        raise CheckedTooOften(wait.sentence) from wait


def _give_back(marks: list[str]) -> None:
    with db.change() as session:
        tries.give_back(session, marks)


def _answer(session: Session, digest: str) -> Answer:
    row = find_issued(session, digest)
    signer = initials(_signer(session, row)) if row else ""
    return Answer(digest=digest, row=row, initials=signer)


def _signer(session: Session, row: Any) -> str:
    """Return the name printed in the file; the one held now where the record is gone or broken."""
    try:
        return read(find_record(session, row.id) or b"").tutor.name
    except ValueError:
        return str(row.name)
