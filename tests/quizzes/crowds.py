"""Many attempts at once, put there as finished: what takes the actions minutes."""

import json
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import new_id
from portal.quizzes.drawing import pack
from portal.quizzes.marking import mark
from portal.quizzes.models import Attempt, Choice, Result
from portal.quizzes.steps import Kind
from tests.factories import EARLIER, POLICY, current
from tests.quizzes.samples import drawn, of_kind, walk_through

PICKS = (of_kind(Kind.RIGHT), of_kind(Kind.WRONG, Kind.RIGHT), of_kind(Kind.SAFER, Kind.RIGHT))


def crowd(session: Session, people: list[str], *, tries: int) -> None:
    """Let each of them finish so many attempts; every third choice is of another sort."""
    version = current(session)
    for table, rows in _rows(people, tries, version.id).items():
        session.execute(sa.insert(table), rows)


def _rows(people, tries, version_id):
    found = {Attempt: [], Choice: [], Result: []}
    for seed, (person, n) in enumerate((p, n) for p in people for n in range(1, tries + 1)):
        asked, attempt_id = drawn(seed % 20), new_id()
        choices = walk_through(asked, PICKS[seed % 3])
        marked = mark(asked, choices, pass_percent=80)
        at = EARLIER + timedelta(minutes=seed)
        told = {"policy": POLICY, "major": 1, "cycle": 1, "n": n, "scope": "full"}
        told |= {"person_id": person, "version_id": version_id, "quiz_digest": asked.digest}
        found[Attempt].append({"id": attempt_id, **told, "drawn": pack(asked), "opened_at": at})
        score = {"score": marked.score, "out_of": marked.out_of, "passed": marked.passed}
        missed = json.dumps(marked.missed_clauses)
        closed = {"attempt_id": attempt_id, "closed_at": at + timedelta(minutes=9)}
        found[Result].append({**closed, **score, "missed": missed})
        found[Choice].extend(
            {"attempt_id": attempt_id, "seq": seq, "chosen_at": at, **_ids(choice)}
            for seq, choice in enumerate(choices, start=1)
        )
    return found


def _ids(choice):
    return {"scenario": choice.scenario, "step": choice.step, "option": choice.option}
