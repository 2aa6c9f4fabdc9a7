"""The door for commands: `portal --help`."""

import os
import sys

import click

from portal import create_app
from portal.acknowledgements import commands as acknowledgements
from portal.archive import commands as archive
from portal.archive import erase
from portal.clearance import commands as clearance
from portal.config import Settings, SettingsError
from portal.console import Console
from portal.errors import Refusal
from portal.installation import commands as installation
from portal.ledger import commands as ledger
from portal.publishing import commands as publishing
from portal.publishing.policy_commands import policy
from portal.quizzes import commands as quizzes


class Group(click.Group):
    """Commands that answer a refusal with its sentence and exit status 1."""

    def invoke(self, context: click.Context) -> object:
        """Run the command; settings that are wrong end with status 2."""
        try:
            return super().invoke(context)
        except SettingsError as error:
            click.echo(error, err=True)
            sys.exit(2)
        except Refusal as refusal:
            click.echo(refusal.sentence, err=True)
            sys.exit(1)


@click.group(cls=Group)
@click.pass_context
def main(context: click.Context) -> None:
    """Tutor onboarding and policy acknowledgement."""
    context.obj = Console(settings=Settings.read(os.environ), make_app=create_app)


main.add_command(installation.init)
main.add_command(installation.serve)
main.add_command(installation.worker)
main.add_command(installation.renew_cookie_key)
main.add_command(clearance.explain)
main.add_command(archive.verify)
main.add_command(acknowledgements.seal)
main.add_command(erase.erase)
main.add_command(ledger.ledger)
main.add_command(policy)
main.add_command(quizzes.quiz)
quizzes.quiz.add_command(publishing.publish)
quizzes.quiz.add_command(publishing.export)

if __name__ == "__main__":
    main()
