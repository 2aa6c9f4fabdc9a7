"""The ledger as a time line in plain words; suspensions only for those who may know of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from portal import clock
from portal.clearance.rules import NOT_CLEARED, SUSPENDED
from portal.ledger.queries import Happened
from portal.people.engagements import last_day_of
from portal.people.models import Kind
from portal.people.reasons import of_end
from portal.policies.asked import AskedOf

SENTENCES = {
    "person.added": "Added to the portal",
    "person.invited": "Invited",
    "link.made": "A link was mailed",
    "password.set": "Chose a password",
    "details.confirmed": "Confirmed their details",
    "section.opened": "Read section {section} of version {version}",
    "attempt.opened": "Began the scenarios",
    "attempt.assisted": "{name} began to read the scenarios aloud",
    "attempt.passed": "Passed the scenarios",
    "attempt.failed": "Did not pass the scenarios",
    "attempt.remarked": "A try was marked again without a withdrawn question",
    "quiz.unlocked": "The wait for the next try was lifted",
    "acknowledgement.signed": "Signed version {version}",
    "policy.declined": "Did not want to sign version {version} then",
    "evidence.erased": "Erased under rule {rule}",
    "paper.printed": "A pack to sign by hand was printed, version {version}",
    "paper.recorded": "An original signed by hand was recorded, dated {signed_on}",
    "paper.confirmed": "The original signed by hand was confirmed",
    "paper.rejected": "The original signed by hand is not as recorded",
    "acknowledgement.revoked": "HR revoked the signature of version {version}",
    "acknowledgement.withdrawn": "Withdrew the signature of version {version}",
    "acknowledgement.corrected": "HR added a note to the signature of version {version}",
    "acknowledgement.downloaded": "The signed PDF was downloaded",
    "version-notice.mailed": "Was told by mail of version {version}",
    "version-called-off.mailed": "Was told by mail that version {version} is called off",
    "reminder.mailed": "Was reminded by mail to sign version {version}",
    "question.asked": "Asked about {clause} of version {version}",
    "question.answered": "Got an answer about {clause}",
    "answer.seen": "The safeguarding lead saw an answer",
    "waiver.granted": "A waiver was granted",
    "waiver.asked": "A second waiver was asked for",
    "waiver.answered": "HR answered about a second waiver",
    "waiver.ended": "A waiver was ended early",
    "suspension.released": "The tutor was told of the suspension",
    "lesson.scheduled": "A session was scheduled",
}
SILENT = (
    "signed-in",
    "signed-out",
    "sign-in.ended",
    "proof.failed",
    "choice.made",
    "reset.asked",
    "reason.given",
)
AHEAD = "A last day was recorded: {day}"
MOVED, TAKEN_BACK = "The last day was moved to {day}", "The last day was taken back"
WHY = {  # by what key the reason of an entry is kept apart
    "period.begun": "{period}",
    "period.ended": of_end("{period}"),
    "period.corrected": "{correction}",
    "evidence.held": "{hold}",
    "evidence.released": of_end("{hold}"),
}
PERIODS = {  # what is said when it begins, and when it ends
    Kind.ENGAGEMENT: ("Engagement began", "Engagement ended"),
    Kind.ENABLED: ("Account opened", "Account closed"),
    Kind.SUSPENSION: ("Suspension began", "Suspension ended"),
    Kind.ROLE: ("Became {value}", "Is no longer {value}"),
    Kind.TEAM: ("Joined a team", "Left a team"),
    Kind.TAG: ("Tagged {value}", "No longer tagged {value}"),
    Kind.LEADS: ("Began to lead a team", "No longer leads a team"),
    Kind.DEPUTISES: ("Began to deputise", "No longer deputises"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the time line."""

    at: datetime
    sentence: str
    by: str
    why: str = ""


def reasons_of(entries: Iterable[Happened]) -> list[str]:
    """Return the keys of the reasons that were given for these."""
    return [key for entry in entries if (key := _why(entry))]


def told(
    entries: Iterable[Happened],
    *,
    knows_all: bool,
    why: Mapping[str, str] = MappingProxyType({}),
    zone: str = clock.LONDON,
) -> Iterator[Told]:
    """Yield the lines for a reader, newest first; `why` are the reasons this reader may know."""
    for entry in entries:
        veiled = entry.facts.get("kind") == Kind.SUSPENSION and not knows_all
        apart = entry.facts.get("asked_of", AskedOf.MANAGER) != AskedOf.MANAGER  # not for them
        if not (veiled or apart):
            sentence = _sentence(entry, knows_all=knows_all, zone=zone)
            yield Told(at=entry.at, sentence=sentence, by=entry.by, why=why.get(_why(entry), ""))


def _why(entry: Happened) -> str:
    return WHY.get(entry.type, "").format_map({"correction": "", **entry.facts})


def _sentence(entry: Happened, *, knows_all: bool, zone: str) -> str:
    if entry.type.startswith("period."):
        return _period(entry, zone=zone)
    if entry.type == "refused":
        return f"Refused: {', '.join(_codes(entry.facts, knows_all=knows_all))}"
    words = SENTENCES.get(entry.type, entry.type.replace(".", " ").replace("-", " ").capitalize())
    return words.format_map({"version": "", "section": "", **entry.facts})


def _period(entry: Happened, *, zone: str) -> str:
    begun, ended = PERIODS[Kind(entry.facts["kind"])]
    until = datetime.fromisoformat(entry.facts.get("until") or entry.at.isoformat())
    if entry.type == "period.corrected":
        ended = MOVED if entry.facts["until"] else TAKEN_BACK
    elif until > entry.at:
        ended = AHEAD
    told = {"value": entry.facts["value"].replace("-", " ")}
    told["day"] = clock.day_in_words(last_day_of(until), zone)
    return (begun if entry.type == "period.begun" else ended).format_map(told)


def _codes(facts: dict[str, Any], *, knows_all: bool) -> list[str]:
    codes = facts.get("blocks") or [facts["code"]]
    return [NOT_CLEARED.code] if SUSPENDED.code in codes and not knows_all else codes
