"""`portal init`, `portal serve`, `portal worker`, `portal renew-cookie-key`."""

from datetime import timedelta

import click

from portal import clock
from portal.acknowledgements.seals import seal_in_use
from portal.config import FILE, Settings
from portal.console import Console
from portal.installation import opening, serving
from portal.installation.demonstration import prepare

LOOPBACK = "127.0.0.1"
MAIL_SERVER = "Mail server (smtp://name:password@host:587; none: press Enter, and mail waits)"


@click.command("init")
@click.option("--organisation", prompt="Name of the organisation")
@click.option("--public-url", prompt="Address people will open (https://...)")
@click.option("--zone", prompt="Time zone", default="Europe/London")
@click.option("--smtp-url", prompt=MAIL_SERVER, default="", show_default=False)
@click.option("--mail-from", prompt="Address that mails come from", default="", show_default=False)
@click.option("--name", prompt="First administrator's name")
@click.option("--email", prompt="First administrator's address")
@click.pass_obj
def init(console: Console, /, *, name: str, email: str, **told: str) -> None:
    """Open an installation: empty, closed, with its own keys and one administrator."""
    settings = Settings(**{**console.settings.model_dump(), **told})
    opening.open_installation(settings, now=clock.now())
    with console.portal(settings):
        link = opening.first_administrator(settings, name=name, email=email, now=clock.now())
    root = seal_in_use(settings).fingerprint
    start = opening.start_command(settings.instance)
    click.echo(opening.WORDS.format(link=link, folder=settings.instance, root=root, start=start))


@click.command("serve")
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default=LOOPBACK, show_default=True)
@click.pass_obj
def serve(console: Console, /, *, host: str, port: int) -> None:
    """Serve the installation, or the demonstration where there is none."""
    settings = console.settings
    with serving.alone(settings), serving.port_free(host, port=port):
        if not (settings.instance / FILE).exists():
            host = LOOPBACK  # the demonstration is for this machine alone
            settings = prepare(console, port=port, now=clock.now())
        click.echo(f"Serving {settings.public_url} (Ctrl-C stops it)")
        serving.serve(settings, host=host, port=port, now=clock.now())


@click.command("renew-cookie-key")
@click.option("--at-once", "how", flag_value="at-once", help="Do not read the old key any more.")
@click.pass_obj
def renew_cookie_key(console: Console, /, *, how: str | None) -> None:
    """Make a new key for cookies and forms; start the portal again to use it.

    The old one is read until every sign-in made with it is over, so nobody is signed out. At once
    is for a key that others have seen: everyone signs in again.
    """
    settings = console.settings
    keeps = timedelta() if how else timedelta(hours=settings.absolute_hours)
    with console.portal():
        opening.renew_cookie_key(settings, keeps=keeps, now=clock.now())
    left = "is not read any more" if how else f"is read for {settings.absolute_hours} hours yet"
    click.echo(f"There is a new key, and the old one {left}. Start the portal again to use it.")


@click.command("worker")
@click.option("--beside-server", "work", flag_value="beside", hidden=True)
@click.pass_obj
def worker(console: Console, /, *, work: str | None) -> None:
    """Send what waits in the outbox; `portal serve` does it by itself."""
    if work:
        serving.have_another_when_one_dies()
    stop = serving.stop_with_server() if work else serving.stop_when_told()
    with console.portal() as app:
        serving.work(app, stop)
