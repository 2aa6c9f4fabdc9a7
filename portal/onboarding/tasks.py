"""The task list in words: each line says how far it is and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from portal.onboarding.queries import Leg, Trial, Way
from portal.quizzes.course import Scope

COUNT = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
InWords = Callable[[datetime], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line of the list; `href` is empty while it is not open, `kind` colours the state."""

    words: str
    href: str
    state: str
    kind: str
    note: str
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """The one thing to do now: what the button says, and where it leads."""

    words: str
    href: str


def steps_in_words(count: int) -> str:
    """Return how many steps there are: "Two steps", "One step"."""
    number = COUNT[count] if count < len(COUNT) else str(count)
    return f"{number} step" if count == 1 else f"{number} steps"


def go(way: Way) -> Go:
    """Return what this tutor does next; without anything due, that is teaching."""
    if not way.legs:
        return Go(words="See your sessions", href=url_for("scheduling.lessons"))
    if not way.confirmed:
        return Go(words="Confirm your details", href=url_for("people.details"))
    leg = way.legs[0]
    if leg.since and not leg.opened:
        return Go(words="See what changed", href=_changes(leg))
    if leg.to_read:
        verb = "Carry on with" if leg.opened else "Start with"
        return Go(words=f"{verb} section {leg.to_read}", href=_section(leg))
    if leg.trial.passed:
        return Go(words="Go on and sign", href=_sign(leg))
    return Go(words=_scenarios_next(leg.trial), href=_scenarios(leg))


def details(way: Way) -> Task:
    """Return the line of the tutor's own details."""
    return Task(
        words="Confirm your details",
        href=url_for("people.details"),
        state="Done" if way.confirmed else "Next",
        kind="cleared" if way.confirmed else "due",
        note="Your name and your phone number",
        done=way.confirmed,
    )


def lines(leg: Leg, *, way: Way, when: InWords) -> tuple[Task, ...]:
    """Return the lines of one policy: read, work through the scenarios, sign.

    Before them, for whoever signed another version, what changed since.
    """
    changed = (_changed(leg, way),) if leg.since else ()
    return *changed, _reading(leg, way), _trying(leg, when=when), _signing(leg)


def teaching(way: Way, *, when: InWords) -> Task:
    """Return the last line: whether sessions can be scheduled."""
    cleared, until = way.decision.cleared, way.decision.until
    later = f"Opens on {when(until)}" if until else "Opens as soon as you have signed"
    return Task(
        words="You can teach" if cleared else "Schedule sessions",
        href=url_for("scheduling.lessons") if cleared else "",
        state="Open" if cleared else "Locked",
        kind="cleared" if cleared else "blocked",
        note="Sessions can be scheduled for you" if cleared else later,
        done=cleared,
    )


def _changed(leg: Leg, way: Way) -> Task:
    first = way.confirmed and leg is way.legs[0] and not leg.opened
    return Task(
        words="See what changed",
        href=_changes(leg),
        state="Next" if first else "To look up",
        kind="due" if first else "plain",
        note=f"Since version {leg.since}, which you signed",
    )


def _reading(leg: Leg, way: Way) -> Task:
    first = way.confirmed and leg is way.legs[0] and not leg.since
    state, kind = ("Next", "due") if first else ("To do", "plain")
    count = "1 section" if leg.sections == 1 else f"{leg.sections} sections"
    if leg.opened:
        state, kind = ("In progress", "due") if leg.to_read else ("Done", "cleared")
    return Task(
        words="Read the policy",
        href=_section(leg),
        state=state,
        kind=kind,
        note=f"{leg.title}, version {leg.label} · {leg.opened} of {count}",
        done=not leg.to_read,
    )


def _trying(leg: Leg, *, when: InWords) -> Task:
    state, kind, note = _trial_state(leg.trial, when=when)
    if leg.scope is Scope.SHORT and not leg.trial.attempt_id:
        note = "A short check, as you passed before · no time limit"
    if leg.to_read and not leg.trial.attempt_id:
        state, kind = "After reading", "plain"
    return Task(
        words="Work through the scenarios",
        href="" if state == "After reading" else _scenarios(leg),
        state=state,
        kind=kind,
        note=note,
        done=leg.trial.passed,
    )


def _trial_state(trial: Trial, *, when: InWords) -> tuple[str, str, str]:
    if trial.passed:
        return "Done", "cleared", f"{trial.count} of {trial.count} done"
    if trial.number:
        done = f"{trial.number - 1} of {trial.count} done · no time limit"
        return "In progress", "due", done
    if trial.until:
        return "Wait", "due", f"You can try again from {when(trial.until)}"
    if trial.attempt_id:
        return "Not passed yet", "due", "Open the missed clauses again, then try once more"
    return "Next", "due", f"{trial.count} situations · no time limit"


def _scenarios_next(trial: Trial) -> str:
    if trial.number:
        return f"Carry on with scenario {trial.number}"
    return "See what to open again" if trial.attempt_id else "Start the scenarios"


def _signing(leg: Leg) -> Task:
    ready = leg.trial.passed and not leg.to_read
    return Task(
        words="Sign",
        href=_sign(leg) if ready else "",
        state="Next" if ready else "After the scenarios",
        kind="due" if ready else "plain",
        note="You get a sealed PDF copy",
    )


def _changes(leg: Leg) -> str:
    return url_for("policies.changes", name=leg.policy, version=leg.label, since=leg.since)


def _section(leg: Leg) -> str:
    number = leg.to_read or 1
    return url_for("policies.section", name=leg.policy, version=leg.label, number=number)


def _scenarios(leg: Leg) -> str:
    if leg.trial.attempt_id:
        return url_for("quizzes.attempt", attempt_id=leg.trial.attempt_id)
    scope, cycle = leg.scope.value, str(leg.course.cycle)
    return url_for("quizzes.attempts", name=leg.policy, version=leg.label, scope=scope, cycle=cycle)


def _sign(leg: Leg) -> str:
    return url_for("acknowledgements.sign", name=leg.policy, version=leg.label)
