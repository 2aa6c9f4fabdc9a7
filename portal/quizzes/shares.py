"""How many of how many, and how sure that is: pure reckoning for small groups."""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

ENOUGH = 10  # answers; fewer tell nothing about the next ones
Z90 = 1.6448536269514722  # standard deviations that hold 90 % of a normal distribution


class Reading(StrEnum):
    """What a share says about whether something is understood."""

    FEW = "few"
    WEAK = "weak"
    OPEN = "open"
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    part: int = 0
    of: int = 0

    def plus(self, *, counts: bool) -> "Share":
        """Return the share with one more in it, that counts or not."""
        return Share(part=self.part + counts, of=self.of + 1)

    @property
    def percent(self) -> int:
        """The share in whole percent; 0 of 0 is 0."""
        return round(100 * self.part / self.of) if self.of else 0

    @property
    def interval(self) -> tuple[int, int]:
        """Where the true share lies in nine cases of ten, in whole percent."""
        low, high = wilson(self.part, self.of)
        return round(100 * low), round(100 * high)

    def reading(self, mark: int) -> Reading:
        """Return what it says when `mark` percent were hoped for."""
        low, high = wilson(self.part, self.of)
        if self.of < ENOUGH:
            return Reading.FEW
        if 100 * high < mark:
            return Reading.WEAK
        return Reading.GOOD if 100 * low >= mark else Reading.OPEN


def wilson(part: int, of: int, *, z: float = Z90) -> tuple[float, float]:
    """Return Wilson's score interval, from 0 to 1: it holds its promise for ten answers too.

    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927), pages 209 to 212.
    """
    if not of:
        return 0.0, 1.0
    share, squared = part / of, z * z
    middle = share + squared / (2 * of)
    reach = z * sqrt(share * (1 - share) / of + squared / (4 * of * of))
    whole = 1 + squared / of
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)
