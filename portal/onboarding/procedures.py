"""The escalation card: four procedures in short steps, each with the clauses it comes from.

Where the policy is silent, the step without a clause is common sense, and always the safer one.
"""

from dataclasses import dataclass

MOST_WORDS = 12  # a step is read in one breath


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do; no clauses where it goes beyond the policy."""

    words: str
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """What to do when something happens, in this order."""

    id: str
    title: str
    steps: tuple[Step, ...]


PROCEDURES = (
    Procedure(
        id="harm",
        title="A child does something that may harm them",
        steps=(
            Step(words="Immediate danger: ring 999 first, or the number where the child is."),
            Step(words="Child fears a parent: ring the safeguarding lead, not that parent."),
            Step(
                words="Otherwise phone the parents, every time, so that it stops.",
                clauses=("CSP-8", "CSP-9"),
            ),
            Step(words="They do not answer: keep trying, and ring the safeguarding lead."),
            Step(
                words="Tell your learning manager what happened, without delay.",
                clauses=("CSP-10",),
            ),
        ),
    ),
    Procedure(
        id="dress",
        title="A child is not suitably dressed",
        steps=(
            Step(words="Ask the child to get dressed.", clauses=("CSP-4",)),
            Step(
                words="Not done: phone the parents or guardians and ask them.", clauses=("CSP-5",)
            ),
            Step(words="Nobody answers: switch video off, and keep trying."),
            Step(words="Cannot be done: audio only from now on.", clauses=("CSP-6",)),
            Step(
                words="Always tell your learning manager, without delay, even if solved.",
                clauses=("CSP-7",),
            ),
            Step(words="You may switch video off, or end the session, sooner."),
        ),
    ),
    Procedure(
        id="place",
        title="You want to teach from another place",
        steps=(
            Step(words="Practice room or your own home: no permission needed.", clauses=("GEO-4",)),
            Step(words="Anywhere else: ask your own learning manager first.", clauses=("GEO-6",)),
            Step(words="No permission yet: do not teach from there.", clauses=("GEO-5",)),
        ),
    ),
    Procedure(
        id="technology",
        title="The technology fails",
        steps=(
            Step(
                words="Do not switch to Zoom, FaceTime or a phone lesson.",
                clauses=("TEC-3", "TEC-4"),
            ),
            Step(words="No lesson by other means. Tell your learning manager.", clauses=("TEC-2",)),
            Step(words="A child at risk: phone the parents all the same.", clauses=("CSP-9",)),
        ),
    ),
)
