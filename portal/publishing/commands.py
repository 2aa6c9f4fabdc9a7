"""`portal quiz publish` and `portal quiz export`."""

import sys
from pathlib import Path

import click

from portal import clock, db
from portal.access import CONSOLE
from portal.console import Console
from portal.publishing.quiz_desk import text_of
from portal.quizzes.authoring import go_live
from portal.quizzes.course import Terms
from portal.quizzes.loader import whole
from portal.quizzes.shelf import live


@click.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def publish(console: Console, /, *, file: Path) -> None:
    """Make FILE the live quiz of its major; its name is that of the policy.

    What is missing is said, and then nothing is published. Scenarios have to be approved before.
    """
    policy, source = file.stem, whole(file)
    with console.portal(), db.change() as session:
        quiz = go_live(
            session,
            source,
            policy=policy,
            text=text_of(session, policy, source),
            terms=Terms.of(console.settings),
            by=CONSOLE,
            now=clock.now(),
        )
    click.echo(f"{len(quiz.scenarios)} scenarios are live for {policy}, version {quiz.major}.")


@click.command("export")
@click.argument("policy")
@click.pass_obj
def export(console: Console, /, *, policy: str) -> None:
    """Write the live quiz of POLICY to standard output, byte for byte."""
    with console.portal(), db.reader() as session:
        source = live(session, policy).source
    sys.stdout.buffer.write(source)
