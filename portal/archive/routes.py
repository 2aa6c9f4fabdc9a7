"""HR's desk: every acknowledgement, to be found by whom, what and when."""

from datetime import date, datetime, time, timedelta
from typing import cast

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

import portal.archive.check
import portal.archive.hold_pages
import portal.archive.outgoing_pages  # noqa: F401 - importing pages hangs them on the blueprint
from portal import clock, db
from portal.access import Role, actor, allow
from portal.acknowledgements.paper import waiting
from portal.archive.blueprint import bp
from portal.archive.forms import SearchForm
from portal.archive.queries import Page, Wanted, search
from portal.config import Settings
from portal.policies.queries import published

__all__ = ["bp"]


@bp.get("/acknowledgements")
@allow(Role.HR, Role.SAFEGUARDING_LEAD)
def acknowledgements() -> ResponseReturnValue:
    """Find acknowledgements by name, policy, version and date, the newest first."""
    form, now = _form(), clock.now()
    if not form.validate():
        return render_template("archive/acknowledgements.html", form=form, page=None), 422
    wanted = _wanted(form)
    with db.reader() as session:
        page = search(session, wanted, seen_by=actor(), now=now)
        papers = waiting(session)
    words = {
        "papers": papers,
        "narrowed": wanted != Wanted(),
        "following": _following(page),
        "now": now,
    }
    return render_template("archive/acknowledgements.html", form=form, page=page, **words)


def _form() -> SearchForm:
    form = SearchForm(request.args)
    with db.reader() as session:
        titles = {row.policy: row.title for row in reversed(published(session))}
    form.policy.choices = [("", "Any"), *sorted(titles.items(), key=lambda each: each[1])]
    if not form.policy.data:
        form.policy.data = ""
    return form


def _wanted(form: SearchForm) -> Wanted:
    """Return what was asked for; days are days of the organisation's zone."""
    return Wanted(
        name=form.name.data or "",
        policy=form.policy.data or "",
        version=form.version.data or "",
        since=_start(form.since.data),
        until=_start(form.until.data, later=timedelta(days=1)),
        after=form.after.data or "",
    )


def _start(day: date | None, *, later: timedelta = timedelta()) -> datetime | None:
    if day is None:
        return None
    zone = cast(Settings, current_app.extensions["settings"]).zone
    # By way of noon, which every day has: in some zones clocks skip midnight.
    noon = clock.from_local(datetime.combine(day + later, time(12)), zone)
    return clock.start_of_day(noon, zone)


def _following(page: Page) -> str:
    """Return the address of the next page, nothing on the last."""
    if not page.more:
        return ""
    asked = request.args.to_dict() | {"after": page.rows[-1].serial}
    return url_for(".acknowledgements", **asked)
