"""Pages for those who answer for the content."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

import portal.publishing.authoring
import portal.publishing.clauses
import portal.publishing.drafting
import portal.publishing.governing
import portal.publishing.matching
import portal.publishing.releasing
import portal.publishing.rulings
import portal.publishing.scenarios
import portal.publishing.sections
import portal.publishing.terms  # noqa: F401 - importing pages hangs them on the blueprint
from portal import clock, db
from portal.access import Role, actor, allow
from portal.errors import NotFound
from portal.outbox.told import of_mail
from portal.people.gaps import gaps
from portal.people.queries import company_contacts
from portal.publishing.actions import ANSWERING
from portal.publishing.actions import adopt as adopt_version
from portal.publishing.afterwards import Next, next_after
from portal.publishing.blueprint import ADOPTERS, READERS, bp
from portal.publishing.outline import ahead_of_file, called, finished, is_asked
from portal.publishing.queries import desk, find_on_file
from portal.publishing.trying import try_file

__all__ = ["bp"]


@bp.get("/publishing")
@allow(*READERS)
def index() -> ResponseReturnValue:
    """Show versions and scenarios, and what waits for a named person."""
    with db.reader() as session:
        shown = desk(session)
        missing = gaps(session, seen_by=actor(), now=clock.now())
        ready = {each.id for each in shown.drafts if finished(session, each)}
        versions = {each.id: called(session, each) for each in shown.drafts}
        told = {each.id for each in shown.drafts if is_asked(session, each, now=clock.now())}
        after = _after(session)
    may = {"adopt": actor().has(*ADOPTERS), "approve": actor().has(Role.SAFEGUARDING_LEAD)}
    may["check"] = actor().has(*ANSWERING)
    words = {"desk": shown, "may": may, "gaps": missing, "ready": ready, "asked": told}
    words |= {"called": versions, "after": after}
    mail = of_mail("The mail to whoever signed before")
    return render_template("publishing/index.html", mail=mail, **words)


@bp.get("/publishing/policies/<name>/<version>")
@allow(*READERS)
def file(name: str, version: str) -> ResponseReturnValue:
    """Show a version that lies in policies/: its text, and whom adopting it would hit."""
    found = find_on_file(name, version)
    if found is None:
        raise NotFound
    settings = current_app.extensions["settings"]
    with db.reader() as session:
        ahead = ahead_of_file(session, found, settings=settings, now=clock.now())
        ring = company_contacts(session)
    may = {"adopt": actor().has(*ADOPTERS)}
    words = {"found": found, "ahead": ahead, "ring": ring, "may": may}
    return render_template("publishing/file.html", **words)


@bp.post("/publishing/policies/<name>/<version>")
@allow(*ADOPTERS)
def adopt(name: str, version: str) -> ResponseReturnValue:
    """Adopt this version in the reader's name."""
    settings = current_app.extensions["settings"]
    try_file(name, version)
    with db.change() as session:
        adopt_version(session, name, version, settings=settings, by=actor(), now=clock.now())
    return redirect(url_for(".index", policy=name, version=version))


def _after(session: Session) -> Next | None:
    """Return what comes after the version that was just published, as its address says."""
    which = (request.args.get(key, "") for key in ("policy", "version"))
    days = current_app.extensions["settings"].renewal_opens_days
    return next_after(session, *which, opens_days=days, now=clock.now())
