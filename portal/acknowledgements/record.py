"""The record: everything about one signature that is known before it is sealed.

Its canonical form is JSON with sorted keys, no spaces, UTF-8 in NFC and RFC 3339 times in UTC, so
that anyone can compute the digest printed in the PDF. Absent here by design: reading times, the
record's own digest and ledger entry, delivery, and whatever came afterwards.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from portal.acknowledgements.byhand import OnPaper
from portal.acknowledgements.inquiry import Asked
from portal.acknowledgements.spelling import LEFT_OUT, Digest, Filled, Moment, Part, Place, Text
from portal.policies.text import digest as text_digest


class Kind(StrEnum):
    """What one choice was worth; safer than the policy is never wrong."""

    RIGHT = "right"
    SAFER = "safer"
    WRONG = "wrong"


class Tutor(Part):
    """Who signed: the name as the company holds it, and as it was typed when signing."""

    id: Filled
    name: Filled
    name_typed: Filled
    email: Filled
    learning_manager: Filled


class Identified(Part):
    """How the person at the keyboard was identified; `sign_in` is the digest of the sign-in."""

    invited_at: Moment | None
    means: Literal["password", "paper"]
    sign_in: Digest
    address: Filled
    agent: Text


LANGUAGE = "en-GB"  # of every text so far


class Policy(Part):
    """The exact version signed, with its whole text in Markdown."""

    name: Filled
    title: Filled
    version: Filled
    digest: Digest
    text: Filled
    language: Filled = LANGUAGE
    effective_at: Moment
    owner: Filled
    adopted_by: Filled
    adopted_at: Moment

    @model_validator(mode="after")
    def _shown_is_signed(self) -> Self:
        if text_digest(self.text) != self.digest:
            message = "the digest is not that of the policy's text"
            raise ValueError(message)
        return self


class Opened(Part):
    """One section of the policy, and when it was first opened."""

    section: int
    title: Filled
    opened_at: Moment


class Asks(StrEnum):
    """How a decision was asked: one choice, all that fit, or an order."""

    ONE = "one"
    ALL = "all"
    ORDER = "order"


class Step(Part):
    """One decision: the options in the order shown, what was chosen (0 is the first), its worth.

    In format 1 there was one way to ask: `chosen` is one number there, and `asks` is not in it.
    """

    question: Filled
    asks: Annotated[Asks | None, Field(exclude_if=lambda asks: asks is None)] = None
    options: Annotated[tuple[Filled, ...], Field(min_length=2)]
    chosen: Place | Annotated[tuple[Place, ...], Field(min_length=1)]
    kind: Kind
    critical: bool
    consequence: Text
    clauses: tuple[Filled, ...]

    @property
    def taken(self) -> tuple[int, ...]:
        """The options chosen, in the order in which they were put where one was asked for."""
        return self.chosen if isinstance(self.chosen, tuple) else (self.chosen,)

    @model_validator(mode="after")
    def _chosen_was_shown(self) -> Self:
        if max(self.taken) >= len(self.options) or len(set(self.taken)) < len(self.taken):
            message = "an option chosen is not among those shown"
            raise ValueError(message)
        if (self.asks is None) is isinstance(self.chosen, tuple):
            message = "what was chosen and how it was asked do not belong together"
            raise ValueError(message)
        return self


class Scenario(Part):
    """One situation and the tutor's way through it; `approved_by` is None when not reviewed."""

    id: Filled
    title: Filled
    situation: Filled
    steps: tuple[Step, ...]
    approved_by: Filled | None
    approved_at: Moment | None


class Remarked(Part):
    """The attempt failed at first; marked again without what was withdrawn, it is a pass.

    `score` and `out_of` are those of the first result, which stays on record.
    """

    marked_at: Moment
    score: int
    out_of: int
    withdrawn: tuple[Filled, ...]  # ids of scenarios
    reason: Filled


class Helper(Part):
    """Who read an attempt aloud, in which role; `after` so many choices, 0 from the beginning."""

    id: Filled
    name: Filled
    role: Filled
    after: Annotated[int, Field(ge=0)]


class Attempt(Part):
    """The attempt that was passed; `quiz_digest` names the exact scenarios it was drawn from.

    `remarked` is there only where a question was withdrawn as wrong, and decided.
    """

    id: Filled
    quiz_digest: Digest
    opened_at: Moment
    closed_at: Moment
    score: int
    out_of: int
    pass_mark: int
    remarked: Annotated[Remarked | None, LEFT_OUT] = None
    scenarios: tuple[Scenario, ...]
    read_aloud_by: Annotated[Helper | None, LEFT_OUT] = None


class Try(Part):
    """An earlier attempt that did not pass, and the clauses it missed."""

    closed_at: Moment
    missed: tuple[Filled, ...]


class Contact(Part):
    """Whom to ring, as it stood when signing."""

    kind: Filled
    name: Filled
    phone: Filled


class Head(Part):
    """The last ledger entry before this signature."""

    seq: int
    hash: Digest


class PrintedName(Part):
    """A name that no font can show, and how HR recorded that it is printed."""

    name: Filled
    printed_as: Filled
    recorded_at: Moment
    recorded_by: Filled


class Record(Part):
    """The evidence behind one acknowledgement; `zone` is the IANA zone for its local times.

    `before` was shown above the statements, `tick` beside the one box, `button` on the button.
    """

    record_format: Literal[1, 2] = 2
    serial: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{4,20}$")]
    organisation: Filled
    demonstration: bool
    zone: Filled
    tutor: Tutor
    identified_by: Identified
    policy: Policy
    cycle: Annotated[int, Field(ge=1)]
    statements: Annotated[tuple[Filled, ...], Field(min_length=1)]
    before: Filled
    tick: Filled
    button: Filled
    sections_opened: tuple[Opened, ...]
    attempt: Attempt
    earlier_tries: tuple[Try, ...]
    signed_at: Moment
    expires_at: Moment
    contacts: tuple[Contact, ...]
    ledger_head: Head
    verify_url: Filled
    printed_as: Annotated[tuple[PrintedName, ...], Field(exclude_if=lambda forms: not forms)] = ()
    on_paper: Annotated[OnPaper | None, LEFT_OUT] = None
    questions: Annotated[tuple[Asked, ...], Field(exclude_if=lambda asked: not asked)] = ()

    @model_validator(mode="after")
    def _keeps_to_its_format(self) -> Self:
        steps = (step for scenario in self.attempt.scenarios for step in scenario.steps)
        if any((step.asks is None) is not (self.record_format == 1) for step in steps):
            message = "a step is written as in another format of the record"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _paper_is_paper(self) -> Self:
        if (self.on_paper is None) is (self.identified_by.means == "paper"):
            message = "the means of identification and the original do not belong together"
            raise ValueError(message)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A signature ready to be printed and sealed, with the keys that storing it needs."""

    record: Record
    version_id: str
    engagement_id: str
    anniversary_at: datetime


def canonical(record: Record) -> bytes:
    """Return the one byte form of this record."""
    fields = record.model_dump(mode="json")
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(record: Record) -> str:
    """Return the SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(record)).hexdigest()


def read(content: bytes) -> Record:
    """Return the record behind these bytes; raises ValueError unless they are its one form."""
    record = Record.model_validate_json(content)
    if canonical(record) != content:
        message = "the record is not in its canonical form"
        raise ValueError(message)
    return record
