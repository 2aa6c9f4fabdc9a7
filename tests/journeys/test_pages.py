"""Every page that each person of the demonstration can click to, at a phone and at a desk."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import pytest

from portal.installation.cast import PEOPLE, Stage
from tests.journeys import ways
from tests.journeys.conftest import Meet
from tests.journeys.looks import faults_at_a_desk_in_the_dark, parts
from tests.journeys.papers import pages, words
from tests.journeys.servers import Portal, existing
from tests.journeys.visitors import Visitor
from tests.standins.mail_server import free_port

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demonstration")]
NOBODY = "nobody"
ROLES = {each.email: each.roles for each in PEOPLE if each.stage is not Stage.INVITED}
ROLES[NOBODY] = None
PARTICULAR = re.compile(  # an id, serial, number or policy
    r"[a-z2-7]{16}|[A-Z]{1,5}(-\w+)+|[A-Z]\d+|\d+(\.\d+)?|online-safeguarding|holiday-courses"
)
OF_A_KIND = 3  # for one role: pages that differ only in whom or what they are about
ELSEWHERE = {
    "static",
    "people.link",  # the journey comes by it
    "acknowledgements.pdf",  # no page
    "acknowledgements.pack",  # nor is this
    "publishing.file",  # each file is adopted here; one that is not would lie in every company
    "publishing.live_file",  # no pages
    "publishing.draft_file",
    "publishing.edition_file",
}
FURTHER_DOWN = (  # for whom, a list, and words of a link in it that is not among the first
    ("lee@example.org", "/", "Carry on with scenario 1"),
    ("morgan@example.org", "/publishing", "S38"),
    ("sam@example.org", "/tutors?state=left", "Cleo Marsh"),
    ("sam@example.org", "/tutors", "Jo Trelawny"),
)
BY_FORM = {"morgan@example.org": "/publishing/policies/online-safeguarding/audience?audience=all:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """Where somebody went; `kinds` and `dark` are what others like them have seen already."""

    visitor: Visitor
    kinds: Counter[str]
    dark: set[str]
    met: list[str] = field(default_factory=list)

    def go(self, *starts: str) -> None:
        """Go wherever the links lead."""
        ahead = [*starts]
        while ahead:
            self._look(ahead.pop(0))
            for address in self._links():
                if {*self.met, *ahead}.isdisjoint({address}) and self._is_new(address):
                    ahead.append(address)

    def pick(self, page: str, words: str) -> None:
        """Go where this link on that page leads, and on from there."""
        self.visitor.open(page)
        link = self.visitor.page.locator("main a", has_text=words).first
        self.go(link.get_attribute("href"))

    def _is_new(self, address: str) -> bool:
        self.kinds[kind(address)] += 1
        return self.kinds[kind(address)] <= OF_A_KIND

    def _look(self, address: str) -> None:
        self.visitor.open(address)
        self.met.append(address)
        if self.visitor.status != 200:
            self.visitor.faults.append(f"{address} answers {self.visitor.status}")
        if (made_of := parts(self.visitor.page)) not in self.dark:
            self.dark.add(made_of)
            self.visitor.faults += faults_at_a_desk_in_the_dark(self.visitor.page)

    def _links(self) -> list[str]:
        links = self.visitor.page.locator("a[href^='/']:not([href*='.pdf'], [href$='.toml'])")
        hrefs = links.evaluate_all("all => all.map(each => each.getAttribute('href'))")
        return [href.partition("#")[0] for href in hrefs]


def kind(address: str) -> str:
    """Return what sort of page it is: the address without what it is about."""
    path = address.partition("?")[0]
    return "/".join("*" if PARTICULAR.fullmatch(part) else part for part in path.split("/"))


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with existing(tmp_path_factory.mktemp("demonstration"), port=free_port()) as portal:
        yield portal


@pytest.fixture(scope="module")
def password(demonstration: Portal) -> str:
    return re.search(r"^ {4}(\w+-\w+-\w+-\d{4})$", demonstration.printed, re.MULTILINE)[1]


@pytest.fixture(scope="module")
def tour(demonstration: Portal, password: str, meet: Meet) -> Callable[[str], Tour]:
    """Return `tour(person)`: that person's, gone when first asked for."""
    dark: set[str] = set()
    kinds: dict[object, Counter[str]] = defaultdict(Counter)

    @cache
    def of(person: str) -> Tour:
        one = Tour(visitor=meet(demonstration), kinds=kinds[ROLES[person]], dark=dark)
        if person == NOBODY:
            one.go("/sign-in")
        else:
            ways.sign_in(one.visitor, person, password=password)
            one.go("/", "/now", *filter(None, [BY_FORM.get(person)]))
            for _, page, words in (each for each in FURTHER_DOWN if each[0] == person):
                one.pick(page, words)
        return one

    return of


@pytest.mark.parametrize("person", ROLES)
def test_every_page_is_usable_by_all_and_every_link_opens(tour, person):
    assert tour(person).visitor.faults == []


@pytest.mark.parametrize(
    ("person", "address", "status"),
    [
        (NOBODY, "/links/never-sent", 404),
        ("wren@example.org", "/tutors", 403),
        ("wren@example.org", "/policies/online-safeguarding/9.9", 404),
        ("priya@example.org", "/policies/online-safeguarding/1.1/acknowledgement", 409),
    ],
)
def test_a_page_that_says_no_is_as_usable(tour, person, address, status):
    visitor = tour(person).visitor

    visitor.open(address)

    assert visitor.status == status
    assert [*visitor.faults, *faults_at_a_desk_in_the_dark(visitor.page)] == []


@pytest.mark.parametrize(
    ("person", "address", "button"),
    [
        (NOBODY, "/sign-in", "Sign in"),
        (NOBODY, "/reset", "Send me the link"),
        ("wren@example.org", "/lessons/new", "Schedule it"),
        ("alex@example.org", "/tutors/new", "Send the invitation"),
        ("robin@example.org", "/people/new", "Add and send the mail"),
        ("robin@example.org", "/teams", "Add the team"),
    ],
)
def test_a_form_sent_empty_says_what_is_wrong_and_is_as_usable(tour, person, address, button):
    visitor = tour(person).visitor
    visitor.open(address)

    visitor.press(button)

    assert visitor.page.get_by_role("heading", name="There is a problem").is_visible()
    assert visitor.page.title().startswith("Problem: ")
    assert [*visitor.faults, *faults_at_a_desk_in_the_dark(visitor.page)] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_page_there_is_was_met_by_somebody(app, tour):
    there = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    find = app.url_map.bind("localhost").match

    gone = [path.partition("?")[0] for person in ROLES for path in tour(person).met]
    met = {find(path)[0] for path in gone}

    assert there - met == ELSEWHERE


def test_the_escalation_card_prints_on_one_a5_page(tour, tmp_path):
    visitor = tour("wren@example.org").visitor
    visitor.open("/now")

    visitor.page.pdf(path=tmp_path / "card.pdf", prefer_css_page_size=True)

    count, size = pages(tmp_path / "card.pdf")
    assert count == 1
    assert "(A5)" in size
    assert "Immediatedanger" in words(tmp_path / "card.pdf")
