"""Clauses that share a sentence: one alone would say half of a rule. Pure.

An author may part a sentence, "No other place is permitted" and "without your manager's
permission". Whoever is shown the one part reads the other along with it.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from portal.policies.markup import Clause
from portal.policies.splitting import runs_on


def in_full(clauses: Sequence[Clause], wanted: AbstractSet[str]) -> dict[str, str]:
    """Return by its first id each wanted clause's words with those that share its sentence.

    What is wanted as well is not said twice.
    """
    said: dict[str, str] = {}
    for row in _sentences(clauses):
        asked = [each for each in row if not wanted.isdisjoint(each.ids)]
        alone = len(asked) == 1
        said |= {
            each.id: " ".join(one.text for one in row) if alone else each.text for each in asked
        }
    return said


def _sentences(clauses: Sequence[Clause]) -> list[list[Clause]]:
    """Return the clauses in rows: those of one sentence together."""
    rows = [[each] for each in clauses[:1]]
    for before, after in pairwise(clauses):
        if before.section == after.section and runs_on(before.text, after.text):
            rows[-1].append(after)
        else:
            rows.append([after])
    return rows
