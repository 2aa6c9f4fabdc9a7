"""What a tutor does: read, try the scenarios, sign; and how a signature ends."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.acknowledgements.actions import sealed, sign
from portal.acknowledgements.afterwards import revoke, withdraw
from portal.acknowledgements.prepare import Wish, prepare
from portal.acknowledgements.rules import Acknowledged
from portal.clearance.rules import Pass
from portal.policies.queries import newest
from portal.policies.rules import Version
from portal.quizzes.actions import open_attempt
from portal.quizzes.course import Course, Round, Scope
from portal.quizzes.queries import failures, get_attempt
from portal.quizzes.steps import Kind as Worth
from tests.acknowledgements.tutors import Tutor
from tests.clearance.slow import a_year_on, may_sign, may_try
from tests.clearance.worlds import EASY, TICK, World
from tests.factories import POLICY, choose_next, read_all, reopen_all

WHY = {"reason": "A reason."}


def read(world: World, tutor: Tutor) -> None:
    """Open every section of the newest version."""
    with world.happening(may=True), world.db.change() as session:
        read_all(session, tutor.id, now=world.now)
    if not world.refused:
        world.read.append((tutor.id, world.newest().label, world.now))


def try_scenarios(world: World, tutor: Tutor, *, right: tuple[bool, bool]) -> None:
    """Work through two scenarios of the newest major; first open again what was missed."""
    version = world.newest()
    cycle, passed = world.cycle(tutor, version.major), all(right)
    tries = world.tries_of(tutor, version.major)
    may = may_try(tries, read=world.has_read(tutor, version), now=world.now + TICK)
    told = ["quiz-failed"] if not passed and len(tries) >= 2 else []
    with world.happening(may=may, mails=told), world.db.change() as session:
        attempt = _open(
            session, world, tutor, course=Course(policy=POLICY, major=version.major, cycle=cycle)
        )
        for each in right:
            worth = Worth.RIGHT if each else Worth.WRONG
            choose_next(session, attempt, by=tutor.actor, worth=worth, now=world.now)
        closed = get_attempt(session, attempt, person_id=tutor.id).outcome
        assert (closed.score, closed.out_of, closed.passed) == (sum(right), 2, passed)
    if not world.refused:
        world.tries.append((tutor.id, version.major, cycle, world.now, passed))
    if passed and not world.refused:
        new = Pass(policy=POLICY, major=version.major, cycle=cycle, passed_at=world.now)
        world.note(tutor, passes=(*world.notes[tutor.id].passes, new))


def _open(session: Session, world: World, tutor: Tutor, *, course: Course) -> str:
    for failed in failures(session, tutor.id, course=course)[-1:]:
        reopen_all(session, failed.attempt_id, by=tutor.actor, now=world.now)
    return open_attempt(
        session,
        tutor.id,
        version=newest(session, POLICY),
        wanted=Round(cycle=course.cycle, scope=Scope.FULL),
        quiz=world.quiz(session, course.major),
        terms=EASY,
        rng=world.draw(),
        by=tutor.actor,
        now=world.now,
    )


def put_name(world: World, tutor: Tutor, *, version: Version | None = None) -> None:
    """Sign the newest version, or ask to sign another."""
    settings, newest = world.app.extensions["settings"], world.newest()
    version = version or newest
    told = {"version": version.label, "shown": world.text_of(version), "name_typed": tutor.name}
    may = version == newest and _may_sign(world, tutor, version)
    mails = ["acknowledgement-copy", "tutor-cleared"]
    with world.happening(may=may, mails=mails):
        with world.db.reader() as session:
            wish = Wish(policy=POLICY, **told)
            draft = prepare(session, wish, by=tutor.actor, settings=settings, now=world.now)
        what = sealed(draft, world.print(draft))
        serial = world.do(sign, what, by=tutor.actor, settings=settings)
    if not world.refused:
        _note_signature(world, tutor, version, serial=serial)
        new = world.notes[tutor.id].acknowledgements[-1]
        said = draft.record.expires_at, draft.anniversary_at
        assert said == (new.expires_at, new.anniversary_at)


def _may_sign(world: World, tutor: Tutor, version: Version) -> bool:
    known, now = world.noted(tutor), world.now + TICK
    passed = any(good for _, good in world.tries_of(tutor, version.major))
    read = world.has_read(tutor, version)
    return may_sign(known, known.requirements[0], version, read=read, passed=passed, now=now)


def _note_signature(world: World, tutor: Tutor, version: Version, *, serial: str) -> None:
    known, major = world.notes[tutor.id], version.major
    expires, anniversary = a_year_on(known, POLICY, major, now=world.now)
    new = Acknowledged(
        id=serial,
        policy=POLICY,
        major=major,
        minor=version.minor,
        cycle=world.cycle(tutor, major),
        engagement_id=world.engagement(tutor).id,
        signed_at=world.now,
        expires_at=expires,
        anniversary_at=anniversary,
    )
    world.note(tutor, acknowledgements=(*known.acknowledgements, new))


def take_back(world: World, tutor: Tutor) -> None:
    """Let HR revoke the last signature that has not ended."""
    _end_signature(world, tutor, revoke, by=world.hr, word="revoked")


def withdraw_it(world: World, tutor: Tutor) -> None:
    """Let the tutor take back the last signature that has not ended."""
    _end_signature(world, tutor, withdraw, by=tutor.actor, word="withdrawn")


def _end_signature(world: World, tutor: Tutor, end: Any, *, by: Actor, word: str) -> None:
    """End the last signature that has not ended; where all have, ask for the last one again."""
    signed = world.notes[tutor.id].acknowledgements
    if not signed:
        return
    one = ([each for each in signed if not each.revoked_at] or signed)[-1]
    told = [f"afterwards {word} {who}" for who in ("tutor", "manager")]
    with world.happening(may=not one.revoked_at, mails=told):
        world.do(end, one.id, **WHY, by=by)
    if not world.refused:
        gone = replace(one, revoked_at=world.now, revocation_recorded_at=world.now)
        others = tuple(gone if each is one else each for each in signed)
        world.note(tutor, acknowledgements=others)
