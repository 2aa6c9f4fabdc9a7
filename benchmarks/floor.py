"""A bare Flask script: what anybody who uses these libraries pays for the same requests.

Flask-Login, one ORM read, a Jinja page with the policy's text, durable writes, password hashes; no
rules, no forms, no tokens, no headers. Started by the same server with the same workers:
`python -m benchmarks.floor DATABASE_URL --port 8001`.
"""

import argparse
import os
import secrets
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from granian import Granian
from granian.constants import Interfaces
from jinja2 import DictLoader
from sqlalchemy import orm

from portal import paths

DATABASE, TUTOR, PASSWORD = "FLOOR_DATABASE", "wren", "amber-heron-inlet-4821"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Code of practice</title></head>
<body><h1>Code of practice</h1>
{% if current_user.is_authenticated %}<p>Signed in as {{ current_user.name }}</p>{% endif %}
<pre>{{ text }}</pre>
<form method="post" action="/act"><button>Next</button></form></body></html>"""


class Base(orm.DeclarativeBase):
    """The floor's tables."""


class Person(UserMixin, Base):  # type: ignore[misc]  # Flask-Login brings no types
    """Somebody who can sign in."""

    __tablename__ = "people"
    id: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str]
    password_hash: orm.Mapped[str]


class Line(Base):
    """Something that was written down."""

    __tablename__ = "lines"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    text: orm.Mapped[str]


def make_app(url: str) -> Flask:
    """Return the bare application on this database."""
    app = Flask(__name__)
    app.secret_key = "floor"
    app.jinja_loader = DictLoader({"page.html": PAGE})
    engine = make_engine(url)
    login: Any = LoginManager(app)

    @login.user_loader
    def load(person_id: str) -> Person | None:
        with orm.Session(engine, expire_on_commit=False) as session:
            return session.get(Person, person_id)

    _add_pages(app)
    _add_changes(app, engine)
    return app


def _add_pages(app: Flask) -> None:
    text = (paths.POLICIES / "online-safeguarding" / "1.0.md").read_text(encoding="utf-8")

    @app.get("/sign-in")
    def plain() -> str:
        return render_template("page.html", text=text)

    @app.get("/page")
    @login_required
    def page() -> str:
        return render_template("page.html", text=text)

    @app.get("/go")
    @login_required
    def go() -> ResponseReturnValue:
        return redirect("/page")


def _add_changes(app: Flask, engine: sa.Engine) -> None:
    hasher = make_hasher()

    @app.post("/enter")
    def enter() -> ResponseReturnValue:
        with orm.Session(engine, expire_on_commit=False) as session:
            person = session.get_one(Person, TUTOR)
        login_user(person)
        return act()

    @app.post("/act")
    def act() -> ResponseReturnValue:
        for _ in range(int(request.form["hashes"])):
            hasher.verify(current_user.password_hash, PASSWORD)
        for _ in range(int(request.form["writes"])):
            with orm.Session(engine) as session, session.begin():
                session.add(Line(text=secrets.token_hex(100)))
        return redirect("/page")


def make_engine(url: str) -> sa.Engine:
    """Return an engine whose writes are as durable as the portal's."""
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA synchronous=EXTRA")

    return engine


def make_hasher() -> PasswordHasher:
    """Return a hasher as strong as the portal's."""
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def fill(url: str) -> None:
    """Make the tables and the one person."""
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session, session.begin():
        stored = make_hasher().hash(PASSWORD)
        session.add(Person(id=TUTOR, name="Wren Ashby", password_hash=stored))
    engine.dispose()


def main() -> None:
    """Serve the floor."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8)
    told = parser.parse_args()
    os.environ[DATABASE] = told.database
    fill(told.database)
    Granian(
        "benchmarks.floor:app",
        address="127.0.0.1",
        port=told.port,
        interface=Interfaces.WSGI,
        workers=told.workers,
        blocking_threads=told.threads,
        working_dir=paths.ROOT,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
elif DATABASE in os.environ:
    app = make_app(os.environ[DATABASE])  # where granian's workers look
