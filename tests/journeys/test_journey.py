"""The whole way, as a person goes it: invited, blocked, read, failed, passed, signed, teaching."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from portal import clock
from portal.acknowledgements.statement import STATEMENT
from portal.policies.text import digest, parse
from tests.databases import Databases
from tests.factories import TEXT
from tests.journeys import papers, ways
from tests.journeys.companies import Company, address, found, welcome
from tests.journeys.conftest import Meet
from tests.journeys.papers import squeezed
from tests.journeys.servers import company
from tests.journeys.visitors import READING, TYPING, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]
PRIYA, WYN = "Priya Nair", "Wyn Hartley"
MOST_PAGES, MOST_MINUTES = 35, 20
OUTPUT = Path(__file__).parent.parent / ".output"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What one tutor met on the way, and what remains of it."""

    priya: Visitor
    began: datetime
    refused: list[str]  # the codes, before
    failed: str  # what the page said
    missed: list[str]  # clauses to open again
    chosen: list[str]
    home: str  # where it says until when
    copy: EmailMessage
    pdf: Path  # as HR downloaded it


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)]
)
def lantern(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
    meet: Meet,
) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("lantern")
    with databases.empty(request.param) as url, company(folder, database_url=url) as (portal, link):
        yield found(portal, link=link, meet=meet)


@pytest.fixture(scope="module")
def story(lantern: Company, meet: Meet, tmp_path_factory: pytest.TempPathFactory) -> Story:
    priya, began = welcome(lantern, PRIYA, meet=meet, color_scheme="dark"), clock.now()
    ways.ask_for_lesson(priya, pupil="P-1042")
    refused = priya.says("code")
    failed, missed = _fail(priya)
    ways.open_missed(priya)
    chosen = ways.answer(priya)
    priya.follow("Go on and sign")
    ways.sign(priya, name=PRIYA)
    priya.follow("Home")
    home = priya.heading
    ways.ask_for_lesson(priya, pupil="P-1042")
    return Story(
        priya=priya,
        began=began,
        refused=refused,
        failed=failed,
        missed=missed,
        chosen=chosen,
        home=home,
        copy=lantern.portal.post.next_for(address(PRIYA)),
        pdf=_downloaded(lantern.hr, tmp_path_factory.mktemp("hr")),
    )


@pytest.fixture(scope="module")
def words(story: Story) -> str:
    return papers.words(story.pdf)


def test_nobody_is_scheduled_before_they_have_passed_and_signed(story):
    assert story.refused == ["quiz-not-passed", "not-signed"]


def test_a_missed_critical_step_fails_whatever_the_score(story):
    score, out_of = map(int, re.search(r"You got (\d+) of (\d+) points\.", story.failed).groups())

    assert score >= 0.8 * out_of
    assert "A step that protects a child has to be right" in story.failed


def test_whoever_fails_is_told_which_clauses_to_open_again(story):
    clauses = parse(TEXT).clauses

    assert story.missed
    assert all(squeezed(clauses[each].text) in squeezed(story.failed) for each in story.missed)


def test_whoever_signed_may_teach_and_is_scheduled(story):
    assert re.fullmatch(r"You can teach until \d+ \w+ \d{4}, Priya", story.home)
    assert story.priya.heading == "One session is coming up"
    assert "P-1042" in story.priya.page.get_by_role("table").inner_text()


def test_the_manager_sees_the_tutor_cleared_and_the_lesson(story, lantern):
    lantern.manager.follow("Tutors")
    row = lantern.manager.page.get_by_role("row", name=PRIYA).inner_text()

    lantern.manager.follow("Sessions")

    assert "Cleared" in row
    assert "P-1042" in lantern.manager.page.get_by_role("row", name=PRIYA).inner_text()


def test_the_mailed_copy_is_the_file_that_hr_downloads(story):
    [attachment] = story.copy.iter_attachments()

    assert attachment.get_content() == story.pdf.read_bytes()
    assert attachment.get_filename() == story.pdf.name


def test_the_pdf_says_who_signed_what_and_when(story, words):
    signed = datetime.fromisoformat(papers.record(story.pdf)["signed_at"])
    document = parse(TEXT)

    about = f"{document.title}, version {document.version}"
    for each in (PRIYA, address(PRIYA), about, digest(TEXT), clock.exactly(signed)):
        assert squeezed(each) in words, each
    assert story.began <= signed <= clock.now()


def test_the_pdf_says_what_was_stated_word_for_word(words):
    document = parse(TEXT)
    ring = "my learning manager, Alex Penrose, 01632 960 104"

    said = STATEMENT.said_of(title=document.title, version=document.version, ring=ring)

    for each in said:
        assert squeezed(each) in words, each


def test_the_pdf_shows_each_choice_and_every_clause(story, words):
    for each in story.chosen:
        assert re.search(rf"(?:Chose|Put\d:)\d\.{re.escape(squeezed(each))}", words), each
    for clause in parse(TEXT).clauses.values():
        assert squeezed(clause.text) in words, clause.id


def test_the_seal_is_valid_and_covers_the_whole_file(story):
    said = papers.seal(story.pdf)

    assert said.count("Signature is Valid.") == 1
    assert "Total document signed" in said


def test_no_page_on_the_way_has_a_fault(story, lantern):
    assert [*story.priya.faults, *lantern.faults] == []


def test_whoever_gets_it_right_needs_35_pages_and_20_minutes_at_most(lantern, meet):
    wyn = welcome(lantern, WYN, meet=meet)
    ways.confirm_details(wyn)
    ways.read(wyn)
    wyn.press("Start")
    ways.answer(wyn)
    wyn.follow("Go on and sign")
    ways.sign(wyn, name=WYN)

    _write_down(wyn)
    assert wyn.faults == []
    assert wyn.heading == "You have signed"
    assert wyn.loads <= MOST_PAGES
    assert wyn.minutes <= MOST_MINUTES


def _fail(tutor: Visitor) -> tuple[str, list[str]]:
    """Go as far as the end of a first attempt that misses one critical step."""
    tutor.follow("Home")
    ways.confirm_details(tutor)
    ways.read(tutor)
    tutor.press("Start")
    once = iter([True])
    ways.answer(tutor, wrong_at=lambda step: step.critical and next(once, False))
    tutor.follow("See what to open again")
    return tutor.page.locator("main").inner_text(), tutor.says("main figcaption a")


def _downloaded(hr: Visitor, folder: Path) -> Path:
    hr.follow("Acknowledgements")
    hr.write("Name or e-mail address", "nair")
    hr.press("Find")
    with hr.page.expect_download() as download:
        hr.page.get_by_role("link", name="Download").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def _write_down(tutor: Visitor) -> None:
    """Keep the figures of the last run beside the tests."""
    OUTPUT.mkdir(exist_ok=True)
    told = f"{tutor.loads} pages, {tutor.words} words, {tutor.typed} characters typed: "
    told += f"{tutor.minutes:.1f} minutes at {READING} words and {TYPING} characters a minute\n"
    (OUTPUT / "journey.txt").write_text(told, encoding="utf-8")
