"""What may happen in a world: each by the real action, and noted only when it was not refused."""

from dataclasses import replace
from datetime import datetime, timedelta

from portal import clock
from portal.clearance.granting import Wish as WaiverWish
from portal.clearance.granting import approve, decline, end_waiver, waive
from portal.clearance.register import register
from portal.clearance.suspending import Ask, reinstate, release, suspend
from portal.people.engagements import depart, leave, move_last_day, rejoin, stay
from portal.policies.actions import cancel, set_enforced_from
from portal.policies.rules import Enforcement, Version
from portal.scheduling.actions import book
from portal.scheduling.rules import Place
from portal.scheduling.rules import Wish as LessonWish
from tests.acknowledgements.tutors import Tutor
from tests.clearance.naive import running
from tests.clearance.slow import may_publish, waiver_faults
from tests.clearance.worlds import TICK, World
from tests.factories import POLICY, publish_policy, renumbered

WHY = {"reason": "A reason."}
NEWLY_TOLD = ["standing-changed suspension-told hr", "suspension-released"]


def publish(world: World, label: str, *, days: int) -> None:
    """Publish a version that takes effect so many days ahead."""
    effective = world.now + TICK + timedelta(days=days)
    major, minor = map(int, label.split("."))
    told = ["version-news"] if world.versions else []
    may = may_publish(world.versions, (major, minor), effective=effective, now=world.now)
    with world.happening(may=may, mails=told), world.db.change() as session:
        publish_policy(session, renumbered(label), now=world.now, effective_at=effective)
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
    version = next(each for each in world.versions if each.label == label)
    may = not version.cancelled_at and version.effective_at > world.now + TICK
    with world.happening(may=may, mails=["version-off-news"]):
        world.do(cancel, POLICY, label, **WHY)
    if not world.refused:
        gone = replace(version, cancelled_at=world.now)
        world.versions[world.versions.index(version)] = gone


def enforce(world: World, *, days: int) -> None:
    """Say from when the policy blocks those who were engaged before."""
    with world.happening(may=bool(world.versions)):
        day = world.now + timedelta(days=days)
        world.do(set_enforced_from, POLICY, enforced_from=day)
        midnight = clock.start_of_day(world.now)
    if not world.refused:
        word = Enforcement(enforced_from=day, spares_before=midnight, recorded_at=world.now)
        world.words.append(word)


def ask_waiver(world: World, tutor: Tutor, *, days: int) -> None:
    """Let the manager grant a waiver, or ask HR for a second one."""
    settings, ends = world.app.extensions["settings"], world.now + TICK + timedelta(days=days)
    wish = WaiverWish(tutor_id=tutor.id, policy=POLICY, ends_at=ends, **WHY)
    told: list[str] = []
    with world.happening(mails=told):
        granted = world.do(waive, wish, settings=settings, by=world.manager)
        told += _to_both("waived" if granted else "waiver-asked")
    if not world.refused and granted:
        _note_waiver(world, tutor, by_hr=False)


def answer_waiver(world: World, *, yes: bool) -> None:
    """Let HR answer the request that waits longest."""
    with world.db.reader() as session:
        waiting = register(session, seen_by=world.hr, now=world.now).requests
    if not waiting:
        return
    row = waiting[0].row
    with world.happening(mails=_to_both("waived" if yes else "waiver-declined")):
        if yes:
            world.do(approve, row.id, settings=world.app.extensions["settings"])
        else:
            world.do(decline, row.id)
    if yes and not world.refused:
        tutor = next(each for each in world.tutors if each.id == row.person_id)
        _note_waiver(world, tutor, by_hr=True)


def _note_waiver(world: World, tutor: Tutor, *, by_hr: bool) -> None:
    new, known = world.granted_now(tutor), world.noted(tutor)
    assert not waiver_faults(known, known.requirements[0], new, by_hr=by_hr, now=world.now)
    world.note(tutor, waivers=(*known.waivers, new))


def _to_both(word: str) -> list[str]:
    return [f"standing-changed {word} {who}" for who in ("hr", "manager")]


def end_last_waiver(world: World, tutor: Tutor) -> None:
    """End the waiver that was granted last."""
    waivers = world.notes[tutor.id].waivers
    with world.db.reader() as session:
        rows = register(session, seen_by=world.hr, now=world.now).waivers
    mine = [each.row for each in rows if each.row.person_id == tutor.id]
    if not mine:
        return
    runs = mine[0].ends_at > world.now + TICK  # it may end in between
    with world.happening(may=runs, mails=_to_both("waiver-ended")):
        world.do(end_waiver, mine[0].id, **WHY)
    if not world.refused:
        gone = replace(waivers[-1], ended_at=world.now, end_recorded_at=world.now)
        world.note(tutor, waivers=(*waivers[:-1], gone))


def stop(world: World, tutor: Tutor) -> None:
    """Suspend."""
    may = not world.is_running(tutor, "suspensions")
    with world.happening(may=may, mails=["standing-changed suspension hr"]):
        world.do(suspend, tutor.id, **WHY)
    if not world.refused:
        world.begin(tutor, "suspensions")


def let_on(world: World, tutor: Tutor) -> None:
    """Reinstate."""
    may = world.is_running(tutor, "suspensions")
    knew = (tutor.id, len(world.notes[tutor.id].suspensions)) in world.told
    mails = ["standing-changed reinstatement hr", *(["suspension-over"] if knew else [])]
    with world.happening(may=may, mails=mails):
        world.do(reinstate, tutor.id, **WHY)
    if not world.refused:
        world.end(tutor, "suspensions")


def let_know(world: World, tutor: Tutor) -> None:
    """Let the tutor know of the suspension: nobody else is answered differently for it."""
    suspended = world.is_running(tutor, "suspensions")
    which = tutor.id, len(world.notes[tutor.id].suspensions)
    new = [] if which in world.told else NEWLY_TOLD
    with world.happening(may=suspended, mails=new):
        world.do(release, tutor.id, ask=Ask(name="Hanna Reed", phone="01632 960 150"))
    if not world.refused:
        world.told.add(which)


def go(world: World, tutor: Tutor, *, days: int) -> None:
    """Leave now, or after a last day so many days ahead."""
    last_day = clock.local(world.now + timedelta(days=days)).date() if days else None
    mails = ["departure", *_to_both("leaves")] if days else _to_both("left")
    with world.happening(may=world.is_running(tutor, "engagements"), mails=mails):
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


def move_on(world: World, tutor: Tutor, *, days: int) -> None:
    """Put a last day right: it is so many days ahead."""
    last_day = clock.local(world.now + timedelta(days=days)).date()
    ends = clock.start_of_day(world.now + timedelta(days=days + 1))
    may = _leaves_later(world, tutor) and world.engagement(tutor).ends_at != ends
    with world.happening(may=may, mails=["departure", *_to_both("last-day-moved")]):
        world.do(move_last_day, tutor.id, **WHY, last_day=last_day)
    if not world.refused:
        world.end(tutor, "engagements", at=ends)
        world.leaving = [each for each in world.leaving if each[1] is not tutor]
        world.leaving.append((ends, tutor))


def stay_on(world: World, tutor: Tutor) -> None:
    """Take a last day back."""
    with world.happening(may=_leaves_later(world, tutor), mails=_to_both("stays")):
        world.do(stay, tutor.id, **WHY)
    if not world.refused:
        world.go_on(tutor)
        world.leaving = [each for each in world.leaving if each[1] is not tutor]


def _leaves_later(world: World, tutor: Tutor) -> bool:
    ends = world.engagement(tutor).ends_at
    return ends is not None and ends > world.now + TICK


def close_ways_in(world: World) -> None:
    """Close the way in of those whose last day is over by now."""
    for ends, tutor in [each for each in world.leaving if each[0] <= world.now]:
        world.leaving.remove((ends, tutor))
        with world.happening(may=True):
            world.do(depart, tutor.id)
        world.end(tutor, "enabled_in")


def come_back(world: World, tutor: Tutor) -> None:
    """Return."""
    may = not running(world.notes[tutor.id].engagements, world.now + TICK)
    with world.happening(may=may, mails=["invitation", *_to_both("returned")]):
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
