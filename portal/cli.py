"""The door for commands: `portal --help`."""

import os
import sys

import click

from portal.config import Settings, SettingsError


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Tutor onboarding and policy acknowledgement."""
    try:
        context.obj = Settings.read(os.environ)
    except SettingsError as error:
        click.echo(error, err=True)
        sys.exit(2)
