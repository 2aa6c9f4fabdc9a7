"""When what is personal about somebody may be erased: the rules, by name. Nothing goes by itself.

Which of them a company offers, and how long, is the company's to decide: these are the usual ones.
"""

from dataclasses import dataclass
from datetime import datetime

FEBRUARY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason to erase; `years` after the last engagement ended, None at any time after it."""

    code: str
    sentence: str
    years: int | None


RULES = (
    Rule(code="six-years", sentence="Six years after the engagement ended.", years=6),
    Rule(code="forty-years", sentence="Forty years: training for work with children.", years=40),
    Rule(code="seventy-five-years", sentence="Seventy-five years, as for records.", years=75),
    Rule(
        code="asked-for",
        sentence="The person asked for it, and somebody decided that nothing speaks against it.",
        years=None,
    ),
    Rule(
        code="wrong-person", sentence="It was recorded about somebody it is not about.", years=None
    ),
)


def find_rule(code: str) -> Rule | None:
    """Return the rule of this name, or None."""
    return next((each for each in RULES if each.code == code), None)


def hindrance(
    rule: Rule,
    *,
    engaged: bool,
    enabled: bool,
    ended_at: datetime | None,
    held_since: datetime | None = None,
    now: datetime,
) -> str | None:
    """Return why nothing may be erased under this rule now, or None.

    `ended_at` is when the last engagement ended, None for somebody who never had one; `held_since`
    since when HR keeps it from being erased.
    """
    if held_since:
        day = f"{held_since.day} {held_since:%b %Y}"
        return f"HR holds it since {day}. Somebody in HR must lift the hold first, on /holds."
    if engaged:
        return "This person is engaged. What they signed is needed."
    if enabled:
        return "The account is open. Close it first."
    if rule.years and ended_at and now < _years_later(ended_at, rule.years):
        return f"The engagement ended less than {rule.years} years ago."
    return None


def _years_later(moment: datetime, years: int) -> datetime:
    if (moment.month, moment.day) == (FEBRUARY, 29):
        moment = moment.replace(day=28)
    return moment.replace(year=moment.year + years)
