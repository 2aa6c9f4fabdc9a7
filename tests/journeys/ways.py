"""What people do on their way through the portal, page by page, as they would."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta

from playwright.sync_api import APIRequestContext

from portal import clock
from portal.quizzes.shelf import quiz_on_file
from portal.quizzes.steps import Asks, Kind, Option, Step
from tests.factories import POLICY
from tests.journeys.visitors import Visitor

PASSWORD = "amber fjord, seven herons"
ON = re.compile("Next:|Done:")  # what sends on from a section that was read
THINGS = ".order form > span:first-of-type"  # to put in order
SCENARIOS = {each.title: each for each in quiz_on_file(POLICY).scenarios}


def arrive(visitor: Visitor, link: str) -> None:
    """Follow the link in the mail and choose a password."""
    visitor.open(link)
    visitor.write("New password", PASSWORD)
    visitor.press("Keep this password")


def sign_in(visitor: Visitor, email: str, *, password: str = PASSWORD) -> None:
    """Come back later."""
    visitor.open("/sign-in")
    visitor.write("Email address", email)
    visitor.write("Password", password)
    visitor.press("Sign in")


def set_contacts(administrator: Visitor) -> None:
    """Say whom everybody can ring."""
    administrator.follow("Contacts")
    for kind in ("Safeguarding lead", "Out of hours"):
        form = administrator.page.get_by_role("form", name=kind)
        form.get_by_label("Name").fill(f"The {kind.lower()}")
        form.get_by_label("Phone number").fill("01632 960 120")
        administrator.click(form.get_by_role("button"))


def add_colleague(administrator: Visitor, name: str, *, email: str, role: str) -> None:
    """Give somebody an account."""
    administrator.follow("People")
    administrator.follow("Add somebody")
    administrator.write("Full name", name)
    administrator.write("Email address", email)
    administrator.tick(role)
    administrator.press("Add and send the mail")


def set_phone(administrator: Visitor) -> None:
    """Give the person on this page a number."""
    administrator.page.locator("summary", has_text="Set a phone number").click()
    administrator.write("Phone number", "01632 960 104")
    administrator.press("Set the number")


def add_team(administrator: Visitor, name: str, *, lead: str) -> None:
    """Make a team and say who leads it."""
    administrator.follow("People")
    administrator.follow("Teams")
    administrator.write("Name of the new team", name)
    administrator.press("Add the team")
    administrator.choose("Learning manager", lead)
    administrator.press("Set the learning manager")


def approve_scenarios(lead: Visitor, *, ids: Iterable[str]) -> None:
    """Approve one scenario on its page, and the rest by the requests that page would send."""
    first, *others = ids
    lead.open(f"/publishing/scenarios/{first}")
    lead.press("Approve this scenario")
    for each in others:
        _approve(lead.page.request, f"{lead.url}/publishing/scenarios/{each}")


def invite(manager: Visitor, name: str, *, email: str) -> None:
    """Invite a tutor to one's own team."""
    manager.follow("Tutors")
    manager.follow("Invite a tutor")
    manager.write("Full name", name)
    manager.write("Email address", email)
    manager.press("Send the invitation")


def ask_for_lesson(tutor: Visitor, *, pupil: str) -> None:
    """Ask for a lesson at four in the afternoon, the day after tomorrow."""
    tutor.follow("Sessions")
    tutor.follow("Schedule a session")
    day = clock.now() + timedelta(days=2)
    tutor.write("Date and start", f"{day:%Y-%m-%d}T16:00")
    tutor.tick("The tutor’s home")
    tutor.write("Pupil reference", pupil)
    tutor.press("Schedule it")


def confirm_details(tutor: Visitor) -> None:
    """Look at one's own details; what comes next opens by itself."""
    tutor.follow("Confirm your details")
    tutor.write("Phone number", "01632 960 123")
    tutor.press("These are right")


def read(tutor: Visitor) -> None:
    """Read from where one is to the end of the text."""
    while tutor.meets(".policy"):
        tutor.press(ON)


def answer(tutor: Visitor, *, wrong_at: Callable[[Step], bool] = lambda _: False) -> list[str]:
    """Answer to the end of the scenarios, as the code asks unless told; return what was chosen."""
    chosen = []
    while tutor.meets("fieldset, a:text('Go on with scenario')"):
        if tutor.meets("fieldset"):
            step = step_on(tutor)
            taken = _wrong(step) if wrong_at(step) else step.answer
            chosen += [option.text for option in taken]
            give(tutor, step, taken)
            tutor.press("Check")
        else:
            tutor.follow(re.compile("Go on with scenario"))
    return chosen


def give(tutor: Visitor, step: Step, taken: Iterable[Option]) -> None:
    """Tick these options, or put them in this order."""
    if step.asks is not Asks.ORDER:
        for option in taken:
            tutor.tick(option.text)
        return
    for place, option in enumerate(taken):
        while (shown := tutor.says(THINGS)).index(option.text) > place:
            tutor.move(f"Move up: {option.text}. Now {shown.index(option.text) + 1}")


def open_missed(tutor: Visitor) -> None:
    """Open again what the page asks for, then start anew."""
    while tutor.meets("button:text('Open “')"):
        tutor.press(re.compile("Open “.+” again"))
        tutor.follow("Back to your scenarios")
    tutor.press("Try again")


def sign(tutor: Visitor, *, name: str) -> None:
    """Sign with name, tick and password."""
    tutor.tick("I make each of these statements")
    tutor.write("Your full name", name)
    tutor.write("Your password, once more", PASSWORD)
    tutor.press("Sign")


def step_on(tutor: Visitor) -> Step:
    """Return the step that the page asks, known by its options."""
    shown = set(tutor.says(f"label.choice, {THINGS}"))
    steps = SCENARIOS[tutor.heading].steps
    return next(step for step in steps if {each.text for each in step.options} == shown)


def _wrong(step: Step) -> tuple[Option, ...]:
    return next(each for each in step.every_answer() if step.kind_of(each) is Kind.WRONG)


def _approve(browser: APIRequestContext, address: str) -> None:
    page = browser.get(address).text()
    names = ("csrf_token", "digest")
    form = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in names}
    assert browser.post(address, form=form).ok
