"""A company whose people are there already: what they did happened through actions, not pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session

from portal import clock, create_app, db
from portal.access import SYSTEM, Actor, Role
from portal.acknowledgements.actions import sealed, sign
from portal.acknowledgements.prepare import Wish, prepare
from portal.acknowledgements.press import Made
from portal.config import Settings
from portal.people.actions import confirm_details, mail_invitation, set_password
from portal.people.passwords import hashed
from portal.people.queries import find_person, teams
from portal.policies.text import digest as text_digest
from portal.quizzes.actions import approve
from portal.quizzes.content import digest
from tests import factories
from tests.journeys import ways
from tests.journeys.servers import Portal, company
from tests.journeys.visitors import Visitor

TODAY = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A portal that answers, and the way to what it holds."""

    portal: Portal
    folder: Path

    @contextmanager
    def change(self) -> Iterator[Session]:
        """Change something behind the pages, as another process of the portal would."""
        app = create_app(Settings.read({"PORTAL_INSTANCE": str(self.folder)}))
        with app.app_context(), db.change() as session:
            yield session
        app.extensions["db"].engine.dispose()

    def add_tutor(self, name: str, *, ago: timedelta = TODAY) -> str:
        """Add a tutor who knows the usual password and has confirmed their details."""
        with self.change() as session:
            then = clock.now() - ago
            person_id = factories.add_tutor(session, name, team=_north(session), now=then)
            _arrive(session, person_id, name=name)
        return person_id

    def add_colleague(self, name: str, *roles: Role) -> None:
        """Add somebody in these roles, or let who leads the team in, with the usual password."""
        with self.change() as session:
            found = find_person(session, email=address(name))
            person_id = found.id if found else factories.add_somebody(session, name, *roles)
            _arrive(session, person_id, name=name)

    def sign(self, person_id: str, *, name: str, ago: timedelta) -> None:
        """Have a tutor pass and sign version 1.0 so long ago; its PDF is not printed."""
        settings, then = Settings.read({"PORTAL_INSTANCE": str(self.folder)}), clock.now() - ago
        who = Actor(id=person_id, name=name, roles=frozenset({Role.TUTOR}), sign_in="5f" * 32)
        wish = Wish(
            policy=factories.POLICY,
            version="1.0",
            shown=text_digest(factories.TEXT),
            name_typed=name,
        )
        with self.change() as session:
            factories.pass_quiz(session, person_id, now=then)
            draft = prepare(session, wish, by=who, settings=settings, now=then)
            what = sealed(draft, Made(pdf=b"%PDF-1.7", digest=sha256(b"%PDF-1.7").hexdigest()))
            sign(session, what, by=who, settings=settings, now=then)

    def invite(self, name: str) -> str:
        """Invite a tutor; return the link from the mail."""
        with self.change() as session:
            person_id = factories.add_tutor(session, name, team=_north(session), now=clock.now())
            mail_invitation(session, person_id, by=SYSTEM, now=clock.now())
        return self.portal.post.link_for(address(name))


@contextmanager
def furnished(folder: Path, *, ago: timedelta = TODAY) -> Iterator[House]:
    """Open an installation, serve it, and put into it what tutors need, as if so long ago."""
    with company(folder, workers=2) as (portal, _):
        house = House(portal=portal, folder=folder)
        with house.change() as session:
            _furnish(session, now=clock.now() - ago)
        yield house


def address(name: str) -> str:
    """Return where somebody gets mail."""
    return f"{name.replace(' ', '.').lower()}@example.org"


def come_in(visitor: Visitor, name: str) -> Visitor:
    """Sign in as a tutor of the house."""
    ways.sign_in(visitor, address(name))
    return visitor


def _furnish(session: Session, *, now: datetime) -> None:
    factories.set_contacts(session, now=now)
    factories.publish_policy(session, now=now)
    for each in ways.SCENARIOS.values():
        approve(session, each.id, digest=digest(each), by=factories.LEAD, now=now)
    _, manager = factories.add_managed_team(session, now=now)
    _confirm(session, manager, name="Alex Penrose")


def _north(session: Session) -> str:
    [(team, _)] = teams(session)
    return team


def _arrive(session: Session, person_id: str, *, name: str) -> None:
    set_password(session, person_id, password_hash=hashed(ways.PASSWORD))
    _confirm(session, person_id, name=name)


def _confirm(session: Session, person_id: str, *, name: str) -> None:
    told = {"name": name, "phone": "01632 960 123"}
    by = factories.as_person(person_id)
    confirm_details(session, person_id, **told, by=by, now=clock.now())
