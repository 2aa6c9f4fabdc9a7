"""Readers beside signers: how long a reader waits, alone and while eight people sign."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import quantiles

from benchmarks import journey
from benchmarks.browser import Browser, TooLittle, over_http
from benchmarks.company import Company, Tutor
from benchmarks.processes import Server

SIGNERS = 8
PAGE = f"/policies/{journey.POLICY}/1.0/sections/4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Milliseconds that a reader waited for one page."""

    asked: int
    p50: float
    p99: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A reader alone and beside signers; how many signed, and how many were told to try again."""

    alone: Waits
    beside: Waits
    signed: int
    refused: int


def readers_beside_signers(portal: Server, company: Company, *, each: int) -> Crowd:
    """Let one read for ten seconds alone, then while eight at a time sign, `each` after another."""
    tutors = company.ready(SIGNERS * each)
    reader = Browser(send=over_http(portal.port))
    journey.sign_in(reader, tutors[0].email)
    until = time.monotonic() + 10
    alone = _read(reader, lambda: time.monotonic() < until)
    done = threading.Event()
    with ThreadPoolExecutor(SIGNERS + 1) as crowd:
        reading = crowd.submit(_read, reader, lambda: not done.is_set())
        signed = list(crowd.map(lambda tutor: _sign(portal, tutor), tutors))
        done.set()
    return Crowd(
        alone=alone, beside=reading.result(), signed=sum(signed), refused=signed.count(False)
    )


def _read(browser: Browser, goes_on: Callable[[], bool]) -> Waits:
    waits = []
    while goes_on():
        begun = time.perf_counter()
        browser.open(PAGE)
        waits.append((time.perf_counter() - begun) * 1000)
        browser.asked.clear()
    parts = quantiles(waits, n=100)
    return Waits(asked=len(waits), p50=parts[49], p99=parts[98], longest=max(waits))


def _sign(portal: Server, tutor: Tutor) -> bool:
    """Sign in and sign; say whether it was done."""
    browser = Browser(send=over_http(portal.port))
    journey.sign_in(browser, tutor.email)
    page = browser.open(f"/policies/{journey.POLICY}/1.0/acknowledgement")
    try:
        journey.sign(browser, page, tutor)
    except TooLittle:
        return False
    return True
