"""Where the time of one page goes: the standard profiler, in this process."""

import cProfile
import pstats
from collections import Counter

from benchmarks import tape
from benchmarks.browser import Browser, in_process
from benchmarks.company import Company
from benchmarks.pages import samples


def profile(company: Company, path: str, *, who: str, repeats: int = 200, **told: object) -> None:
    """Print how often and how long each function ran while this page was asked for."""
    known = samples(in_process(company.app), company, **told)  # type: ignore[arg-type]  # handed on
    found = next(each for each in known if (each.path, each.who) == (path, who))
    browser = Browser(send=found.browser.send, cookies=found.browser.cookies)
    browser.open(path)
    profiler = cProfile.Profile()
    with tape.counting(company.app.extensions["db"].engine, counts := Counter()):
        profiler.runcall(_ask, browser, path, repeats)
    print(
        f"\n{path} ({who}), {repeats} times, {counts['statements'] / repeats:.0f} statements each"
    )
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


def _ask(browser: Browser, path: str, repeats: int) -> None:
    for _ in range(repeats):
        browser.open(path)
