"""What a tutor asked before signing, as a record says it."""

from collections.abc import Callable
from typing import Self

from portal.acknowledgements.spelling import Filled, Moment, Part


class Reply(Part):
    """One answer, by name: no part of the policy. `text` is null where the words are kept apart."""

    answered_by: Filled
    answered_at: Moment
    text: Filled | None


class Asked(Part):
    """One question about a clause, and the answers so far; without any it was open."""

    id: Filled
    version: Filled
    clause: Filled
    asked_of: Filled
    asked_at: Moment
    text: Filled | None
    answers: tuple[Reply, ...]

    def spelled(self, how: Callable[[str], str]) -> Self:
        """Return it with the words of people spelled another way."""
        answers = tuple(
            each.model_copy(update={"text": each.text and how(each.text)}) for each in self.answers
        )
        return self.model_copy(update={"text": self.text and how(self.text), "answers": answers})
