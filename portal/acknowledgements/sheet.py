"""What the evidence sheet says in one line where a table would take half a page. Pure."""

from datetime import datetime

from portal import clock
from portal.acknowledgements.record import Record, Scenario

TIED = "\N{NO-BREAK SPACE}"


def openings(record: Record) -> str:
    """Return when each section was first opened, to the second: first what was opened first.

    "23 Nov 2026, GMT (UTC+00:00): 1. Preamble 09:28:04, 2. Lesson geography 09:31:04"
    """
    days: dict[str, list[str]] = {}
    for opened in sorted(record.sections_opened, key=lambda each: each.opened_at):
        day, time = _apart(opened.opened_at, record.zone)
        days.setdefault(day, []).append(f"{opened.section}.{TIED}{opened.title}{TIED}{time}")
    return ". ".join(f"{day}: {', '.join(sections)}" for day, sections in days.items())


def approvals(record: Record) -> list[str]:
    """Return who approved which scenarios, by their numbers on the page, and which nobody did."""
    numbers: dict[str, list[str]] = {}
    for number, scenario in enumerate(record.attempt.scenarios, start=1):
        numbers.setdefault(_approval(scenario, record.zone), []).append(str(number))
    return [f"{approval}: {', '.join(numbered)}." for approval, numbered in numbers.items()]


def _apart(moment: datetime, zone: str) -> tuple[str, str]:
    """Return day and time; the day says which clock, because clocks change within a night."""
    day, _, shown = clock.exactly(moment, zone).partition(", ")
    time, _, offset = shown.partition(" ")
    return f"{day}, {offset}", time


def _approval(scenario: Scenario, zone: str) -> str:
    if not scenario.approved_by:
        return "Not reviewed by a person"
    when = f", {clock.day_in_words(scenario.approved_at, zone)}" if scenario.approved_at else ""
    return f"Approved by {scenario.approved_by}{when}"
