"""`portal quiz check`: may this file be asked, what does it test, how long does it take."""

import json
import sys
import tomllib
from pathlib import Path

import click

from portal import paths
from portal.console import Console
from portal.policies.text import Document, parse
from portal.quizzes.checking import FAST, SLOW, Review, minutes
from portal.quizzes.content import Quiz
from portal.quizzes.course import Terms
from portal.quizzes.loader import BadQuiz, load, whole
from portal.quizzes.taken import clashes, taken_on_file


@click.group("quiz")
def quiz() -> None:
    """Work on scenarios."""


@quiz.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def check(console: Console, /, files: tuple[Path, ...]) -> None:
    """Check quiz files, or all in quizzes/: file, line and reason of whatever is wrong.

    For a sound one it prints which scenarios test each clause, and the minutes an attempt takes.
    Exit status 1 when a file cannot be asked. Nothing is changed.
    """
    terms = Terms.of(console.settings)
    chosen = files or tuple(sorted(paths.QUIZZES.glob("*.toml")))
    every = [_sound(file, terms, beside=files) for file in chosen]
    sys.exit(0 if all(every) else 1)


@quiz.command("schema")
def schema() -> None:
    """Print the JSON Schema of a quiz, with which editors complete and check while one writes."""
    click.echo(json.dumps(Quiz.model_json_schema(), indent=2))


def _sound(file: Path, terms: Terms, *, beside: tuple[Path, ...]) -> bool:
    """Print what there is to say of one file; return whether it can be asked."""
    texts = _texts(file)
    try:
        found = load(file, clauses={clause for text in texts for clause in text.clauses})
        _refuse_clashes(found, file, beside)
    except BadQuiz as error:
        click.echo(error, err=True)
        return False
    review = Review(quiz=found, lengths=_lengths(found, texts), terms=terms)
    if refusals := list(review.refusals()):
        click.echo("\n".join(f"{file.name}:1: {each}" for each in refusals), err=True)
        return False
    _print(review, name=file.name)
    return True


def _refuse_clashes(found: Quiz, file: Path, beside: tuple[Path, ...]) -> None:
    """Raise BadQuiz where another policy, in quizzes/ or in a file checked as well, has an id."""
    others = taken_on_file(found.policy, files=beside)
    if faults := list(clashes(found, whole(file), name=file.name, others=others)):
        raise BadQuiz(faults)


def _texts(file: Path) -> list[Document]:
    """Return every version, on file, of the policy that a quiz names."""
    try:
        policy = str(tomllib.loads(file.read_text(encoding="utf-8")).get("policy", file.stem))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        policy = file.stem  # loading it says what is wrong
    found = (each for each in paths.POLICIES.glob("*/*.md") if each.parent.name == policy)
    return [parse(each.read_text(encoding="utf-8")) for each in found]


def _lengths(found: Quiz, texts: list[Document]) -> dict[str, int]:
    """Return the words of each clause in the newest text of the quiz's major, or of any."""
    ordered = sorted(texts, key=lambda text: (text.major == found.major, text.major, text.minor))
    return ordered[-1].lengths if ordered else {}


def _print(review: Review, *, name: str) -> None:
    found, (least, most) = review.quiz, review.shortest_and_longest
    click.echo(f"{name}: {found.title}, version {found.version}")
    click.echo(f"{len(found.scenarios)} scenarios, {len(found.cards)} cards\n")
    width = max(map(len, review.coverage))
    for clause, testing in review.coverage.items():
        must = "*" if clause in found.must_cover else " "
        click.echo(f"  {clause:{width}} {must} {' '.join(testing) or '-'}")
    click.echo("\n  * is tested in every full attempt; (cards) only show a clause\n")
    click.echo(f"A full attempt has {least} to {most} words on the right way, clauses included:")
    for pace in (SLOW, FAST):
        took = f"{minutes(least, pace=pace)} to {minutes(most, pace=pace)} minutes"
        click.echo(f"  {took} at {pace} words a minute")
    for remark in review.remarks():
        click.echo(f"Note: {remark}")
