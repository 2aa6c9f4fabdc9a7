"""When a waiver may be granted: pure, and answered in the blocks of the rule it excuses from."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from portal.acknowledgements.rules import cycle
from portal.clearance.rules import SUSPENDED, Block, Standing, Step, Waived, judged, signatures

ASK_HR = Step(code="ask-hr-for-waiver", sentence="Ask HR to approve it.")
NONE = Step(code="no-waiver", sentence="The tutor has to sign.")

NOT_BINDING = Block(
    code="waiver-not-binding", sentence="That version does not bind the tutor then.", step=NONE
)
NEVER_SIGNED = Block(
    code="waiver-before-signing",
    sentence="A waiver is only for a tutor who has signed that policy before.",
    step=NONE,
)
BACKDATED = Block(code="waiver-backdated", sentence="A waiver begins now or later.", step=NONE)
TOO_LONG = Block(
    code="waiver-too-long",
    sentence="A waiver ends after it begins, and is not longer than the longest.",
    step=NONE,
)
SECOND = Block(
    code="waiver-needs-hr", sentence="A second waiver needs the approval of HR.", step=ASK_HR
)
THIRD = Block(code="waiver-third", sentence="There is never a third waiver.", step=NONE)


def next_cycle(standing: Standing, *, policy: str, major: int) -> int:
    """Return the cycle a waiver belongs to: that of the signature it waits for."""
    return cycle(standing.acknowledgements, policy=policy, major=major)


def faults(
    standing: Standing, waiver: Waived, *, hr_by: str, longest_days: int, now: datetime
) -> tuple[Block, ...]:
    """Return why this waiver may not be granted now; nothing means that it may.

    `hr_by` is the person of HR who approves, "" without one.
    """
    cases = [
        case
        for case in judged(standing, at=waiver.starts_at)
        if (case.requirement.policy, case.binding and case.binding.major)
        == (waiver.policy, waiver.major)
    ]
    signed = [one for case in cases for one in signatures(standing, case.requirement, at=now)]
    before = earlier(standing.waivers, _key(waiver))
    length = waiver.ends_at - waiver.starts_at
    checks = (
        (SUSPENDED, any(each.covers(now) for each in standing.suspensions)),
        (NOT_BINDING, not cases),
        (NEVER_SIGNED, not any(not each.revoked(now) for each in signed)),
        (BACKDATED, waiver.starts_at < now),
        (TOO_LONG, not timedelta(0) < length <= timedelta(days=longest_days)),
        (SECOND, len(before) == 1 and not hr_by),
        (THIRD, len(before) > 1),
    )
    return tuple(block for block, fails in checks if fails)


def earlier(waivers: Iterable[Waived], key: tuple[str, int, int]) -> list[Waived]:
    """Return those for the same policy, major and cycle, whether or not they still run."""
    return [each for each in waivers if _key(each) == key]


def _key(waiver: Waived) -> tuple[str, int, int]:
    return waiver.policy, waiver.major, waiver.cycle
