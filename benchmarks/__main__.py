"""`python -m benchmarks`: measure everything, print the figures."""

import argparse
import logging
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg

from benchmarks import crowd, figures, measure, printing, profiling
from benchmarks.browser import over_http
from benchmarks.company import PATIENCE, Company, Tutor, company, environment
from benchmarks.pages import samples
from benchmarks.processes import Server, parent_of, serving
from benchmarks.tape import Tape, record
from portal import db
from portal.acknowledgements.queries import held
from portal.config import Settings
from tests.databases import Databases
from tests.standins.mail_server import Postmaster, mail_server

WARM = 6  # journeys that nobody counts, for each worker: a server spreads them as it likes


def main() -> None:
    """Measure in a folder that is gone afterwards."""
    told = _told()
    logging.disable(logging.WARNING)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=told.folder)))
        smtp_url = stack.enter_context(mail_server(Postmaster()))
        urls = stack.enter_context(_databases(folder, postgresql=told.postgresql))
        own = stack.enter_context(company(folder, database_url=urls[0], smtp_url=smtp_url))
        tape, signed = _record(own)
        pair = stack.enter_context(_servers(folder, own, urls, told))
        _measure(own, pair, tape, signed, told)


def _measure(
    own: Company, pair: tuple[Server, Server], tape: Tape, signed: Tutor, told: argparse.Namespace
) -> None:
    portal, floor = pair
    idle = portal.memory()
    measure.journeys(portal, floor, tape, own.invited(WARM * told.workers))
    _say(figures.of_journeys(measure.journeys(*pair, tape, own.invited(told.journeys)), tape))
    serial = _serial(own, signed)
    known = samples(over_http(portal.port), own, signed=signed, serial=serial)
    weights, bare = measure.pages(*pair, known, rounds=told.rounds, repeats=told.repeats)
    _say(figures.of_pages(weights, bare))
    _say(figures.of_crowd(crowd.readers_beside_signers(portal, own, each=told.signatures)))
    _say(figures.of_memory({f"{kind}, idle": sizes for kind, sizes in idle.items()}))
    _say(figures.of_memory(portal.memory()))
    _say(figures.of_printing(printing.print_one(own, repeats=told.prints)))
    if told.profile:
        worst = max(weights, key=lambda each: measure.middle(each.cpu))
        asked = {"who": worst.who, "signed": signed, "serial": serial}
        profiling.profile(own, worst.path, **asked)


def _told() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--journeys", type=int, default=15)
    parser.add_argument("--rounds", type=int, default=5, help="of all pages")
    parser.add_argument("--repeats", type=int, default=20, help="of a page in a round")
    parser.add_argument("--signatures", type=int, default=4, help="of each of the 8 signers")
    parser.add_argument("--prints", type=int, default=20)
    parser.add_argument("--folder", help="where the throw-away installation lies")
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    parser.add_argument("--profile", action="store_true", help="of the heaviest page")
    return parser.parse_args()


def _say(lines: Iterator[str]) -> None:
    print("\n".join(lines), end="\n\n", flush=True)


@contextmanager
def _databases(folder: Path, *, postgresql: bool) -> Iterator[tuple[str, str]]:
    """Lend two empty databases: the portal's and the floor's."""
    if not postgresql:
        yield "", f"sqlite:///{folder / 'floor.sqlite'}"
        return
    databases = Databases()
    with closing(databases), ExitStack() as stack:
        one, other = (stack.enter_context(databases.empty("postgresql")) for _ in range(2))
        yield one, other


def _record(own: Company) -> tuple[Tape, Tutor]:
    """Record the second journey: the first fills every cache."""
    first, second = own.invited(2)
    record(own.app, first)
    return record(own.app, second), second


@contextmanager
def _servers(
    folder: Path, own: Company, urls: tuple[str, str], told: argparse.Namespace
) -> Iterator[tuple[Server, Server]]:
    sizes = {"WORKERS": told.workers, "THREADS": told.threads, "PRESS_SECONDS": PATIENCE}
    environ = environment(own.settings, **sizes)
    floor = ["-m", "benchmarks.floor", urls[1], "--port", "{port}"]
    floor += ["--workers", str(told.workers), "--threads", str(told.threads)]
    known = {"environ": environ, "log": folder / "log", "database": _postmaster(own.settings)}
    portal = ["-m", "portal.cli", "serve", "--port", "{port}"]
    with serving(portal, **known) as one, serving(floor, **known) as other:
        yield one, other


def _serial(own: Company, signed: Tutor) -> str:
    with own.app.app_context(), db.reader() as session:
        return str(held(session, signed.id)[0].serial)


def _postmaster(settings: Settings) -> int:
    """Return the first process of the PostgreSQL server, 0 for SQLite."""
    if not settings.database_url.startswith("postgresql"):
        return 0
    with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
        return parent_of(connection.info.backend_pid)


if __name__ == "__main__":
    main()
