"""Pages that change a tutor's standing: suspended, reinstated, told, left, returned."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import Actor, Role, actor, allow
from portal.clearance import suspending
from portal.clearance.suspending import Ask, suspension
from portal.errors import NotFound
from portal.forms import PortalForm
from portal.people import engagements
from portal.people.directory import unended
from portal.people.models import Kind
from portal.people.queries import get_person
from portal.scheduling.queries import coming
from portal.tracking.measure_forms import LastDayForm, LeavingForm, ReasonForm, ReleaseForm

KNOWING = (Role.HR, Role.SAFEGUARDING_LEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing to do: what its page says before and after, its form, and the action."""

    title: str
    lede: str
    label: str = ""
    button: str
    kind: str = "grave"
    done: str
    act: Callable[..., None]
    form: type[PortalForm] = ReasonForm
    stops: bool = False  # booked lessons lose their tutor: they are shown first
    idle: Callable[["Open"], str]  # why there is nothing to do, "" where there is; the action asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What there is to do about a tutor, for this reader."""

    suspension: Any  # suspending.Suspension, None while none runs or for who may not know
    may_know: bool
    engaged: bool
    last_day: datetime | None  # a moment of it, while it is ahead

    @property
    def not_suspended(self) -> str:
        """Why nobody can be reinstated, or be let know."""
        return "" if self.suspension else "This tutor is not suspended."

    @property
    def no_last_day(self) -> str:
        """Why no last day can be moved or taken back."""
        return "" if self.last_day else "This tutor has no last day that is still ahead."


SUSPEND = Deed(
    title="Suspend {name}",
    lede="No session can be scheduled from now on, until somebody reinstates the tutor. "
    "Only HR and the safeguarding lead can see it. Everybody else reads “not cleared”. "
    "The tutor is told nothing until HR lets them know.",
    label="Why is the tutor suspended?",
    button="Suspend now",
    done="Suspended. HR and the safeguarding lead are told by mail.",
    act=suspending.suspend,
    idle=lambda here: "This tutor is suspended already." if here.suspension else "",
    stops=True,
)
REINSTATE = Deed(
    title="Reinstate {name}",
    lede="The suspension ends now. Whatever is still to be signed has to be signed first. "
    "A tutor who was let known gets a mail; otherwise they are told nothing.",
    label="Why is the tutor reinstated?",
    button="Reinstate",
    kind="",
    done="Reinstated. HR and the safeguarding lead are told by mail, and the tutor if they knew.",
    act=suspending.reinstate,
    idle=lambda here: here.not_suspended,
)
RELEASE = Deed(
    title="Let {name} know",
    lede="The tutor reads from now on that they are suspended, and whom to ask. "
    "They get a mail. The reason stays with HR and the safeguarding lead.",
    button="Tell the tutor",
    done="The tutor is told, on their start page and by mail.",
    act=suspending.release,
    idle=lambda here: here.not_suspended,
    form=ReleaseForm,
)
LEAVE = Deed(
    title="{name} leaves",
    lede="The engagement and the way in end. What was signed stays on record. "
    "Until a last day is over it can be moved. Whoever comes back later reads, passes and "
    "signs again.",
    label="Why does it end?",
    button="End the engagement",
    done="It is on record. HR, the safeguarding lead and the manager are told by mail.",
    act=engagements.leave,
    idle=lambda here: "" if here.engaged else "The end of the engagement is on record already.",
    form=LeavingForm,
    stops=True,
)
MOVE = Deed(
    title="Another last day for {name}",
    lede="Until the new last day is over, everything stays as it is. Nothing is signed again. "
    "The day that was recorded before stays on record.",
    label="Why is it another day?",
    button="Move the last day",
    kind="",
    done="The last day is moved. HR, the safeguarding lead and the manager are told by mail.",
    act=engagements.move_last_day,
    idle=lambda here: here.no_last_day,
    form=LastDayForm,
    stops=True,
)
STAY = Deed(
    title="{name} stays",
    lede="The last day is taken back, and the engagement goes on. Nothing is signed again. "
    "The day that was recorded before stays on record.",
    label="Why does the tutor stay?",
    button="Take the last day back",
    kind="",
    done="The last day is taken back. HR, the safeguarding lead and the manager are told by mail.",
    act=engagements.stay,
    idle=lambda here: here.no_last_day,
)
RETURN = Deed(
    title="{name} comes back",
    lede="A new engagement begins now. Before the first session the policy is read again, "
    "the scenarios are passed again, and it is signed again. The tutor gets a mail.",
    label="What is agreed?",
    button="Begin a new engagement",
    kind="",
    done="A new engagement has begun. The tutor gets a mail.",
    act=engagements.rejoin,
    idle=lambda here: "This tutor is engaged already." if here.engaged or here.last_day else "",
)
PAGES = (  # the noun in the address, what it does, for whom
    ("suspension", SUSPEND, KNOWING),
    ("reinstatement", REINSTATE, KNOWING),
    ("suspension-notice", RELEASE, (Role.HR,)),
    ("leaving", LEAVE, (Role.HR,)),
    ("last-day", MOVE, (Role.HR,)),
    ("staying", STAY, (Role.HR,)),
    ("return", RETURN, (Role.HR,)),
)


def open_on(bp: Blueprint) -> None:
    """Put these pages among the room's own: for each a page that asks, and one that does it."""
    for noun, deed, roles in PAGES:
        rule, name = f"/tutors/<tutor_id>/{noun}", noun.replace("-", "_")
        bp.get(rule, endpoint=f"ask_{name}")(_asking(deed, roles))
        bp.post(rule, endpoint=name)(_doing(deed, roles))


def what_is_open(session: Session, tutor_id: str, *, seen_by: Actor, now: datetime) -> Open:
    """Return what this reader may do about a tutor; the actions decide again."""
    ends = engagements.leaves_at(session, tutor_id, now=now)
    return Open(
        suspension=suspension(session, tutor_id, seen_by=seen_by),
        may_know=seen_by.has(*KNOWING) and seen_by.id != tutor_id,
        engaged=bool(unended(session, tutor_id, kind=Kind.ENGAGEMENT)),
        last_day=engagements.last_day_of(ends) if ends else None,
    )


def _asking(deed: Deed, roles: tuple[Role, ...]) -> Callable[..., ResponseReturnValue]:
    @allow(*roles)
    def ask(tutor_id: str) -> ResponseReturnValue:
        """Ask for what the change needs, and show what it does."""
        return _page(deed.form(), tutor_id, deed)

    return ask


def _doing(deed: Deed, roles: tuple[Role, ...]) -> Callable[..., ResponseReturnValue]:
    @allow(*roles)
    def act(tutor_id: str) -> ResponseReturnValue:
        """Make the change."""
        form = deed.form(request.form)
        if not form.validate():
            return _page(form, tutor_id, deed), 422
        try:
            with db.change() as session:
                deed.act(session, tutor_id, **_told(form), by=actor(), now=clock.now())
        except engagements.LastDayOver as refusal:
            form.form_errors = [refusal.sentence]
            return _page(form, tutor_id, deed), 422
        flash(deed.done, "cleared")
        return redirect(url_for("tracking.tutor", tutor_id=tutor_id))

    return act


def _told(form: PortalForm) -> dict[str, Any]:
    if isinstance(form, ReleaseForm):
        return {"ask": Ask(name=form.name.data or "", phone=form.phone.data or "")}
    return dict(form.data)


def _page(form: PortalForm, tutor_id: str, deed: Deed) -> str:
    by, now = actor(), clock.now()
    with db.reader() as session:
        person = get_person(session, tutor_id, seen_by=by, now=now)
        lessons = coming(session, seen_by=by, now=now, tutor_id=tutor_id) if deed.stops else []
        found = what_is_open(session, tutor_id, seen_by=by, now=now)
    if tutor_id == by.id:
        raise NotFound("Nobody decides about themselves here. Ask somebody else to do it.")
    if idle := deed.idle(found):
        raise NotFound(idle)
    if isinstance(form, ReasonForm):
        form.reason.label.text = deed.label
    words = {"form": form, "person": person, "deed": deed, "lessons": lessons}
    words |= {"last_day": found.last_day, "action": request.path}
    return render_template("tracking/measure.html", **words)
