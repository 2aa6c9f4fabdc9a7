"""Who the demonstration's people are, and how far each has come."""

from dataclasses import dataclass
from enum import StrEnum

from portal.access import Role
from portal.people.models import Kind


class Stage(StrEnum):
    """How far a tutor of the story has come."""

    INVITED = "invited"
    READING = "reading"
    READ = "read"
    CHOOSING = "choosing"
    FAILED = "failed"
    PASSED = "passed"
    STUMBLED = "stumbled"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Somebody in the story; `signed` is how many days ago, `lessons` are days ahead."""

    name: str
    email: str
    what: str
    phone: str = ""
    roles: tuple[Role, ...] = (Role.TUTOR,)
    team: str = ""
    leads: Kind | None = None
    stage: Stage | None = None
    signed: int = 0
    lessons: tuple[int, ...] = ()
    suspended: bool = False
    declined: str = ""  # what they wrote when they did not want to sign


NORTH, SOUTH = "North", "South"
# Tutors who have left: what they understood still tells which sentence to explain better.
LEFT = (
    ("Alma Reyes", NORTH, True),
    ("Bram Tolley", NORTH, True),
    ("Cleo Marsh", SOUTH, True),
    ("Dev Anand", NORTH, False),
    ("Etta Lowe", SOUTH, True),
    ("Finn Adair", NORTH, True),
)
PEOPLE = (
    Figure(
        name="Robin Hale",
        email="robin@example.org",
        phone="01632 960 101",
        what="administrator and author",
        roles=(Role.ADMINISTRATOR, Role.AUTHOR),
    ),
    Figure(
        name="Morgan Ellery",
        email="morgan@example.org",
        phone="01632 960 120",
        what="safeguarding lead",
        roles=(Role.SAFEGUARDING_LEAD,),
    ),
    Figure(
        name="Sam Whitlock",
        email="sam@example.org",
        phone="01632 960 103",
        what="HR",
        roles=(Role.HR,),
    ),
    Figure(
        name="Alex Penrose",
        email="alex@example.org",
        phone="01632 960 104",
        what="learning manager, team North",
        roles=(Role.MANAGER,),
        team=NORTH,
        leads=Kind.LEADS,
    ),
    Figure(
        name="Jo Carne",
        email="jo@example.org",
        phone="01632 960 105",
        what="deputy, team North",
        roles=(),
        team=NORTH,
        leads=Kind.DEPUTISES,
    ),
    Figure(
        name="Dana Fielding",
        email="dana@example.org",
        phone="01632 960 106",
        what="learning manager, team South",
        roles=(Role.MANAGER,),
        team=SOUTH,
        leads=Kind.LEADS,
    ),
    Figure(
        name="Wren Ashby",
        email="wren@example.org",
        what="tutor, cleared, with lessons",
        team=NORTH,
        stage=Stage.SIGNED,
        signed=60,
        lessons=(2, 5),
    ),
    Figure(
        name="Sam Okafor",
        email="okafor@example.org",
        what="tutor, cleared, renewal due",
        team=NORTH,
        stage=Stage.SIGNED,
        signed=355,
        lessons=(3,),
    ),
    Figure(
        name="Jo Trelawny",
        email="trelawny@example.org",
        what="tutor, blocked: signature expired, leaves soon",
        team=NORTH,
        stage=Stage.SIGNED,
        signed=380,
    ),
    Figure(
        name="Ellis Marlow",
        email="ellis@example.org",
        what="tutor, not cleared, with a lesson",
        team=NORTH,
        stage=Stage.SIGNED,
        signed=40,
        lessons=(1,),
        suspended=True,
    ),
    Figure(
        name="Priya Nair",
        email="priya@example.org",
        what="tutor, in the middle of the scenarios",
        team=NORTH,
        stage=Stage.CHOOSING,
    ),
    Figure(
        name="Kit Lowry",
        email="kit@example.org",
        what="tutor, failed once",
        team=NORTH,
        stage=Stage.FAILED,
    ),
    Figure(
        name="Ash Pemberton",
        email="ash@example.org",
        what="tutor, passed, about to sign",
        team=NORTH,
        stage=Stage.PASSED,
    ),
    Figure(
        name="Wyn Hartley",
        email="wyn@example.org",
        what="tutor, has begun to read, has a question first",
        team=SOUTH,
        stage=Stage.READING,
        declined="I would like to ask first what I do when the parent does not answer.",
    ),
    Figure(
        name="Lee Sandhu",
        email="lee@example.org",
        what="tutor, has read, at the first scenario",
        team=SOUTH,
        stage=Stage.READ,
    ),
    Figure(
        name="Noor Haddad",
        email="noor@example.org",
        what="tutor, cleared this week",
        team=SOUTH,
        stage=Stage.SIGNED,
        signed=3,
    ),
    Figure(
        name="Tam Rosewarne",
        email="tam@example.org",
        what="tutor, invited: see the outbox",
        team=SOUTH,
        stage=Stage.INVITED,
    ),
)
