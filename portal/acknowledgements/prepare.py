"""Gather what a signature rests on into a record: reads only, before anything is printed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal import clock
from portal.access import Actor
from portal.acknowledgements import record as paper
from portal.acknowledgements.asking import asked_before
from portal.acknowledgements.byhand import OnPaper
from portal.acknowledgements.names import is_same_name, new_serial
from portal.acknowledgements.printable import with_forms
from portal.acknowledgements.ready import Ready, ready, text_changed
from portal.acknowledgements.record import Draft, Record
from portal.acknowledgements.refusals import Unsigned
from portal.acknowledgements.rules import Expiry, expiry, previous_anniversary
from portal.acknowledgements.spelling import UNSAFE
from portal.acknowledgements.statement import STATEMENT
from portal.config import Settings
from portal.ledger.queries import head
from portal.people.links import invited_at
from portal.people.models import Person
from portal.people.queries import ToRing, get_person, to_ring
from portal.policies.spreading import days_earlier
from portal.policies.text import parse
from portal.quizzes.course import Course
from portal.quizzes.marking import Answered, replay
from portal.quizzes.passing import Pass
from portal.quizzes.queries import Approved, Try, approved, failures, get_attempt
from portal.quizzes.sitting import find_sitting

NOBODY, NO_NUMBER = "not named yet", "no number yet"


class NameDiffers(Unsigned):
    """The name typed is not the name held; often the held one is to be put right."""

    status = 422
    code = "name-differs"
    field = "full_name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What came from the form; `shown` is the digest of the text that its page stood for."""

    policy: str
    version: str
    shown: str
    name_typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How it is signed: with a name typed and a button, or by hand on paper."""

    identified: paper.Identified
    typed: str
    button: str = STATEMENT.button
    on_paper: OnPaper | None = None


def prepare(session: Session, wish: Wish, *, by: Actor, settings: Settings, now: datetime) -> Draft:
    """Return the signature as it would be; raises what `ready` raises, and NameDiffers."""
    found = ready(session, wish.policy, wish.version, by=by, settings=settings, now=now)
    person = get_person(session, by.id, seen_by=by, now=now)
    require_match(session, wish, found, person)
    manner = Manner(
        identified=identified(session, person.id, means="password", by=by), typed=wish.name_typed
    )
    return drafted(session, found, person, manner=manner, settings=settings, now=now)


def drafted(
    session: Session,
    found: Ready,
    person: Person,
    *,
    manner: Manner,
    settings: Settings,
    now: datetime,
) -> Draft:
    """Return the signature that rests on what was found."""
    lasts = _lasts(session, found, person_id=person.id, settings=settings, now=now)
    serial = new_serial(found.version.policy, now=now)
    record = Record(
        serial=serial,
        organisation=settings.organisation,
        demonstration=settings.demonstration,
        zone=settings.zone,
        identified_by=manner.identified,
        policy=_policy(found),
        cycle=found.cycle,
        before=STATEMENT.before,
        tick=STATEMENT.tick,
        button=manner.button,
        sections_opened=tuple(_sections(found)),
        attempt=_attempt(session, found, person_id=person.id, percent=settings.pass_percent),
        earlier_tries=tuple(_earlier(session, found, person_id=person.id)),
        questions=asked_before(session, found, person.id),
        signed_at=now,
        expires_at=lasts.expires_at,
        ledger_head=_head(session),
        verify_url=f"{settings.public_url}/check?serial={serial}",
        on_paper=manner.on_paper,
        **_people(session, found, person, typed=manner.typed, now=now),
    )
    return Draft(
        record=with_forms(session, record),
        version_id=found.version.id,
        engagement_id=found.engagement_id,
        anniversary_at=lasts.anniversary_at,
    )


def require_match(session: Session, wish: Wish, found: Ready, person: Person) -> None:
    """Raise TextChanged unless this text was shown, NameDiffers unless the name is the one held."""
    if wish.shown != found.version.digest:
        raise text_changed(session, found.version)
    if not is_same_name(wish.name_typed, person.name):
        raise NameDiffers(f"Type your name as we hold it: {person.name}")


def first_to_ring(contacts: Iterable[ToRing]) -> str:
    """Return whom to ring first and under which number, as the statement says it."""
    for each in contacts:
        return f"my {each.office.lower()}, {each.name}, {each.phone or NO_NUMBER}"
    return NOBODY


def _people(
    session: Session, found: Ready, person: Person, *, typed: str, now: datetime
) -> dict[str, Any]:
    """Return the parts of the record that name people: tutor, statements, contacts."""
    contacts = to_ring(session, person.id, now=now)
    managers = [each.name for each in contacts if each.kind == "learning-manager"]
    title, ring = found.version.title, first_to_ring(contacts)
    return {
        "tutor": paper.Tutor(
            id=person.id,
            name=person.name,
            name_typed=typed,
            email=person.email,
            learning_manager=managers[0] if managers else NOBODY,
        ),
        "statements": STATEMENT.said_of(title=title, version=found.label, ring=ring),
        "contacts": tuple(map(_contact, contacts)),
    }


def _contact(each: ToRing) -> paper.Contact:
    return paper.Contact(kind=each.office, name=each.name, phone=each.phone or NO_NUMBER)


def _lasts(
    session: Session, found: Ready, *, person_id: str, settings: Settings, now: datetime
) -> Expiry:
    version = found.version
    previous = previous_anniversary(
        found.acknowledgements,
        policy=version.policy,
        major=version.major,
        engagement_id=found.engagement_id,
        at=now,
    )
    return expiry(
        now,
        months=version.renewal_months,
        previous=previous,
        opens_days=settings.renewal_opens_days,
        zone=ZoneInfo(settings.zone),
        last_noon=partial(clock.noon_of_last_working_day, zone=settings.zone),
        days_earlier=days_earlier(session, version.policy, person_id=person_id, now=now),
    )


def identified(
    session: Session, person_id: str, *, means: Literal["password", "paper"], by: Actor
) -> paper.Identified:
    """Return how a tutor was identified; on paper the browser is that of whoever confirms."""
    return paper.Identified(
        invited_at=invited_at(session, person_id),
        means=means,
        sign_in=by.sign_in,
        address=by.origin.address or "not known",
        # A browser may say anything here, bytes included that no page can show.
        agent=UNSAFE.sub("?", by.origin.agent),
    )


def _policy(found: Ready) -> paper.Policy:
    version = found.version
    return paper.Policy(
        name=version.policy,
        title=version.title,
        version=found.label,
        digest=version.digest,
        text=version.text,
        effective_at=version.effective_at,
        owner=version.owner,
        adopted_by=version.published_by_name,
        adopted_at=version.published_at,
    )


def _sections(found: Ready) -> Iterator[paper.Opened]:
    for each in parse(found.version.text).sections:
        opened_at = found.opened[each.number]
        yield paper.Opened(section=each.number, title=each.title, opened_at=opened_at)


def _attempt(session: Session, found: Ready, *, person_id: str, percent: int) -> paper.Attempt:
    tried = get_attempt(session, found.attempt.id, person_id=person_id)
    out_of = found.attempt.out_of
    return paper.Attempt(
        id=tried.id,
        quiz_digest=tried.quiz_digest,
        opened_at=tried.opened_at,
        closed_at=found.attempt.closed_at,
        score=found.attempt.score,
        out_of=out_of,
        pass_mark=-(-percent * out_of // 100),
        remarked=_remarked(tried, found.attempt),
        scenarios=tuple(_scenarios(tried, approved(session))),
        read_aloud_by=_helper(session, tried.id),
    )


def _remarked(tried: Try, passed: Pass) -> paper.Remarked | None:
    """Return how the attempt became a pass, where its own result is none."""
    by, first = passed.remark, tried.outcome
    if by is None or first is None:
        return None
    gone = (each.scenario for each in tried.remarks if each.marked_at <= by.marked_at)
    return paper.Remarked(
        marked_at=by.marked_at,
        score=first.score,
        out_of=first.out_of,
        withdrawn=tuple(gone),
        reason=by.reason,
    )


def _helper(session: Session, attempt_id: str) -> paper.Helper | None:
    told = find_sitting(session, attempt_id)
    if told is None:
        return None
    return paper.Helper(id=told.helper_id, name=told.name, role=told.helper_role, after=told.after)


def _scenarios(tried: Try, approvals: dict[str, Approved]) -> Iterator[paper.Scenario]:
    answers = replay(tried.drawn, tried.choices).answers
    for _, group in groupby(answers, key=lambda answer: answer.place.number):
        steps = list(group)
        asked = steps[0].place.asked
        approval = approvals.get(asked.digest)
        yield paper.Scenario(
            id=asked.scenario.id,
            title=asked.scenario.title,
            situation=asked.scenario.situation,
            steps=tuple(map(_step, steps)),
            approved_by=approval.by if approval else None,
            approved_at=approval.at if approval else None,
        )


def _step(answer: Answered) -> paper.Step:
    step, options = answer.place.step, answer.place.asked.options(answer.place.step)
    end = answer.upshot
    return paper.Step(
        question=" ".join(filter(None, (step.situation, step.question))),
        asks=paper.Asks(step.asks),
        options=tuple(option.text for option in options),
        chosen=tuple(options.index(option) for option in answer.taken),
        kind=paper.Kind(answer.kind),
        critical=step.critical,
        consequence=end.outcome,
        clauses=end.clauses,
    )


def _earlier(session: Session, found: Ready, *, person_id: str) -> Iterator[paper.Try]:
    course = Course(policy=found.version.policy, major=found.version.major, cycle=found.cycle)
    for each in failures(session, person_id, course=course):
        if each.closed_at < found.attempt.closed_at:
            yield paper.Try(closed_at=each.closed_at, missed=each.missed)


def _head(session: Session) -> paper.Head:
    seq, last = head(session)
    return paper.Head(seq=seq, hash=last)
