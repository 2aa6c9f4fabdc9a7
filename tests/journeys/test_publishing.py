"""From the company's Word file to a live version, and a small change after it, by two people."""

import re
from pathlib import Path

import pytest

from portal.publishing.forms import MINOR
from tests.factories import POLICY
from tests.journeys import ways
from tests.journeys.authors import Author
from tests.journeys.companies import COLLEAGUES, address
from tests.journeys.looks import WIDE
from tests.journeys.servers import company
from tests.policies import reworded
from tests.publishing.desks import code_in_word
from tests.standins.mail_server import plain

pytestmark = pytest.mark.browser
LEAD = COLLEAGUES["Safeguarding lead"]
FIRST, SMALL = 13, 5  # minutes of both people together
OUTPUT = Path(__file__).parent.parent / ".output"


@pytest.fixture
def people(tmp_path, meet):
    """An author and a safeguarding lead at a portal that holds nothing yet."""
    with company(tmp_path / "portal") as (served, link):
        author = meet(served, viewport=WIDE)
        ways.arrive(author, link)
        ways.set_contacts(author)
        ways.add_colleague(author, LEAD, email=address(LEAD), role="Safeguarding lead")
        lead = meet(served)
        ways.arrive(lead, served.post.link_for(address(LEAD)))
        yield author, lead, served.post


def test_a_word_file_goes_live_a_small_change_follows_and_is_called_off(people, tmp_path):
    author, lead, post = people
    lead.open(f"/publishing/policies/{POLICY}/1.0")  # the one on file, not to be adopted here

    first = _publish_document(author, lead, post=post, file=_saved(tmp_path, code_in_word()))
    small = _change_a_sentence(author, lead, post=post)
    _announce(author)
    draft = author.page.url
    lead.open("/publishing")
    lead.follow("Read it, then decide")
    lead.press("Approve only")
    author.open(draft)
    author.press("Publish version 2.0")
    _call_off(author)

    assert author.says("tbody tr td .tag") == ["Called off", "In effect", "Older"]
    _assert_in_time(first, small)
    assert author.faults + lead.faults == []


@pytest.mark.long
def test_so_it_does_with_a_code_in_other_words(people, tmp_path):
    author, lead, post = people

    file = _saved(tmp_path, reworded.document())
    first = _publish_document(author, lead, post=post, file=file)
    small = _change_a_sentence(author, lead, post=post)

    _assert_in_time(first, small)
    assert author.faults + lead.faults == []


def _saved(folder, content):
    file = folder / "code.docx"
    file.write_bytes(content)
    return file


def _publish_document(author, lead, *, post, file):
    """Go from a document to a live version, and return what it cost the two of them."""
    at_work, checking = Author(author), Author(lead)
    at_work.follow("Policies")
    at_work.follow("Begin with your own document")
    at_work.attach("The document", file)
    at_work.press("Take this document apart")
    at_work.press("Save these matches")
    at_work.write("What it is about, in a sentence or two", "How tutors keep children safe online.")
    at_work.press("Save")
    _have_it_checked(at_work, checking, post=post, version="1.0")
    return at_work, checking


def _change_a_sentence(author, lead, *, post):
    """Change one sentence of the live version, and return what it cost the two of them."""
    author.open("/publishing")
    at_work, checking = Author(author), Author(lead)
    at_work.press("Change a sentence")
    at_work.unfold(author.page.locator("summary h2").first.inner_text())
    at_work.follow("Change ")
    at_work.write("Words", "This code says what professional practice means. It is for all tutors.")
    at_work.write("What changed, and why", "Plainer words.")
    at_work.tick(MINOR)
    at_work.press("Save")
    _have_it_checked(at_work, checking, post=post, version="1.1")
    return at_work, checking


def _have_it_checked(at_work, checking, *, post, version):
    """Ask the second person, who reads the mail and what it leads to, and publishes."""
    at_work.press(f"Ask {LEAD} to check it")
    mail = plain(post.next_for(address(LEAD)))
    checking.words += len(mail.split())
    checking.visitor.open(re.search(r"http\S+/preview", mail)[0])
    checking.press(f"Approve and publish version {version}")


def _assert_in_time(first, small):
    told = "\n\n".join(map(str, (*first, *small)))
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / "authors.txt").write_text(f"{told}\n", encoding="utf-8")
    assert sum(each.minutes for each in first) < FIRST, told
    assert sum(each.minutes for each in small) < SMALL, told


def _announce(author):
    """Write a version that is in effect years from now."""
    author.open(f"/publishing/policies/{POLICY}")
    author.press("Begin the next version")
    author.page.locator("summary").last.click()
    author.follow(re.compile("^Change SAN-1"))
    author.write("Words", "Departing from this code is gross misconduct. It has no exceptions.")
    author.write("What changed, and why", "Shorter.")
    author.page.get_by_label("Yes, a rule changes").check()
    author.press("Save")
    author.follow(re.compile("example code"))
    author.follow("Say what it is and from when")
    author.page.locator("summary").last.click()
    author.write("In effect from", "2099-01-05")
    author.press("Save")


def _call_off(author):
    author.open(f"/publishing/policies/{POLICY}")
    author.follow(re.compile("Call off"))
    author.write("Why is it called off?", "Too early.")
    author.press(re.compile("Call off version"))
