"""A real browser, people who use it, and a portal with people in it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.houses import House, furnished
from tests.journeys.looks import NARROW
from tests.journeys.servers import Portal
from tests.journeys.visitors import Visitor

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",  # as root there is none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # the browser asks nobody but the portal
    "--disable-component-update",
    "--disable-sync",
)
Meet = Callable[..., Visitor]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Not for the whole run: while it lives, nothing else in this process can use asyncio.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def looked_at() -> set[str]:
    """What the pages were made of that were looked at in this run: the same parts, once."""
    return set()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnished(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def meet(chromium: Browser, looked_at: set[str]) -> Iterator[Meet]:
    """Return `meet(portal, **options)`: somebody with a browser of their own, a small phone."""
    with ExitStack() as leaving:

        def come(portal: Portal, **options: Any) -> Visitor:
            usual = {"viewport": NARROW, "locale": "en-GB", "reduced_motion": "reduce"}
            context = chromium.new_context(**{**usual, **options})
            leaving.callback(context.close)
            # Whoever looks at a page does so by script: without scripts it is the same page.
            by_script = options.get("java_script_enabled", True)
            return Visitor(context, url=portal.url, looked_at=looked_at if by_script else None)

        yield come
