"""Pages of the scenarios: what they are, one step at a time, and how it went."""

import random

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, db
from portal.access import Role, actor, allow
from portal.errors import NotFound
from portal.forms import options
from portal.people.queries import to_ring
from portal.policies.actions import label_of
from portal.policies.queries import get_version
from portal.policies.reading import minutes
from portal.policies.text import parse
from portal.quizzes import actions, card_pages, queries, sitting_pages
from portal.quizzes.course import Course, Round, Scope, Terms
from portal.quizzes.ending import current_version, ending, section_of
from portal.quizzes.forms import ChooseForm, ReopenForm
from portal.quizzes.ordering import Move, Row, rows
from portal.quizzes.queries import get_attempt
from portal.quizzes.shelf import live_quiz, usual_words
from portal.quizzes.sitting import find_sitting
from portal.quizzes.stage import Stage, stage
from portal.quizzes.steps import Asks
from portal.quizzes.turn import unread

bp = Blueprint("quizzes", __name__)
sitting_pages.open_on(bp)
card_pages.open_on(bp)
MOST_CYCLES = 9999  # whatever an address says, a database can hold it


@bp.get("/policies/<name>/<version>/attempts")
@allow(Role.TUTOR)
def attempts(name: str, version: str) -> ResponseReturnValue:
    """Say what the scenarios are; lead to the attempt that there is, if there is one."""
    wanted = _asked_for()
    with db.reader() as session:
        found = get_version(session, name, version)
        course = Course(policy=name, major=found.major, cycle=wanted.cycle)
        latest = queries.latest_attempt(session, actor().id, course=course)
        left = unread(session, actor().id, version=found)
        if latest:
            return redirect(url_for(".attempt", attempt_id=latest))
        terms = _terms()
        size = terms.usual(wanted.scope)
        words = usual_words(session, name, major=found.major, size=size)
    told = {"name": name, "version": version, "cycle": wanted.cycle}
    told |= {"scope": wanted.scope.value, "changed": sorted(wanted.changed)}
    facts = {"told": told, "unread": left, "terms": terms, "wanted": wanted}
    facts |= {"minutes": minutes(words)}
    return render_template("quizzes/start.html", **facts)


@bp.post("/policies/<name>/<version>/attempts")
@allow(Role.TUTOR)
def open_attempt(name: str, version: str) -> ResponseReturnValue:
    """Start an attempt, or go on with the one that is open."""
    wanted = _asked_for()
    terms, rng, now = _terms(), random.SystemRandom(), clock.now()
    with db.reader() as session:
        found = get_version(session, name, version)
        quiz = live_quiz(session, name, major=found.major)
    with db.change() as session:
        attempt_id = actions.open_attempt(
            session,
            actor().id,
            version=get_version(session, name, version),
            wanted=wanted,
            quiz=quiz,
            terms=terms,
            rng=rng,
            by=actor(),
            now=now,
        )
    return redirect(url_for(".attempt", attempt_id=attempt_id))


@bp.get("/attempts/<attempt_id>")
@allow(Role.TUTOR)
def attempt(attempt_id: str) -> ResponseReturnValue:
    """Show the step to answer, the choice that `answer` names, or how it went."""
    return _page(attempt_id, ChooseForm(), answer=request.args.get("answer", type=int))


@bp.post("/attempts/<attempt_id>/choices")
@allow(Role.TUTOR)
def choose(attempt_id: str) -> ResponseReturnValue:
    """Take an option and show what it leads to."""
    form = ChooseForm(request.form)
    if not form.validate():
        return _page(attempt_id, form), 422
    option, seq = form.option.numbers, int(form.seq.data or 0)
    with db.change() as session:
        now = clock.now()
        actions.choose(
            session, attempt_id, seq=seq, option=option, terms=_terms(), by=actor(), now=now
        )
    return redirect(url_for(".attempt", attempt_id=attempt_id, answer=seq))


@bp.post("/attempts/<attempt_id>/reopened")
@allow(Role.TUTOR)
def reopen(attempt_id: str) -> ResponseReturnValue:
    """Open the section of a missed clause again."""
    form = ReopenForm(request.form)
    if not form.validate():
        raise NotFound
    clause = str(form.clause.data)
    with db.change() as session:
        tried = get_attempt(session, attempt_id, person_id=actor().id)
        version = current_version(session, tried)
        section = section_of(clause, document=parse(version.text))
        clauses = [id_ for each in section.clauses for id_ in each.ids]
        actions.reopen(session, attempt_id, clauses=clauses, by=actor(), now=clock.now())
        name, label = version.policy, label_of(version)
    where = url_for("policies.section", name=name, version=label, number=section.number)
    return redirect(f"{where}?attempt={attempt_id}#{clause}")


def _page(attempt_id: str, form: ChooseForm, *, answer: int | None = None) -> str:
    """Show a step, or the ending once there is none; reading it changes nothing."""
    with db.reader() as session:
        tried = get_attempt(session, attempt_id, person_id=actor().id)
        version = current_version(session, tried)
        place = stage(
            tried,
            answer=answer,
            document=parse(version.text),
            approved=queries.reviewed(session),
        )
        end = tried.outcome and ending(session, tried, terms=_terms(), now=clock.now())
        sitting = find_sitting(session, attempt_id)
        contacts = () if place else to_ring(session, actor().id, now=clock.now())
    told = {"tried": tried, "end": end, "name": version.policy, "label": label_of(version)}
    if place is None:
        return render_template("quizzes/ending.html", **told, contacts=contacts)
    _offer(form, place)
    asked = {"place": place, "form": form, "put": _put(place), "sitting": sitting}
    return render_template("quizzes/step.html", **told, **asked)


def _offer(form: ChooseForm, place: Stage) -> None:
    """Put the question of the step into the form."""
    form.seq.data, form.seq.raw_data = place.seq, None
    if place.asked:
        several = place.asked.asks is Asks.ALL
        form.ask(place.asked.question, several=several, choices=options(place.asked.options))


def _put(place: Stage) -> tuple[Row, ...]:
    """Return the things to put in order as the address has them, none where no order is asked."""
    if place.asked is None or place.asked.asks is not Asks.ORDER:
        return ()
    said = request.args
    move = Move(number=said.get("moved", ""), up=said.get("up", ""), down=said.get("down", ""))
    return rows(place.asked.options, move)


def _asked_for() -> Round:
    """Return what the tutor's home put into the address."""
    try:
        scope, cycle = Scope(request.args.get("scope", "full")), int(request.args.get("cycle", "1"))
    except ValueError as error:
        raise NotFound from error
    if not 1 <= cycle <= MOST_CYCLES:
        raise NotFound
    changed = frozenset(request.args.getlist("changed"))
    return Round(cycle=cycle, scope=scope, changed=changed)


def _terms() -> Terms:
    return Terms.of(current_app.extensions["settings"])
