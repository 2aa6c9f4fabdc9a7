"""Pages that say what came after a signature: HR revokes or corrects, its tutor withdraws."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.acknowledgements import afterwards
from portal.acknowledgements.blueprint import bp
from portal.acknowledgements.forms import CorrectForm, RevokeForm, WithdrawForm
from portal.acknowledgements.queries import get_acknowledgement
from portal.errors import NotFound
from portal.forms import PortalForm
from portal.people.proof import prove_again


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What may be done to a signature: what its page says before and after, and the action."""

    title: str
    lede: str
    button: str
    kind: str = "grave"
    done: str
    act: Callable[..., None]
    ends: bool = True  # the signature, which ends only once
    own: bool = False  # one's own only


REVOKE = Deed(
    title="Revoke a signature",
    lede="It stops counting now. No session can be scheduled for the tutor until they sign again. "
    "The PDF stays as it is.",
    button="Revoke it",
    done="Revoked. The tutor and the learning manager are told by mail.",
    act=afterwards.revoke,
)
CORRECT = Deed(
    title="Add a note to a signature",
    lede="The PDF stays as it is, and the signature goes on counting. "
    "Whoever opens it sees your note beside it.",
    button="Add the note",
    kind="",
    done="The note is added. The tutor and the learning manager are told by mail.",
    act=afterwards.correct,
    ends=False,
)
WITHDRAW = Deed(
    title="Withdraw your signature",
    lede="You may. It stops counting now, and no session can be scheduled for you until you sign "
    "again. Your PDF stays as it is. You can ring your learning manager first.",
    button="Withdraw it",
    done="Withdrawn. Your learning manager is told by mail.",
    act=afterwards.withdraw,
    own=True,
)


@bp.get("/acknowledgements/<serial>/revocation")
@allow(Role.HR)
def revocation(serial: str) -> ResponseReturnValue:
    """Ask why a signature is to be revoked."""
    return _page(RevokeForm(), serial, REVOKE)


@bp.post("/acknowledgements/<serial>/revocation")
@allow(Role.HR)
def revoke(serial: str) -> ResponseReturnValue:
    """Revoke a signature from now on."""
    return _done(RevokeForm(request.form), serial, REVOKE)


@bp.get("/acknowledgements/<serial>/correction")
@allow(Role.HR)
def correction(serial: str) -> ResponseReturnValue:
    """Ask what is to be put right."""
    return _page(CorrectForm(), serial, CORRECT)


@bp.post("/acknowledgements/<serial>/correction")
@allow(Role.HR)
def correct(serial: str) -> ResponseReturnValue:
    """Put a note beside a signature."""
    return _done(CorrectForm(request.form), serial, CORRECT)


@bp.get("/acknowledgements/<serial>/withdrawal")
@allow(Role.TUTOR)
def withdrawal(serial: str) -> ResponseReturnValue:
    """Ask its tutor why a signature is to be withdrawn."""
    return _page(WithdrawForm(), serial, WITHDRAW)


@bp.post("/acknowledgements/<serial>/withdrawal")
@allow(Role.TUTOR)
def withdraw(serial: str) -> ResponseReturnValue:
    """Take one's own signature back from now on."""
    form = WithdrawForm(request.form)
    if form.validate() and not prove_again(form.password.data or "", by=actor(), now=clock.now()):
        form.password.errors = ["That is not your password. Type it once more"]
    return _done(form, serial, WITHDRAW)


def _page(form: PortalForm, serial: str, deed: Deed) -> str:
    with db.reader() as session:
        row = get_acknowledgement(session, serial, seen_by=actor(), now=clock.now())
    if deed.own and row.person_id != actor().id:
        raise NotFound
    if deed.ends and row.revoked_at:
        raise afterwards.AlreadyOver
    told = {"form": form, "row": row, "deed": deed, "action": request.path}
    return render_template("acknowledgements/afterwards.html", **told)


def _done(form: PortalForm, serial: str, deed: Deed) -> ResponseReturnValue:
    if form.errors or not form.validate():
        return _page(form, serial, deed), 422
    with db.change() as session:
        deed.act(session, serial, reason=form.data["reason"], by=actor(), now=clock.now())
    flash(deed.done, "cleared")
    return redirect(url_for(".signed", serial=serial))
