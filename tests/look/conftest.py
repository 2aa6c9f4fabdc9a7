"""Pages as a browser would get them, from the templates alone: no database, no rooms."""

from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from jinja2 import StrictUndefined

from portal.access import Actor
from portal.paths import STATIC, TEMPLATES
from portal.web import labelled


@pytest.fixture
def app():
    """A Flask that knows our templates and the words every page is given."""
    app = Flask("look", template_folder=TEMPLATES, static_folder=STATIC)
    app.secret_key = "look"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["labelled"] = labelled
    for name in ("sign-out", "details", "comfort"):
        app.add_url_rule(f"/{name}", f"people.{name.replace('-', '_')}")
    return app


@pytest.fixture
def words():
    """What every page is given; a tutor is signed in."""
    return {
        "actor": Actor(id="1", name="Priya Nair", roles=frozenset()),
        "settings": SimpleNamespace(organisation="Lantern Tuition", demonstration=False),
        "comfort": {"size": "normal", "spacing": "normal", "tint": "none"},
        "nav": [SimpleNamespace(label="Home", href="/", current=True)],
        "asset": lambda name: f"/static/{name}",
        "alarm": None,
        "csrf": lambda: "",
    }


@pytest.fixture
def render(app, words):
    """Return `render(source, **more)`: the text of a template."""

    def text(source, **more):
        with app.test_request_context("/"):
            return render_template_string(source, **{**words, **more})

    return text
