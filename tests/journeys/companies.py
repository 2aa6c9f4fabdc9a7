"""A company that opens its portal, through the pages, until tutors can come."""

from dataclasses import dataclass

from tests.journeys import ways
from tests.journeys.conftest import Meet
from tests.journeys.looks import WIDE
from tests.journeys.servers import Portal
from tests.journeys.visitors import Visitor

COLLEAGUES = {
    "HR": "Sam Whitlock",
    "Safeguarding lead": "Morgan Ellery",
    "Learning manager": "Alex Penrose",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Those who run it, each at a browser of their own."""

    portal: Portal
    administrator: Visitor
    hr: Visitor
    lead: Visitor
    manager: Visitor

    @property
    def faults(self) -> list[str]:
        """What was wrong with the pages that they met."""
        everybody = (self.administrator, self.hr, self.lead, self.manager)
        return [fault for each in everybody for fault in each.faults]


def found(portal: Portal, *, link: str, meet: Meet) -> Company:
    """Go from the administrator's one-time link to a portal into which tutors can be invited."""
    administrator = meet(portal, viewport=WIDE)
    ways.arrive(administrator, link)
    ways.set_contacts(administrator)
    for role, name in COLLEAGUES.items():
        ways.add_colleague(administrator, name, email=address(name), role=role)
    ways.set_phone(administrator)  # of the learning manager, who was added last
    ways.add_team(administrator, "North", lead=COLLEAGUES["Learning manager"])
    hr, lead, manager = (_come(portal, name, meet=meet) for name in COLLEAGUES.values())
    lead.follow("Read it, then adopt it")
    lead.press("Adopt version 1.0")
    ways.approve_scenarios(lead, ids=[each.id for each in ways.SCENARIOS.values()])
    return Company(portal=portal, administrator=administrator, hr=hr, lead=lead, manager=manager)


def welcome(company: Company, name: str, *, meet: Meet, **options: str) -> Visitor:
    """Invite a tutor; return them at a phone of theirs, with their password chosen."""
    ways.invite(company.manager, name, email=address(name))
    return _come(company.portal, name, meet=meet, **options)


def address(name: str) -> str:
    """Return where somebody gets mail."""
    return f"{name.split(maxsplit=1)[0].lower()}@lantern.example"


def _come(portal: Portal, name: str, *, meet: Meet, **options: str) -> Visitor:
    visitor = meet(portal, **options)
    ways.arrive(visitor, portal.post.link_for(address(name)))
    return visitor
