"""Pages for reading: one section at a time, or a version as a whole."""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow, allow_signed_in
from portal.people.queries import to_ring
from portal.policies import question_pages, reading
from portal.policies.actions import open_section
from portal.policies.changes import changes as changes_since
from portal.policies.queries import get_version
from portal.policies.text import parse

bp = Blueprint("policies", __name__)
question_pages.open_on(bp)
ID = re.compile(r"[a-z2-7]{16}")


@bp.get("/policies/<name>/<version>")
@allow_signed_in
def version(name: str, version: str) -> ResponseReturnValue:
    """Show a version as a whole: newest, older or announced."""
    with db.reader() as session:
        found = reading.whole(session, name, version)
        ring = to_ring(session, actor().id, now=clock.now())
    words = {"cover": found.cover, "whole": found, "ring": ring}
    return render_template("policies/version.html", **words)


@bp.get("/policies/<name>/<version>/changes")
@allow_signed_in
def changes(name: str, version: str) -> ResponseReturnValue:
    """Show what is different from the version that `since` names, clause by clause."""
    with db.reader() as session:
        page = changes_since(session, name, version, since=request.args.get("since", ""))
    counts = page.cover.is_newest and actor().has(Role.TUTOR)
    return render_template("policies/changes.html", page=page, counts=counts)


@bp.get("/policies/<name>/<version>/sections/<int:number>")
@allow_signed_in
def section(name: str, version: str, number: int) -> ResponseReturnValue:
    """Show one section; `attempt` in the address is the attempt to go back to."""
    with db.reader() as session:
        page = reading.page(session, name, version, number=number, person_id=actor().id)
        added = page.section.addition
        ring = to_ring(session, actor().id, now=clock.now()) if added else ()
    told = request.args.get("attempt", "")
    back = told if ID.fullmatch(told) else ""
    counts = page.cover.is_newest and actor().has(Role.TUTOR)
    words = {"page": page, "back": back, "counts": counts, "ring": ring}
    return render_template("policies/section.html", **words)


@bp.post("/policies/<name>/<version>/sections/<int:number>")
@allow(Role.TUTOR)
def read(name: str, version: str, number: int) -> ResponseReturnValue:
    """Mark a section as read and go on; after the last, to what comes next."""
    with db.change() as session:
        found = get_version(session, name, version)
        last = len(parse(found.text).sections)
        open_section(
            session, actor().id, version=found, section=number, by=actor(), now=clock.now()
        )
    if number < last:
        return redirect(url_for(".section", name=name, version=version, number=number + 1))
    return redirect(url_for("onboarding.next_step"))
