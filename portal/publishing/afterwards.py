"""What comes next once a version is published: who signs by when, who is told, what is to do."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.access import CONSOLE
from portal.clearance.queries import standings
from portal.people.queries import tutors
from portal.policies.actions import label_of
from portal.policies.queries import names, newest, published
from portal.publishing.impact import Signers, grouped, to_sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """A version that was published, and what follows from it."""

    label: str
    title: str
    begins: datetime | None  # while that is still to come
    signers: tuple[Signers, ...]
    signed_before: bool  # somebody did, and is told by mail
    first: bool  # of its policy
    tutors: bool  # somebody is here whom it may be for

    @property
    def count(self) -> int:
        """How many tutors have to sign."""
        return sum(len(each.names) for each in self.signers)


def next_after(
    session: Session, policy: str, label: str, *, opens_days: int, now: datetime
) -> Next | None:
    """Return what comes after this version, None unless it is the newest of its policy."""
    # What somebody typed into the address is not asked of the database.
    version = newest(session, policy) if policy in names(session) else None
    if version is None or label_of(version) != label:
        return None
    people = dict(tutors(session, seen_by=CONSOLE, now=now))
    known = standings(session, people)
    have_to = (
        (by, people[tutor])
        for tutor, each in known.items()
        for major, by in to_sign(each, policy, opens_days=opens_days, now=now)
        if major == str(version.major) and not version.minor
    )
    return Next(
        label=label,
        title=version.title,
        begins=version.effective_at if version.effective_at > now else None,
        signers=grouped(have_to),
        signed_before=any(
            signed.policy == policy for each in known.values() for signed in each.acknowledgements
        ),
        first=[each.policy for each in published(session)].count(policy) == 1,
        tutors=bool(people),
    )
