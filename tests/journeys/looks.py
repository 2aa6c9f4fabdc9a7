"""What is wrong with a page, whoever looks at it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
AXE = Axe()
MEASURE = """() => ({
  title: document.title,
  headings: [...document.querySelectorAll("h1")].map(each => each.innerText),
  wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""
PARTS = """() => [matchMedia("(prefers-color-scheme: dark)").matches, ...new Set(
  [...document.querySelectorAll("body, body *")].map(
    each => `${each.tagName}.${each.getAttribute("class")}`))].sort().join(" ")"""
EVERYTHING: dict[str, object] = {"resultTypes": ["violations"]}
CONTRAST: dict[str, object] = {"runOnly": ["color-contrast"]}


def faults(page: Page) -> list[str]:
    """Return each fault in words, with the page's address: none is what a test wants."""
    told = [*_inaccessible(page), *_misshapen(page)]
    return [f"{page.url}: {each}" for each in told]


def faults_at_a_desk_in_the_dark(page: Page) -> list[str]:
    """Turn to a wide window and dark colours, where only widths and contrasts change; and back."""
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="dark")
    told = [*_inaccessible(page, CONTRAST), *_misshapen(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)
    return [f"{page.url}, wide and dark: {each}" for each in told]


def parts(page: Page) -> str:
    """Return what the page is made of, and whether in the dark: the same parts look the same."""
    return str(page.evaluate(PARTS))


def _inaccessible(page: Page, options: dict[str, object] = EVERYTHING) -> list[str]:
    found = AXE.run(page, options=options).response["violations"]
    return [f"{each['id']}: {[node['html'] for node in each['nodes'][:3]]}" for each in found]


def _misshapen(page: Page) -> list[str]:
    seen = page.evaluate(MEASURE)
    heading = " ".join(" ".join(seen["headings"]).split())
    title = seen["title"].removeprefix("Problem: ")
    told = {
        f"headings: {seen['headings']}": len(seen["headings"]) != 1,
        f"titled {title}, headed {heading}": not heading or not title.startswith(heading),
        f"{seen['wider']} px wider than its window": seen["wider"] > 0,
    }
    return [words for words, is_so in told.items() if is_so]
