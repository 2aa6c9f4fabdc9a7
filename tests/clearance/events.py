"""What may happen in a world: each by the real action, and noted only when it was not refused."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from portal import clock
from portal.acknowledgements.actions import sealed, sign
from portal.acknowledgements.afterwards import revoke
from portal.acknowledgements.prepare import Wish, prepare
from portal.acknowledgements.press import Made
from portal.acknowledgements.rules import Acknowledged
from portal.clearance.granting import Wish as WaiverWish
from portal.clearance.granting import approve, decline, end_waiver, waive
from portal.clearance.register import register
from portal.clearance.rules import Pass
from portal.clearance.suspending import Ask, reinstate, release, suspend
from portal.people.engagements import depart, leave, rejoin
from portal.policies.actions import cancel, set_enforced_from
from portal.policies.queries import newest
from portal.policies.rules import Enforcement, Version
from portal.quizzes.actions import open_attempt
from portal.quizzes.course import Course, Round, Scope
from portal.quizzes.queries import failures, get_attempt
from portal.quizzes.steps import Kind as Worth
from portal.scheduling.actions import book
from portal.scheduling.rules import Place
from portal.scheduling.rules import Wish as LessonWish
from tests.acknowledgements.tutors import Tutor
from tests.clearance.worlds import EASY, World
from tests.factories import POLICY, answer_all, publish_policy, read_all, renumbered, reopen_all

WHY = {"reason": "A reason."}


def publish(world: World, label: str, *, days: int) -> None:
    """Publish a version that takes effect so many days ahead."""
    with world.happening(), world.db.change() as session:
        effective = world.now + timedelta(days=days)
        publish_policy(session, renumbered(label), now=world.now, effective_at=effective)
        major, minor = map(int, label.split("."))
        grace = world.grace_ends(effective)
        version = Version(
            major=major,
            minor=minor,
            published_at=world.now,
            effective_at=effective,
            grace_ends_at=grace,
        )
    if not world.refused:
        world.versions.append(version)


def call_off(world: World, label: str) -> None:
    """Call an announced version off."""
    with world.happening():
        world.do(cancel, POLICY, label, **WHY)
    if not world.refused:
        gone = [each for each in world.versions if each.label == label]
        world.versions[world.versions.index(gone[0])] = replace(gone[0], cancelled_at=world.now)


def enforce(world: World, *, days: int) -> None:
    """Say from when the policy blocks those who were engaged before."""
    with world.happening():
        day = world.now + timedelta(days=days)
        world.do(set_enforced_from, POLICY, enforced_from=day)
        midnight = clock.start_of_day(world.now)
    if not world.refused:
        word = Enforcement(enforced_from=day, spares_before=midnight, recorded_at=world.now)
        world.words.append(word)


def read(world: World, tutor: Tutor) -> None:
    """Open every section of the newest version."""
    with world.happening(), world.db.change() as session:
        read_all(session, tutor.id, now=world.now)


def try_scenarios(world: World, tutor: Tutor, *, worth: Worth) -> None:
    """Work through the scenarios of the newest major; first open again what was missed."""
    version = world.newest()
    major = version.major if version else 1
    cycle = world.cycle(tutor, major)
    passed = False
    with world.happening(), world.db.change() as session:
        course = Course(policy=POLICY, major=major, cycle=cycle)
        for failed in failures(session, tutor.id, course=course)[-1:]:
            reopen_all(session, failed.attempt_id, by=tutor.actor, now=world.now)
        attempt = open_attempt(
            session,
            tutor.id,
            version=newest(session, POLICY),
            wanted=Round(cycle=cycle, scope=Scope.FULL),
            quiz=world.quiz(session, major),
            terms=EASY,
            rng=world.draw(),
            by=tutor.actor,
            now=world.now,
        )
        answer_all(session, attempt, by=tutor.actor, worth=worth, now=world.now)
        passed = get_attempt(session, attempt, person_id=tutor.id).outcome.passed
    if passed and not world.refused:
        new = Pass(policy=POLICY, major=major, cycle=cycle, passed_at=world.now)
        world.note(tutor, passes=(*world.notes[tutor.id].passes, new))


def put_name(world: World, tutor: Tutor) -> None:
    """Sign the newest version."""
    version = world.newest()
    with world.happening():
        settings = world.app.extensions["settings"]
        text = world.text_of(version)
        wish = Wish(
            policy=POLICY,
            version=version.label if version else "1.0",
            shown=text,
            name_typed=tutor.name,
        )
        with world.db.reader() as session:
            draft = prepare(session, wish, by=tutor.actor, settings=settings, now=world.now)
        pdf = f"%PDF-1.7 of {draft.record.serial}".encode()
        what = sealed(draft, Made(pdf=pdf, digest=sha256(pdf).hexdigest()))
        serial = world.do(sign, what, by=tutor.actor, settings=settings)
    if not world.refused:
        _note_signature(world, tutor, draft, serial)


def _note_signature(world: World, tutor: Tutor, draft: Any, serial: str) -> None:
    major, minor = map(int, draft.record.policy.version.split("."))
    new = Acknowledged(
        id=serial,
        policy=POLICY,
        major=major,
        minor=minor,
        cycle=world.cycle(tutor, major),
        engagement_id=world.notes[tutor.id].engagements[-1].id,
        signed_at=world.now,
        expires_at=draft.record.expires_at,
        anniversary_at=draft.anniversary_at,
    )
    world.note(tutor, acknowledgements=(*world.notes[tutor.id].acknowledgements, new))


def take_back(world: World, tutor: Tutor) -> None:
    """Let HR revoke the signature that was made last."""
    signed = world.notes[tutor.id].acknowledgements
    if not signed:
        return
    with world.happening():
        world.do(revoke, signed[-1].id, **WHY)
    if not world.refused:
        gone = replace(signed[-1], revoked_at=world.now, revocation_recorded_at=world.now)
        world.note(tutor, acknowledgements=(*signed[:-1], gone))


def ask_waiver(world: World, tutor: Tutor, *, days: int) -> None:
    """Let the manager grant a waiver, or ask HR for a second one."""
    granted = False
    with world.happening():
        ends = world.now + timedelta(days=days)
        wish = WaiverWish(tutor_id=tutor.id, policy=POLICY, ends_at=ends, **WHY)
        settings = world.app.extensions["settings"]
        granted = world.do(waive, wish, settings=settings, by=world.manager)
    if granted:
        _note_waiver(world, tutor)


def answer_waiver(world: World, *, yes: bool) -> None:
    """Let HR answer the request that waits longest."""
    with world.db.reader() as session:
        waiting = register(session, seen_by=world.hr, now=world.now).requests
    if not waiting:
        return
    row = waiting[0].row
    with world.happening():
        if yes:
            world.do(approve, row.id, settings=world.app.extensions["settings"])
        else:
            world.do(decline, row.id)
    if yes and not world.refused:
        _note_waiver(world, next(each for each in world.tutors if each.id == row.person_id))


def _note_waiver(world: World, tutor: Tutor) -> None:
    waivers = world.notes[tutor.id].waivers
    world.note(tutor, waivers=(*waivers, world.granted_now(tutor)))


def end_last_waiver(world: World, tutor: Tutor) -> None:
    """End the waiver that was granted last."""
    waivers = world.notes[tutor.id].waivers
    with world.db.reader() as session:
        rows = register(session, seen_by=world.hr, now=world.now).waivers
    mine = [each.row for each in rows if each.row.person_id == tutor.id]
    if not mine:
        return
    with world.happening():
        world.do(end_waiver, mine[0].id, **WHY)
    if not world.refused:
        gone = replace(waivers[-1], ended_at=world.now, end_recorded_at=world.now)
        world.note(tutor, waivers=(*waivers[:-1], gone))


def stop(world: World, tutor: Tutor) -> None:
    """Suspend."""
    with world.happening():
        world.do(suspend, tutor.id, **WHY)
    if not world.refused:
        world.begin(tutor, "suspensions")


def let_on(world: World, tutor: Tutor) -> None:
    """Reinstate."""
    with world.happening():
        world.do(reinstate, tutor.id, **WHY)
    if not world.refused:
        world.end(tutor, "suspensions")


def let_know(world: World, tutor: Tutor) -> None:
    """Let the tutor know of the suspension: nobody else is answered differently for it."""
    with world.happening():
        world.do(release, tutor.id, ask=Ask(name="Hanna Reed", phone="01632 960 150"))


def go(world: World, tutor: Tutor, *, days: int) -> None:
    """Leave now, or after a last day so many days ahead."""
    last_day = (world.now + timedelta(days=days)).date() if days else None
    with world.happening():
        world.do(leave, tutor.id, **WHY, last_day=last_day)
    if world.refused:
        return
    if last_day is None:
        world.end(tutor, "engagements")
        world.end(tutor, "enabled_in")
    else:
        ends = clock.start_of_day(world.now + timedelta(days=days + 1))
        world.end(tutor, "engagements", at=ends)
        world.leaving.append((ends, tutor))


def close_ways_in(world: World) -> None:
    """Close the way in of those whose last day is over by now."""
    for ends, tutor in [each for each in world.leaving if each[0] <= world.now]:
        world.leaving.remove((ends, tutor))
        with world.happening():
            world.do(depart, tutor.id)
        world.end(tutor, "enabled_in")


def come_back(world: World, tutor: Tutor) -> None:
    """Return."""
    with world.happening():
        world.do(rejoin, tutor.id, **WHY)
    if not world.refused:
        world.begin(tutor, "engagements")
        world.begin(tutor, "enabled_in")


def schedule(world: World, tutor: Tutor, *, days: int) -> tuple[datetime, bool]:
    """Ask for a lesson; return for when, and whether it was scheduled."""
    with world.happening():
        starts = world.now + timedelta(days=days, hours=1)
        ends = starts + timedelta(seconds=60 * 15)
        lesson = LessonWish(
            tutor_id=tutor.id, starts_at=starts, ends_at=ends, place=Place.HOME, pupil="P-1"
        )
        world.do(book, lesson, by=world.manager)
    return starts, not world.refused
