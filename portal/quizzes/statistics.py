"""What a group understood: by clause and team, by scenario and option, on the first try.

People are counted, not answers: of each, only their first meeting with a clause or a scenario,
before anything was explained to them. Times are those of the group alone.
"""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal.quizzes.content import Scenario
from portal.quizzes.met import Closed, Met
from portal.quizzes.shares import ENOUGH, Share
from portal.quizzes.steps import Asks, Kind, Step

NO_TEAM = "No team"
NOTHING = Share()


@dataclass(slots=True, kw_only=True)
class ClauseFigures:
    """Who had a clause right when they first met it: all of them, and team by team."""

    clause: str
    right: Share = NOTHING
    teams: dict[str, Share] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class ScenarioFigures:
    """How a scenario went, as it is worded now; the counts are by step and option.

    `first` counts those who met it for the first time, `chosen` every time it was answered. Where
    an order is asked, an option counts when it was put in its place.
    """

    scenario: Scenario
    digest: str
    right: Share = NOTHING
    first: Counter[tuple[str, str]] = field(default_factory=Counter)
    chosen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def most_wrong(self) -> str:
        """Return the words of the wrong choice made most often at first, "" when there is none."""
        wrong = [
            (count, option.text)
            for step in self.scenario.steps
            if step.asks is not Asks.ORDER
            for option in step.options
            if option.kind is Kind.WRONG and (count := self.first[step.id, option.id])
        ]
        return max(wrong, default=(0, ""))[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """How long first attempts took: half of them between `quarter` and `three_quarters`."""

    count: int
    quarter: int
    middle: int
    three_quarters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All that can be told of one group; clauses and scenarios with the weakest first."""

    people: int
    attempts: int
    teams: tuple[str, ...]
    clauses: tuple[ClauseFigures, ...]
    scenarios: tuple[ScenarioFigures, ...]
    minutes: Minutes | None


def figures(attempts: Iterable[Closed], *, teams: Mapping[str, str]) -> Figures:
    """Return the figures of these attempts, oldest first; `teams` names each person's team."""
    known = tuple(attempts)
    clauses, scenarios = _clauses(known, teams), _scenarios(known)
    return Figures(
        people=len({each.person_id for each in known}),
        attempts=len(known),
        teams=tuple(sorted({team for each in clauses for team in each.teams})),
        clauses=tuple(sorted(clauses, key=lambda each: (_rank(each.right), each.clause))),
        scenarios=tuple(sorted(scenarios, key=lambda each: (_rank(each.right), each.scenario.id))),
        minutes=_minutes(known),
    )


def tells_right(step: Step, option: str) -> bool:
    """Whether this choice, by its ids, is what the policy asks or safer."""
    return step.kind_of(step.by_ids(option)) is not Kind.WRONG


def _rank(share: Share) -> tuple[bool, float]:
    """Order what can be told before what cannot, and there the weakest first."""
    return share.of < ENOUGH, share.part / share.of if share.of else 1


def _clauses(attempts: Iterable[Closed], teams: Mapping[str, str]) -> list[ClauseFigures]:
    found: dict[str, ClauseFigures] = {}
    seen: set[tuple[str, str]] = set()
    for attempt in attempts:
        team = teams.get(attempt.person_id, NO_TEAM)
        tested = {clause for met in attempt.met for clause in met.asked.scenario.clauses}
        for clause in tested:
            if (attempt.person_id, clause) in seen:
                continue
            seen.add((attempt.person_id, clause))
            told = found.setdefault(clause, ClauseFigures(clause=clause))
            counts = clause not in attempt.missed
            told.right = told.right.plus(counts=counts)
            told.teams[team] = told.teams.get(team, NOTHING).plus(counts=counts)
    return [*found.values()]


def _scenarios(attempts: Iterable[Closed]) -> list[ScenarioFigures]:
    """Return the figures of each scenario since its words last changed."""
    found: dict[str, ScenarioFigures] = {}
    seen: dict[str, set[str]] = defaultdict(set)
    for attempt in attempts:
        for met in attempt.met:
            words, scenario = met.asked.digest, met.asked.scenario
            if scenario.id not in found or found[scenario.id].digest != words:
                found[scenario.id] = ScenarioFigures(scenario=scenario, digest=words)
            _count(found[scenario.id], met, first=attempt.person_id not in seen[words])
            seen[words].add(attempt.person_id)
    return [*found.values()]


def _count(told: ScenarioFigures, met: Met, *, first: bool) -> None:
    steps = {step.id: step for step in told.scenario.steps}
    counted = [(step, one) for step, ids in met.choices for one in _counted(steps[step], ids)]
    told.chosen.update(counted)
    if first:
        told.first.update(counted)
        right = all(tells_right(steps[step], ids) for step, ids in met.choices)
        told.right = told.right.plus(counts=right)


def _counted(step: Step, ids: str) -> list[str]:
    """Return the ids of the options that count: those chosen, or those put in their place."""
    chosen = ids.split(" ")
    if step.asks is not Asks.ORDER:
        return chosen
    places = (option.id for option in step.options)
    return [one for one, placed in zip(chosen, places, strict=True) if one == placed]


def _minutes(attempts: Iterable[Closed]) -> Minutes | None:
    """Return how long first attempts took; None for fewer than tell anything."""
    took = [
        (each.closed_at - each.opened_at).total_seconds() / 60 for each in attempts if each.n == 1
    ]
    if len(took) < ENOUGH:
        return None
    quarter, middle, three_quarters = map(round, statistics.quantiles(took, n=4))
    return Minutes(count=len(took), quarter=quarter, middle=middle, three_quarters=three_quarters)
