"""A tutor's whole way, as a browser goes it: from the invitation to the first lesson."""

from datetime import timedelta

from benchmarks.browser import Browser, TooLittle
from benchmarks.company import PASSWORD, Tutor
from benchmarks.reading import Page
from portal import clock
from portal.quizzes.content import Kind
from portal.quizzes.shelf import quiz_on_file

POLICY = "online-safeguarding"
MOST = 100  # pages of reading or of scenarios; more would be a circle


def walk(browser: Browser, tutor: Tutor) -> None:
    """Go all of it: password, details, reading, scenarios, signature, PDF, a lesson."""
    page = browser.open(f"/links/{tutor.token}")
    page = browser.submit(page.get_form("/links/"), password=PASSWORD)
    page = browser.open(page.buttons[0])
    page = browser.submit(page.get_form("/details"), name=tutor.name, phone="01632 960 123")
    page = _read(browser, page)
    page = _choose(browser, page)
    page = sign(browser, page, tutor)
    browser.open(page.buttons[0])  # the PDF
    browser.open("/")
    _schedule(browser, tutor)


def sign_in(browser: Browser, email: str) -> Page:
    """Sign in; return the page where that person starts."""
    page = browser.open("/sign-in")
    return browser.submit(page.get_form("/sign-in"), email=email, password=PASSWORD)


def sign(browser: Browser, page: Page, tutor: Tutor) -> Page:
    """Sign on the page that signs; return the page with the PDF."""
    form = page.get_form("/acknowledgement")
    page = browser.submit(form, agreed="y", full_name=tutor.name, password=PASSWORD)
    if page.title != "You have signed":
        raise TooLittle(page.title)
    return page


def _read(browser: Browser, page: Page) -> Page:
    for _ in range(MOST):
        form = page.form("/sections/")
        if form is None:
            return browser.submit(page.get_form("/attempts"))
        page = browser.submit(form)
    raise TooLittle("the reading never ends")


def _choose(browser: Browser, page: Page) -> Page:
    right = _right_words()
    for _ in range(MOST):
        if form := page.form("/choices"):
            number = next(value for _, value, words in form.choices if (page.title, words) in right)
            page = browser.submit(form, option=number)
        elif "/acknowledgement" in page.buttons[0]:
            return browser.open(page.buttons[0])
        else:
            page = browser.open(page.buttons[0])
    raise TooLittle("the scenarios never end")


def _right_words() -> set[tuple[str, str]]:
    """Return the words of each right option, with the title of its scenario."""
    return {
        (scenario.title, " ".join(option.text.split()))
        for scenario in quiz_on_file(POLICY).scenarios
        for step in scenario.steps
        for option in step.options
        if option.kind is Kind.RIGHT
    }


def _schedule(browser: Browser, tutor: Tutor) -> None:
    starts = clock.local(clock.now() + timedelta(days=7)).replace(hour=16, minute=0)
    wish = {"tutor": tutor.id, "starts": f"{starts:%Y-%m-%dT%H:%M}", "minutes": "60"}
    page = browser.open("/lessons/new")
    browser.submit(page.get_form("/lessons"), **wish, place="practice-room", pupil="P-1042")
