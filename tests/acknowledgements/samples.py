"""One signature as a record, for every test of paper and seal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from portal.acknowledgements.record import Draft, Record
from portal.policies.text import digest

SIGNED = datetime(2026, 11, 23, 10, 15, 4, tzinfo=UTC)
TEXT = Path("policies/online-safeguarding/1.0.md").read_text(encoding="utf-8")
ADDRESS = "https://portal.example.org/check?serial=K7QF-2MXR-9D4T"

TUTOR = {
    "id": "k3v9x2m7q4r8t6wa",
    "name": "Amira Nguyễn-O’Brien",
    "name_typed": "Amira Nguyễn-O’Brien",
    "email": "amira.nguyen@example.org",
    "learning_manager": "Grace Oduya",
}
DRESS = (
    ("Your pupil appears on camera wrapped only in a towel. What do you do first?", "CSP-4"),
    ("The pupil laughs and stays as they are. What next?", "CSP-5"),
    ("The parent says that nothing clean is to hand. How does the lesson go on?", "CSP-6"),
    ("The lesson is over. What remains?", "CSP-7"),
)
HARM = (
    ("Your pupil picks up scissors and begins to scratch an arm. What do you do?", "CSP-9"),
    ("The parent has taken the scissors away and the pupil is calm. What remains?", "CSP-10"),
)
SINGLE = (
    ("Café next door", "Your broadband fails 20 minutes before a lesson.", "GEO-6"),
    ("A neighbour asks", "A neighbour wonders how a former pupil got on.", "CON-2"),
    ("Kitchen table", "Your teenage son will need the kitchen while you teach there.", "CON-5"),
    ("Practice room", "Builders are at your house, so you book a practice room.", "GEO-4"),
    ("Board will not load", "BitPaper stays blank; the parent proposes Zoom.", "TEC-3"),
    ("Nightwear", "Your pupil joins in pyjamas, top and trousers.", "CSP-3"),
)


def step(question: str, clause: str) -> dict[str, Any]:
    """Return one decision with four options."""
    return {
        "question": question,
        "asks": "one",
        "options": [
            "Carry on as planned and keep an eye on things until the lesson ends.",
            "Do what the code asks at this point, and tell the right person.",
            "Send a message after the lesson, so that nobody is disturbed now.",
            "Ask the pupil to decide, because it is the pupil's lesson.",
        ],
        "chosen": [1],
        "kind": "right",
        "critical": clause.startswith("CSP"),
        "consequence": "The lesson goes on safely and everybody knows what happened.",
        "clauses": [clause],
    }


def scenario(title: str, situation: str, *steps: dict[str, Any]) -> dict[str, Any]:
    """Return one scenario that the safeguarding lead approved."""
    return {
        "id": title.lower().replace(" ", "-"),
        "title": title,
        "situation": situation,
        "steps": list(steps),
        "approved_by": "Helen Marsh",
        "approved_at": SIGNED - timedelta(days=40),
    }


def fields() -> dict[str, Any]:
    """Return a new copy of the whole record as plain fields."""
    singles = [scenario(title, what, step("What do you do?", ref)) for title, what, ref in SINGLE]
    singles[2]["steps"][0].update(chosen=[2], kind="wrong")
    singles[5]["steps"][0].update(chosen=[3], kind="safer")
    singles[0]["steps"][0].update(asks="order", chosen=[3, 1, 0, 2])
    singles[1]["steps"][0].update(asks="all", chosen=[1, 3])
    singles[5].update(approved_by=None, approved_at=None)
    walks = [
        scenario("Not dressed for a lesson", "A lesson begins.", *(step(*each) for each in DRESS)),
        scenario("Scissors", "Twenty minutes in.", *(step(*each) for each in HARM)),
    ]
    return {
        "serial": "K7QF-2MXR-9D4T",
        "organisation": "Larkfield Tuition Ltd",
        "demonstration": False,
        "zone": "Europe/London",
        "tutor": dict(TUTOR),
        "identified_by": {
            "invited_at": SIGNED - timedelta(days=3),
            "means": "password",
            "sign_in": "5f" * 32,
            "address": "203.0.113.24",
            "agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        },
        "policy": {
            "name": "online-safeguarding",
            "title": "Online safeguarding: an example code of practice",
            "version": "1.0",
            "digest": digest(TEXT),
            "text": TEXT,
            "effective_at": datetime(2026, 8, 31, 23, tzinfo=UTC),
            "owner": "Safeguarding lead",
            "adopted_by": "Helen Marsh",
            "adopted_at": SIGNED - timedelta(days=90),
        },
        "cycle": 1,
        "statements": [
            "I have read version 1.0 of the code of practice.",
            "I understand it; I completed the scenario check.",
            "I will follow it and report without delay where it says so.",
            "I know who my learning manager is: Grace Oduya, 020 7946 0102.",
        ],
        "before": "Breaking this policy may be viewed as gross misconduct.",
        "tick": "I make each of these statements",
        "button": "Sign",
        "sections_opened": [
            {"section": n, "title": title, "opened_at": SIGNED - timedelta(minutes=50 - 3 * n)}
            for n, title in enumerate(
                (
                    "Preamble",
                    "Lesson geography",
                    "Confidentiality",
                    "Child safety and protection",
                    "Technology",
                    "Sanction",
                ),
                start=1,
            )
        ],
        "attempt": {
            "id": "w2n8c5j7p3x9v4kd",
            "quiz_digest": "9c" * 32,
            "opened_at": SIGNED - timedelta(minutes=25),
            "closed_at": SIGNED - timedelta(minutes=4),
            "score": 11,
            "out_of": 12,
            "pass_mark": 10,
            "scenarios": [walks[0], *singles[:3], walks[1], *singles[3:]],
        },
        "earlier_tries": [
            {"closed_at": SIGNED - timedelta(minutes=30), "missed": ["CSP-9", "GEO-6"]}
        ],
        "signed_at": SIGNED,
        "expires_at": datetime(2027, 11, 23, 12, tzinfo=UTC),
        "contacts": [
            {"kind": "Learning manager", "name": "Grace Oduya", "phone": "020 7946 0102"},
            {"kind": "Deputy", "name": "Tom Reyes", "phone": "020 7946 0188"},
            {"kind": "Safeguarding lead", "name": "Helen Marsh", "phone": "020 7946 0110"},
            {"kind": "Out of hours", "name": "Duty line", "phone": "020 7946 0199"},
        ],
        "ledger_head": {"seq": 1482, "hash": "3b7e" * 16},
        "verify_url": ADDRESS,
    }


def record(**changes: Any) -> Record:
    """Return the record, with changes to its outermost fields."""
    return Record.model_validate({**fields(), **changes})


def named(name: str) -> Record:
    """Return the record of a tutor of this name, typed as it is held."""
    return short(tutor={**TUTOR, "name": name, "name_typed": name})


def draft(made: Record | None = None) -> Draft:
    """Return what the press is handed."""
    return Draft(
        record=made or record(),
        version_id="v" * 16,
        engagement_id="e" * 16,
        anniversary_at=datetime(2027, 11, 23, 10, 15, 4, tzinfo=UTC),
    )


def short(**changes: Any) -> Record:
    """Return a record with one scenario: quicker to print, the same in kind."""
    attempt = fields()["attempt"]
    return record(**{"attempt": {**attempt, "scenarios": attempt["scenarios"][1:2]}, **changes})
