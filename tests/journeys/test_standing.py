"""What becomes of a signature: a new version, a question, a waiver, a suspension, leaving."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from portal import clock
from portal.access import Role
from tests import factories
from tests.journeys import papers, ways
from tests.journeys.houses import House, address, come_in, furnished
from tests.journeys.visitors import Visitor
from tests.standins.mail_server import plain

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("standing")]
MANAGER, HR, LEAD = "Alex Penrose", "Sam Whitlock", "Morgan Ellery"
PRIYA, WYN, IDA = "Priya Nair", "Wyn Hartley", "Ida Quill"
DAY = timedelta(days=1)
TITLE = "Online safeguarding: an example code of practice"
QUESTION, ANSWER = "Does a phone hotspot count?", "If it holds for an hour of video, yes."
LABEL = f"Answer by {MANAGER}, not part of the code"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A company of 500 days; two signatures count, Wyn’s has expired."""
    with furnished(tmp_path_factory.mktemp("office"), ago=500 * DAY) as house:
        house.add_colleague(MANAGER)
        house.add_colleague(HR, Role.HR)
        house.add_colleague(LEAD, Role.SAFEGUARDING_LEAD)
        for name, ago in ((PRIYA, 60 * DAY), (WYN, 400 * DAY), (IDA, 60 * DAY)):
            house.sign(house.add_tutor(name, ago=ago + DAY), name=name, ago=ago)
        yield house


def next_mail(office: House, name: str, about: str) -> str:
    """Wait for the mail to somebody with this in its subject; return what it says."""
    while about not in (mail := office.portal.post.next_for(address(name)))["Subject"]:
        pass
    return plain(mail)


def test_a_new_version_is_told_asked_about_checked_and_signed(office, meet, tmp_path):
    priya, manager, lead = (come_in(meet(office.portal), name) for name in (PRIYA, MANAGER, LEAD))
    with office.change() as session:
        factories.publish_policy(session, factories.renumbered("2.0"), now=clock.now())

    told = next_mail(office, PRIYA, "Please sign")
    _see_what_changed(priya, told)
    _ask(priya)
    _answer(manager, lead)
    assert LABEL in _read_answer(priya, next_mail(office, PRIYA, "has answered"))
    _go_on_to_sign(priya)

    assert priya.says("td:nth-of-type(1)")[:2] == ["2.0", "1.0"]
    _kept(priya, tmp_path / "signed.pdf")
    assert priya.faults + manager.faults + lead.faults == []


@pytest.mark.long
def test_a_waiver_is_granted_used_ended_and_a_second_one_checked(office, meet):
    wyn, manager, hr = (come_in(meet(office.portal), name) for name in (WYN, MANAGER, HR))
    ways.ask_for_lesson(wyn, pupil="P-7042")
    assert wyn.says("code") != []

    assert "The waiver is granted." in _waive(manager)
    ways.ask_for_lesson(wyn, pupil="P-7042")
    assert wyn.heading == "One session is coming up"
    _end_waiver(manager)
    assert "One session this week has a tutor who can’t teach." in _this_week(manager)

    assert "It is the second one, so it is asked for." in _waive(manager)
    _open(hr, WYN, "Register of waivers")
    hr.press(re.compile("Grant it"))
    assert f"{MANAGER}, checked by {HR}" in " ".join(hr.says("tbody td"))
    assert "No session this week has a tutor who can’t teach." in _this_week(manager)
    assert wyn.faults + manager.faults + hr.faults == []


@pytest.mark.long
def test_a_suspension_tells_the_tutor_nothing_until_hr_does(office, meet):
    ida, hr, manager = (come_in(meet(office.portal), name) for name in (IDA, HR, MANAGER))
    hr.follow("Tutors")
    hr.follow(IDA)
    _decide(hr, "Suspend", "Why is the tutor suspended?", "Suspend now")

    seen = _home(ida)
    manager.follow("Tutors")
    manager.follow(IDA)
    assert "You cannot teach at the moment" in seen
    assert "not-cleared" in manager.says("code")
    assert "suspen" not in (seen + " ".join(manager.says("main"))).casefold()

    hr.follow("Let the tutor know")
    hr.write("Whom the tutor may ask", HR)
    hr.write("Phone number", "01632 960 150")
    hr.press("Tell the tutor")
    assert f"{HR} can tell you more" in _home(ida)
    assert f"{HR} can tell you more" in next_mail(office, IDA, "You cannot teach")
    _decide(hr, "Reinstate", "Why is the tutor reinstated?", "Reinstate")
    assert "You can teach until" in _home(ida)
    assert ida.faults + hr.faults + manager.faults == []


@pytest.mark.long
def test_whoever_leaves_is_out_at_once_and_begins_anew_when_they_return(office, meet):
    ida, hr = (come_in(meet(office.portal), name) for name in (IDA, HR))
    hr.follow("Tutors")
    hr.follow(IDA)
    _decide(hr, "The tutor leaves", "Why does it end?", "End the engagement")
    ida.open("/")
    assert ida.heading == "Sign in"

    _decide(hr, "The tutor comes back", "What is agreed?", "Begin a new engagement")
    assert "work through the scenarios and sign" in next_mail(office, IDA, "Welcome back")

    assert come_in(ida, IDA).heading == "Three steps to go before you can teach, Ida"
    ida.follow("History")
    assert ida.says("td:nth-of-type(1)")[0] == "1.0"
    assert ida.faults + hr.faults == []


def _see_what_changed(priya: Visitor, told: str) -> None:
    """Read the same words in the mail and on the page."""
    priya.follow("Home")
    assert priya.heading.startswith("You can teach until")  # the grace runs
    priya.follow("See what changed")
    assert priya.heading == f"One thing changed in {TITLE}"
    [clause] = [each.split()[-1] for each in priya.says(".change h2")]
    assert f"* Reworded: {clause}, in" in told
    assert "connection, as of 2.0." in " ".join(priya.says(".change ins"))


def _ask(priya: Visitor) -> None:
    """Ask about a sentence; above the box stands when to ring instead."""
    priya.follow("Next: the whole text")
    priya.follow("Ask about a sentence")
    stop = priya.page.get_by_role("heading", name="Is a child at risk now? Do not write it here.")
    assert stop.bounding_box()["y"] < priya.page.locator("textarea").bounding_box()["y"]
    priya.page.get_by_label("Which sentence?").select_option("GEO-2")
    priya.tick(f"My learning manager, {MANAGER}")
    priya.write("Your question", QUESTION)
    priya.press("Send the question")


def _answer(manager: Visitor, lead: Visitor) -> None:
    for reader in (manager, lead):
        reader.follow("Questions")
        reader.click(reader.page.get_by_role("link", name="GEO-2"))
        if reader is manager:
            reader.write("Your answer", ANSWER)
            reader.press("Send the answer")
    assert LABEL in " ".join(lead.says("main"))
    lead.press(f"I have seen the answer by {MANAGER}")


def _read_answer(priya: Visitor, told: str) -> str:
    assert ANSWER not in told  # the mail says only where to read it
    priya.follow("Questions")
    priya.click(priya.page.get_by_role("link", name="GEO-2"))
    return " ".join(priya.says("main"))


def _go_on_to_sign(priya: Visitor) -> None:
    """Read, take the short check, sign, and look at all that was ever signed."""
    priya.follow("Home")
    priya.follow("See what changed")
    priya.follow("Next: the whole text")
    ways.read(priya)
    assert "short" in " ".join(priya.says("main"))
    priya.press("Start")
    ways.answer(priya)
    priya.follow("Go on and sign")
    ways.sign(priya, name=PRIYA)
    priya.follow("History")


def _kept(priya: Visitor, file) -> None:
    """The PDF and the record in it hold the question, the answer and whose it is."""
    href = priya.page.locator("a[href$='.pdf']").first.get_attribute("href")
    file.write_bytes(priya.page.request.get(priya.url + href).body())
    [asked] = papers.record(file)["questions"]
    assert (asked["text"], asked["answers"][0]["text"]) == (QUESTION, ANSWER)
    by, said = papers.squeezed(MANAGER), re.escape(papers.squeezed(ANSWER))
    assert re.search(rf"By{by},.{{0,60}}notpartofthecode:{said}", papers.words(file))


def _open(visitor: Visitor, tutor: str, link: str) -> None:
    visitor.follow("Tutors")
    visitor.follow(tutor)
    visitor.follow(link)


def _decide(hr: Visitor, link: str, why: str, button: str) -> None:
    """Do something about the tutor whose page is open, with a reason; the page opens again."""
    hr.follow(link)
    hr.write(why, "As agreed on the phone.")
    hr.press(button)


def _waive(manager: Visitor) -> str:
    """Ask for three days without Wyn’s signature; return what the page says then."""
    _open(manager, WYN, "Grant a waiver")
    manager.write("Until", f"{clock.now() + 3 * DAY:%Y-%m-%dT%H:%M}")
    manager.write("Why may the tutor teach without it?", "Ill until Friday.")
    manager.press("Grant the waiver")
    return " ".join(manager.says("main"))


def _end_waiver(manager: Visitor) -> None:
    _open(manager, WYN, "Register of waivers")
    manager.follow(re.compile("End it"))
    manager.write("Why does it end before its time?", "Back, and able to sign.")
    manager.press("End it now")


def _this_week(manager: Visitor) -> str:
    manager.follow("Tutors")
    return " ".join(manager.says("main"))


def _home(tutor: Visitor) -> str:
    tutor.follow("Home")
    return " ".join(tutor.says("main"))
