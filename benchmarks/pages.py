"""Which pages are measured one by one, and who opens them."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.browser import Browser, Send
from benchmarks.company import Company, Tutor
from benchmarks.journey import POLICY, sign_in

TEXT = f"/policies/{POLICY}/1.0"
OF_ALL = ("/now", "/details", "/comfort", "/sign-ins", TEXT, f"{TEXT}/sections/4")
OF_A_TUTOR = (*OF_ALL, "/", "/lessons", "/lessons/new")
OF_WORKERS = {
    "alex": ("/tutors", "/tutors/{signed}", "/tutors/new", "/lessons"),
    "sam": ("/acknowledgements", "/acknowledgements/{serial}", "/people"),
    "morgan": ("/publishing", "/contacts"),
    "robin": ("/people/{signed}", "/teams"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One page, and the browser of somebody who may open it."""

    who: str
    path: str
    browser: Browser


def samples(send: Send, company: Company, *, signed: Tutor, serial: str) -> Iterator[Sample]:
    """Yield every page worth measuring; `signed` is a tutor whose journey is over."""
    own = {"signed": signed.id, "serial": serial}
    (ready,) = company.ready(1)
    for who, tutor, more in (
        ("tutor who may sign", ready, ("/", f"{TEXT}/acknowledgement")),
        ("tutor", signed, (*OF_A_TUTOR, "/acknowledgements/{serial}")),
    ):
        yield from _samples(send, who, tutor.email, *(path.format(**own) for path in more))
    for key, paths in OF_WORKERS.items():
        yield from _samples(send, key, f"{key}@example.org", *(p.format(**own) for p in paths))


def _samples(send: Send, who: str, email: str, *paths: str) -> Iterator[Sample]:
    browser = Browser(send=send)
    sign_in(browser, email)
    for path in paths:
        yield Sample(who=who, path=path, browser=browser)
