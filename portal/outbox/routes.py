"""The mails of the demonstration, on a page instead of in a mailbox; nowhere else is there one."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from portal import db
from portal.access import allow_anyone
from portal.errors import NotFound
from portal.outbox import queries

bp = Blueprint("outbox", __name__)


@bp.before_request
def only_in_the_demonstration() -> None:
    """Outside the demonstration mails are sent, and nobody else may read them."""
    if not current_app.extensions["settings"].demonstration:
        raise NotFound


@bp.get("/outbox")
@allow_anyone
def mails() -> ResponseReturnValue:
    """List what would have been mailed."""
    with db.reader() as session:
        rows = queries.mails(session)
    return render_template("outbox/mails.html", mails=rows)


@bp.get("/outbox/<mail_id>")
@allow_anyone
def mail(mail_id: str) -> ResponseReturnValue:
    """Show one mail; its links can be followed."""
    with db.reader() as session:
        found = queries.get_mail(session, mail_id)
    return render_template("outbox/mail.html", mail=found)
