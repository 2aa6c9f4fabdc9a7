"""The rounds: a journey and its floor by turns, a page and the bare page by turns."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median

from benchmarks import journey
from benchmarks.browser import Asked, Browser, over_http
from benchmarks.company import Tutor
from benchmarks.pages import Sample
from benchmarks.processes import MILLION, Server
from benchmarks.tape import Tape

BARE = "/page"


@dataclass(slots=True, kw_only=True)
class Journeys:
    """CPU in milliseconds of each journey, of each floor, and of each request on the way."""

    portal: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    floor: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    steps: dict[str, list[Asked]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0

    def steps_by_weight(self) -> list[tuple[str, list[Asked]]]:
        """Return each kind of request with every time it was asked, the heaviest first."""
        return sorted(self.steps.items(), key=lambda pair: -sum(map(own_cpu, pair[1])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one page weighs: CPU in milliseconds a round, and bytes of HTML."""

    who: str
    path: str
    cpu: list[float]
    size: int


def journeys(portal: Server, floor: Server, tape: Tape, tutors: Iterable[Tutor]) -> Journeys:
    """Let each tutor go the whole way, and the floor answer as much after each."""
    found = Journeys()
    for tutor in tutors:
        browser = Browser(send=over_http(portal.port), meter=portal.cpu)
        _add(found.portal, _cost(portal, lambda b=browser, t=tutor: journey.walk(b, t)))
        _add(found.floor, _cost(floor, lambda: tape.play(Browser(send=over_http(floor.port)))))
        for asked in browser.asked:
            found.steps[asked.label].append(asked)
        found.count += 1
    return found


def pages(
    portal: Server, floor: Server, samples: Iterable[Sample], *, rounds: int, repeats: int
) -> tuple[list[Weight], list[float]]:
    """Return what each page weighs, and every figure of the bare page beside them."""
    bare = Browser(send=over_http(floor.port))
    Tape.enter(bare)
    floors: list[float] = []
    found: list[Weight] = []
    known = list(samples)
    for sample in known:
        size = len(sample.browser.get(sample.path).body)
        found.append(Weight(who=sample.who, path=sample.path, cpu=[], size=size))
    for _ in range(rounds):
        for sample, weight in zip(known, found, strict=True):
            weight.cpu.append(_each(portal, sample.browser, sample.path, repeats))
            floors.append(_each(floor, bare, BARE, repeats))
    return found, floors


def own_cpu(asked: Asked) -> float:
    """Return the milliseconds that a request cost the web workers and the database."""
    return (asked.cost.get("web", 0) + asked.cost.get("database", 0)) / MILLION


def middle(figures: Iterable[float]) -> float:
    """Return the median, 0 of none."""
    return median(figures or [0])


def _each(server: Server, browser: Browser, path: str, repeats: int) -> float:
    """Return the milliseconds of one request, on average over so many."""

    def ask() -> None:
        for _ in range(repeats):
            browser.open(path)

    spent = _cost(server, ask)
    return (spent.get("web", 0) + spent.get("database", 0)) / repeats


def _cost(server: Server, work: Callable[[], None]) -> dict[str, float]:
    before = server.cpu()
    work()
    return {kind: (now - before.get(kind, 0)) / MILLION for kind, now in server.cpu().items()}


def _add(kept: dict[str, list[float]], spent: dict[str, float]) -> None:
    for kind, milliseconds in spent.items():
        kept[kind].append(milliseconds)
