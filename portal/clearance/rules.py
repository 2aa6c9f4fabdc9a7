"""The rules that block scheduling: whether this tutor may teach at this time, and why not.

Facts carry their dates, so the rules answer for any time. A span excludes its last moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from portal.acknowledgements.rules import Acknowledged, cycle
from portal.people.rules import Period, moments, runs
from portal.policies.rules import Requirement, Version, newest, openers


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """Leave to teach for a while although one major of one policy is not met."""

    policy: str
    major: int
    cycle: int = 1
    starts_at: datetime
    ends_at: datetime
    recorded_at: datetime
    ended_at: datetime | None = None  # taken back before its time
    end_recorded_at: datetime | None = None

    def stands(self, major: int, *, signed: Iterable[Acknowledged], at: datetime) -> bool:
        """Whether it excuses this major then; it needs a signature of some major, not revoked."""
        grounds = any(not each.revoked(at) for each in signed)
        runs = self.starts_at <= at < min(self.ends_at, self.ended_at or self.ends_at)
        return runs and grounds and self.major == major


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A passed scenario quiz: it belongs to one major and one cycle."""

    policy: str
    major: int
    cycle: int = 1
    passed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one tutor, with dates: enough to answer for any time."""

    engagements: tuple[Period, ...] = ()
    enabled_in: tuple[Period, ...] = ()
    suspensions: tuple[Period, ...] = ()
    releases: tuple[Period, ...] = ()  # HR let the tutor know; by the suspension's id
    waivers: tuple[Waived, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    acknowledgements: tuple[Acknowledged, ...] = ()
    passes: tuple[Pass, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the tutor does next."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The policy that a block concerns, and the version of it that is to be signed."""

    policy: str
    title: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One reason why a tutor may not be scheduled, and what the tutor does about it."""

    code: str
    sentence: str
    step: Step
    about: Subject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether this tutor may teach at this time.

    `since`: when the tutor came to be cleared, blocked or not engaged; None if always so. `until`:
    when that ends by itself; None if never. For the reasons: see `changes_at`.
    """

    at: datetime
    blocks: tuple[Block, ...]
    since: datetime | None = None
    until: datetime | None = None

    @property
    def cleared(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.blocks

    @property
    def codes(self) -> tuple[str, ...]:
        """The code of each reason, in the order to fix them."""
        return tuple(block.code for block in self.blocks)

    @property
    def next_step(self) -> Step | None:
        """What the tutor does first; None when there is nothing to do."""
        return self.blocks[0].step if self.blocks else None


ASK_MANAGER = Step(code="ask-manager", sentence="Ask your learning manager.")
ASK_HR = Step(code="ask-hr", sentence="Please contact HR.")
PASS_QUIZ = Step(code="pass-quiz", sentence="Read the policy, then pass its scenarios.")
SIGN = Step(code="sign", sentence="Sign the newest version.")

NOT_ENGAGED = Block(code="not-engaged", sentence="The tutor is not engaged.", step=ASK_MANAGER)
NOT_ENABLED = Block(code="not-enabled", sentence="The tutor is not enabled.", step=ASK_MANAGER)
SUSPENDED = Block(code="suspended", sentence="The tutor is suspended.", step=ASK_HR)
NOTHING_IN_FORCE = Block(code="nothing-in-force", sentence="No policy is in force.", step=ASK_HR)
QUIZ_NOT_PASSED = Block(
    code="quiz-not-passed", sentence="The scenario quiz is not passed.", step=PASS_QUIZ
)
NOT_SIGNED = Block(code="not-signed", sentence="The policy is not signed.", step=SIGN)
REVOKED = Block(code="signature-revoked", sentence="The signature was revoked.", step=SIGN)
EXPIRED = Block(code="signature-expired", sentence="The signature has expired.", step=SIGN)
NOT_CLEARED = Block(code="not-cleared", sentence="The tutor is not cleared.", step=ASK_HR)


def decide(standing: Standing, *, at: datetime) -> Decision:
    """Return whether this tutor may teach then, and each reason why not, in the order to fix."""
    since, until = _span(standing, at)
    return Decision(at=at, blocks=blocks(standing, at=at), since=since, until=until)


def veiled(standing: Standing, *, at: datetime) -> Decision:
    """Return the answer for a reader who may not know of suspensions, past, present or to come."""
    return released(replace(standing, releases=()), at=at)


def released(standing: Standing, *, at: datetime) -> Decision:
    """Return the answer for the tutor: veiled, but for the suspensions that HR released."""
    told = {release.id for release in standing.releases}
    shown = tuple(each for each in standing.suspensions if each.id in told)
    if runs(set(standing.suspensions) - set(shown), at=at):
        return Decision(at=at, blocks=(NOT_CLEARED,))
    return decide(replace(standing, suspensions=shown), at=at)


def blocks(standing: Standing, *, at: datetime) -> tuple[Block, ...]:
    """Return each reason why this tutor may not teach then. These two lists are the rule."""
    cases = judged(standing, at=at)
    engaged = runs(standing.engagements, at=at)
    of_the_tutor = (
        (NOT_ENGAGED, not engaged),
        (NOT_ENABLED, not runs(standing.enabled_in, at=at)),
        (SUSPENDED, runs(standing.suspensions, at=at)),
        (NOTHING_IN_FORCE, not any(case.binding for case in cases)),
    )
    unmet = [case for case in cases if engaged and case.blocks]
    of_a_policy = (
        (QUIZ_NOT_PASSED, [case for case in unmet if not case.passed]),
        (NOT_SIGNED, [case for case in unmet if case.last is None]),
        (REVOKED, [case for case in unmet if case.last and case.last.revoked(at)]),
        (EXPIRED, [case for case in unmet if case.last and not case.last.revoked(at)]),
    )
    return (
        *(block for block, fails in of_the_tutor if fails),
        *(replace(block, about=case.subject) for block, some in of_a_policy for case in some),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the rules find of one policy that is for this tutor, at one time."""

    requirement: Requirement
    binding: Version | None  # the version that opened the major that binds
    to_sign: Version | None  # the newest, announced or effective
    met_by: tuple[Acknowledged, ...]
    last: Acknowledged | None  # the latest signature that met it or would have
    passed: bool  # the quiz that the next signature needs
    waived: bool
    enforced: bool

    @property
    def blocks(self) -> bool:
        """Whether it keeps the tutor from teaching: in force, enforced, not met, not waived."""
        return bool(self.binding and self.enforced and not self.met_by and not self.waived)

    @property
    def subject(self) -> Subject:
        """The policy by name and title, and the version to sign."""
        what, label = self.requirement, self.to_sign.label if self.to_sign else ""
        return Subject(policy=what.policy, title=what.title, version=label)


def judged(standing: Standing, *, at: datetime) -> tuple[Case, ...]:
    """Return what the rules find of each policy that is for this tutor then."""
    return tuple(
        judge(standing, requirement, at=at)
        for requirement in standing.requirements
        if any(all(period.covers(at) for period in way) for way in requirement.applies)
    )


def judge(standing: Standing, requirement: Requirement, *, at: datetime) -> Case:
    """Return what the rules find of one policy, as if it were for this tutor then."""
    signed = signatures(standing, requirement, at=at)
    binding = binding_version(requirement.versions, signed=signed, at=at)
    answers = [each for each in signed if binding and each.major >= binding.major]
    waivers = [each for each in standing.waivers if each.policy == requirement.policy]
    return Case(
        requirement=requirement,
        binding=binding,
        to_sign=newest(requirement.versions, at=at),
        met_by=tuple(each for each in answers if each.counts(at)),
        last=max(answers, key=lambda each: each.signed_at, default=None),
        passed=_passed(standing, requirement, at=at),
        waived=any(
            binding and each.stands(binding.major, signed=signed, at=at) for each in waivers
        ),
        enforced=_enforced(standing, requirement, at=at),
    )


def signatures(standing: Standing, requirement: Requirement, *, at: datetime) -> list[Acknowledged]:
    """Return the policy's signatures of this engagement; not those of a cancelled version."""
    engaged = {each.id for each in standing.engagements if each.covers(at)}
    cancelled = {each.number for each in requirement.versions if each.cancelled(at)}
    return [
        each
        for each in standing.acknowledgements
        if each.policy == requirement.policy
        and each.signed_at <= at
        and each.engagement_id in engaged
        and each.number not in cancelled
    ]


def binding_version(
    versions: Iterable[Version], *, signed: Iterable[Acknowledged], at: datetime
) -> Version | None:
    """Return the version that binds: the highest major whose time has come for this tutor."""
    bound = [each for each in openers(versions, at=at) if bound_from(each, signed=signed) <= at]
    return max(bound, key=lambda each: each.major, default=None)


def bound_from(version: Version, *, signed: Iterable[Acknowledged]) -> datetime:
    """Return when a version binds: whoever held a signature as it took effect has its grace."""
    held = any(each.counts(version.effective_at) for each in signed)
    return version.grace_ends_at if held else version.effective_at


def _passed(standing: Standing, requirement: Requirement, *, at: datetime) -> bool:
    """Return whether the quiz is passed that the next signature of this policy needs."""
    version = newest(requirement.versions, at=at)
    past = [each for each in standing.acknowledgements if each.signed_at <= at]
    return version is not None and any(
        each.policy == requirement.policy
        and each.major == version.major
        and each.cycle == cycle(past, policy=each.policy, major=each.major)
        and each.passed_at <= at
        for each in standing.passes
    )


def _enforced(standing: Standing, requirement: Requirement, *, at: datetime) -> bool:
    """Return whether unmet it blocks; until its day it spares those engaged before that was set."""
    said = [each for each in requirement.enforcements if each.recorded_at <= at]
    last = max(said, key=lambda each: each.recorded_at, default=None)
    if last is None or last.enforced_from <= at:
        return True
    return not any(
        each.covers(at) and each.starts_at < last.spares_before for each in standing.engagements
    )


def changes_at(standing: Standing, *, at: datetime) -> datetime | None:
    """Return the next moment at which any reason comes or goes by itself; None: never."""
    now = blocks(standing, at=at)
    later = (turn for turn in moments(standing) if turn > at)
    return next((turn for turn in later if blocks(standing, at=turn) != now), None)


def _span(standing: Standing, at: datetime) -> tuple[datetime | None, datetime | None]:
    """Return since and until when the tutor is, as then, cleared, blocked or not engaged."""

    def answer(time: datetime) -> tuple[bool, bool]:
        return runs(standing.engagements, at=time), not blocks(standing, at=time)

    now, turns = answer(at), moments(standing)
    past = [turn for turn in reversed(turns) if turn <= at]
    same = list(takewhile(lambda turn: answer(turn) == now, past))
    since = same[-1] if same and (any(now) or len(same) < len(past)) else None
    return since, next((turn for turn in turns if turn > at and answer(turn) != now), None)
