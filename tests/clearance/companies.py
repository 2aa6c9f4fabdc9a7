"""A tutor who has signed, those who answer for them, and what reaches whom by mail."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.access import Actor, Role
from portal.clearance.queries import answer, standing
from portal.clearance.rules import Decision
from portal.outbox.models import Mail
from portal.outbox.worker import send_all
from tests.acknowledgements.tutors import Tutor, arrive
from tests.factories import NOW, add_somebody, as_person

LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Company:
    """The tutor, two people of HR, the safeguarding lead, the learning manager."""

    tutor: Tutor
    hr: Actor
    other_hr: Actor
    lead: Actor

    @property
    def manager(self) -> Actor:
        return as_person(self.tutor.manager_id, Role.MANAGER, name="Alex Penrose")

    def do(self, action, *args, now: datetime = LATER, **told):
        """Run one action in a change of its own."""
        told.setdefault("by", self.hr)
        with self.tutor.db.change() as session:
            return action(session, *args, **told, now=now)

    def ask(self, reader: Actor, *, at: datetime = LATER) -> Decision:
        """What this reader is told about the tutor."""
        with self.tutor.db.reader() as session:
            known = standing(session, self.tutor.id)
        return answer(known, of=self.tutor.id, at=at, seen_by=reader)

    def mails(self, *, now: datetime = LATER) -> dict[str, list[str]]:
        """Send what waits; return the subjects by recipient."""
        found: dict[str, list[str]] = {}
        with self.tutor.app.app_context():
            send_all(now=now)
        with self.tutor.db.reader() as session:
            for row in session.execute(sa.select(Mail.recipient, Mail.subject)):
                found.setdefault(row.recipient.partition("@")[0], []).append(row.subject)
        return found

    def forget_mails(self) -> None:
        """Send what waits and clear the page, so that the next ones stand alone."""
        self.mails()
        with self.tutor.db.change() as session:
            session.execute(sa.delete(Mail))


def found_company(app) -> Company:
    """Return a company whose tutor has signed."""
    tutor = arrive(app)
    tutor.sign(tutor.unprinted())
    people = {"hr": Role.HR, "other_hr": Role.HR, "lead": Role.SAFEGUARDING_LEAD}
    names = {"hr": "Hanna Reed", "other_hr": "Hal Reed", "lead": "Sasha Lead"}
    with tutor.db.change() as session:
        actors = {
            key: as_person(add_somebody(session, names[key], role), role, name=names[key])
            for key, role in people.items()
        }
    return Company(tutor=replace(tutor), **actors)
