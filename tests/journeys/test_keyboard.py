"""Scenarios and signature with the keyboard alone: each stop is seen, in the order of reading."""

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.quizzes.steps import Asks
from tests import factories
from tests.journeys import ways
from tests.journeys.houses import come_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
STOP = """() => {
  const at = document.activeElement, seen = at.closest(".choice") ?? at;
  const looks = getComputedStyle(seen), box = seen.getBoundingClientRect();
  const label = at.labels?.[0]?.innerText ?? at.innerText;
  return {
    name: (at.getAttribute("aria-label") ?? label).trim(),
    outline: looks.outlineStyle === "none" ? 0 : parseFloat(looks.outlineWidth),
    inside: box.bottom > 0 && box.top < innerHeight,
    top: box.top + scrollY,
    bottom: box.bottom + scrollY,
  };
}"""
LIES_AHEAD = """it => document.activeElement === document.body ||
  !!(document.activeElement.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING)"""
IS_FOCUSED = "field => field === document.activeElement"


class Keys:
    """A person who uses no mouse; `faults` are stops unseen or out of order."""

    def __init__(self, visitor):
        self.visitor = visitor
        self.page = visitor.page
        self.faults = []
        self._last = None

    def press(self, key):
        self.page.keyboard.press(key)
        return self._stop()

    def to(self, name):
        """Go on with Tab to what is called so."""
        for _ in range(60):
            if self.press("Tab")["name"] == name:
                return
        pytest.fail(f"Tab never comes to {name} on {self.page.url}")

    def over_to(self, name):
        """Go to what is called so, back with Shift where it lies behind."""
        at = self.page.get_by_role("button", name=name)
        focused = "document.activeElement"
        after = (
            f"it => !!({focused}.compareDocumentPosition(it) & 4) || {focused} === document.body"
        )
        key = "Tab" if at.evaluate(after) else "Shift+Tab"
        self._last = None
        while not at.evaluate(IS_FOCUSED):
            self.press(key)
            self._last = None

    def move(self):
        """Press the button of a thing that moves; the focus moves with it."""
        self._last = None
        return self.press("Enter")

    def enter(self):
        """Go where Enter leads; there, one starts from the top."""
        with self.page.expect_event("load"):
            self.page.keyboard.press("Enter")
        self._last = None

    def write(self, words):
        self.page.keyboard.type(words)

    def _stop(self):
        stop = self.page.evaluate(STOP)
        if stop["outline"] < 2 or not stop["inside"]:
            self.faults.append(f"unseen: {stop}")
        if self._last and stop["bottom"] <= self._last["top"]:
            self.faults.append(f"{stop['name']} after {self._last['name']}")
        self._last = stop
        return stop


@pytest.fixture
def name(request):
    return f"Keeper of {request.node.name.split('_')[2]}"


@pytest.fixture
def reader(house, name):
    """The id of a tutor who has read everything."""
    person_id = house.add_tutor(name)
    with house.change() as session:
        factories.read_all(session, person_id, now=clock.now())
    return person_id


@pytest.fixture
def passed(house, name, reader):
    """The name of that tutor, who has passed as well."""
    with house.change() as session:
        attempt_id = factories.start_quiz(session, reader, now=clock.now())
        by = factories.as_person(reader)
        factories.answer_all(session, attempt_id, by=by, now=clock.now())
    return name


@pytest.fixture
def keys(house, meet, name, reader):
    """The same tutor, signed in, at a keyboard."""
    return Keys(come_in(meet(house.portal), name))


def test_every_scenario_is_worked_through_with_the_keyboard_alone(keys):
    keys.to("Start the scenarios")
    keys.enter()
    keys.to("Start")
    keys.enter()
    while not keys.visitor.meets("a:text('Go on and sign')"):
        _one_step(keys)

    assert keys.faults == []


def test_the_signature_is_given_with_the_keyboard_alone(keys, passed):
    keys.visitor.open("/")
    keys.to("Go on and sign")
    keys.enter()
    keys.to("I make each of these statements")
    keys.press("Space")
    keys.to("Your full name")
    keys.write(passed)
    keys.to("Your password, once more")
    keys.write(ways.PASSWORD)
    keys.enter()

    assert keys.visitor.heading == "You have signed"
    assert keys.faults == []


def test_after_a_mistake_the_summary_leads_to_the_field(keys, passed):
    keys.visitor.open("/")
    keys.to("Go on and sign")
    keys.enter()
    keys.to("Sign")
    keys.enter()
    # The browser focuses the summary when it first draws the page, which may be after its load.
    expect(keys.page.locator("[autofocus]")).to_be_focused()

    keys.press("Tab")
    keys.press("Enter")

    assert keys.visitor.heading.startswith("Sign “")
    assert keys.page.get_by_label("I make each of these statements").evaluate(IS_FOCUSED)


def _one_step(keys):
    if not keys.visitor.meets("fieldset"):
        keys.to(keys.page.get_by_role("link", name="Go on with scenario").inner_text())
        keys.enter()
        return
    step = ways.step_on(keys.visitor)
    {Asks.ONE: _choose, Asks.ALL: _tick, Asks.ORDER: _put}[step.asks](keys, step)
    keys.to("Check")
    keys.enter()


def _choose(keys, step):
    stop = keys.press("Tab")
    while stop["name"] not in keys.visitor.says("label.choice"):
        stop = keys.press("Tab")
    while stop["name"] != step.best.text:
        stop = keys.press("ArrowDown")
    keys.press("Space")


def _tick(keys, step):
    wanted = [option.text for option in step.answer]
    for each in keys.visitor.says("label.choice"):
        if each in wanted:
            keys.to(each)
            keys.press("Space")


def _put(keys, step):
    """Move each thing up to its place; the focus stays on the button that moves it."""
    for place, option in enumerate(step.options):
        while (at := keys.visitor.says(ways.THINGS).index(option.text)) > place:
            keys.over_to(f"Move up: {option.text}. Now {at + 1} of {len(step.options)}")
            while at > place:
                keys.move()
                at -= 1
