"""The figures as lines of text, each goal with whether it is met."""

from collections.abc import Iterator

from benchmarks.crowd import Crowd, Waits
from benchmarks.measure import Journeys, Weight, middle, own_cpu
from benchmarks.printing import Printed
from benchmarks.tape import Tape

JOURNEY, PAGE, HTML, PRINT = 2.0, 3.0, 15.0, 120.0  # the goals: times, times, KiB, ms
KIB = 1024


def of_journeys(found: Journeys, tape: Tape) -> Iterator[str]:
    """Yield what a journey costs, beside its floor, and each request on the way."""
    own = {kind: middle(spent) for kind, spent in found.portal.items()}
    base = {kind: middle(spent) for kind, spent in found.floor.items()}
    web, floor = _web(own), _web(base)
    asked = f"{len(tape.asked)} requests, {sum(each.is_page for each in tape.asked)} pages"
    yield f"Journey: {asked}, {tape.total('writes')} durable writes, {tape.total('hashes')} hashes"
    yield f"  {tape.total('statements')} statements; medians of {found.count} journeys, CPU ms"
    yield f"  portal {web:7.1f}   floor {floor:7.1f}   {_goal(web / floor, JOURNEY, ' x')}"
    yield f"  apart: press {own.get('press', 0):.1f}, outbox worker {own.get('outbox', 0):.1f}"
    spread = [a / b for a, b in zip(_totals(found.portal), _totals(found.floor), strict=True)]
    yield f"  journey by journey {min(spread):.2f} to {max(spread):.2f} x"
    yield f"\n  {'each':>6} {'times':>6} {'share':>6} {'KiB':>6}"
    for label, times in found.steps_by_weight():
        each = middle(map(own_cpu, times))
        count, size = len(times) / found.count, max(one.size for one in times) / KIB
        yield f"  {each:6.2f} {count:6.1f} {each * count / web:6.0%} {size:6.1f}  {label}"


def of_pages(weights: list[Weight], bare: list[float]) -> Iterator[str]:
    """Yield what each page weighs beside the bare one, the heaviest first."""
    floor = middle(bare)
    yield f"Pages: bare page {floor:.2f} ms CPU"
    yield f"  {'ms':>6} {'x bare':>6} {'KiB':>6}"
    for each in sorted(weights, key=lambda weight: -middle(weight.cpu)):
        cpu, size = middle(each.cpu), each.size / KIB
        short = "  FALLS SHORT" if cpu / floor > PAGE or size > HTML else ""
        yield f"  {cpu:6.2f} {cpu / floor:6.2f} {size:6.1f}  {each.path} ({each.who}){short}"


def of_printing(found: Printed) -> Iterator[str]:
    """Yield what one PDF costs."""
    both = found.render + found.seal
    yield f"PDF: render {found.render:.0f}, seal {found.seal:.0f}, {_goal(both, PRINT, ' ms')}"
    yield f"  {found.unsealed / KIB:.0f} KiB, {found.sealed / KIB:.0f} KiB sealed"


def of_memory(found: dict[str, list[float]]) -> Iterator[str]:
    """Yield the memory of each kind of process."""
    yield "Memory, PSS in MiB"
    for kind, each in sorted(found.items()):
        yield f"  {kind:<10} {', '.join(f'{size:.0f}' for size in each)}"


def of_crowd(found: Crowd) -> Iterator[str]:
    """Yield how long a reader waits."""
    yield f"Readers beside 8 signers ({found.signed} signed, {found.refused} told to try again)"
    yield from (f"  {name:<6} {_waits(told)}" for name, told in _both(found))


def _both(found: Crowd) -> tuple[tuple[str, Waits], ...]:
    return ("alone", found.alone), ("beside", found.beside)


def _waits(told: Waits) -> str:
    figures = f"p50 {told.p50:.1f}, p99 {told.p99:.1f}, longest {told.longest:.0f} ms"
    return f"{figures} ({told.asked} pages)"


def _web(spent: dict[str, float]) -> float:
    return spent.get("web", 0) + spent.get("database", 0)


def _totals(spent: dict[str, list[float]]) -> list[float]:
    each = [spent[kind] for kind in ("web", "database") if kind in spent]
    return [sum(parts) for parts in zip(*each, strict=True)]


def _goal(found: float, limit: float, unit: str) -> str:
    verdict = "met" if found <= limit else "FALLS SHORT"
    return f"{found:.2f}{unit} (goal {limit:g}{unit}: {verdict})"
