"""The tutor onboarding and policy-acknowledgement portal."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # nothing else is imported here: importing one room must not load them all
    from collections.abc import Callable
    from typing import Any

    from flask import Flask

    from portal.config import Settings
    from portal.errors import Refusal
    from portal.ledger.actions import Subscriber
    from portal.outbox.worker import Daily, Handler


def create_app(settings: "Settings") -> "Flask":
    """Return the portal for one installation: ground floor first, then the rooms."""
    from flask import Flask

    from portal import paths
    from portal.access import init_access
    from portal.acknowledgements.expiry import alarm
    from portal.acknowledgements.press import Press
    from portal.acknowledgements.wire import Given
    from portal.db import init_db
    from portal.errors import init_errors
    from portal.onboarding.actions import hindrances
    from portal.people.sign_in import load
    from portal.web import init_web

    app = Flask(__name__, template_folder=paths.TEMPLATES, static_folder=paths.STATIC)
    app.extensions["settings"] = settings
    app.extensions["db"] = init_db(settings.database_url, info=_info(settings))
    init_access(app, load=load)
    init_errors(app)
    init_web(app, settings)
    _open_rooms(app)
    app.extensions["outbox_handlers"] = _handlers()
    app.extensions["outbox_daily"] = _daily()
    app.extensions["press"] = Press(
        settings.keys, seconds=settings.press_seconds, given=Given.said_by(settings)
    )
    app.extensions["alarm"] = alarm  # what administrators must know, for every page of theirs
    app.extensions["hindrances"] = hindrances  # whether anybody can be invited, for pages below
    app.extensions["db"].trace = _trace(app)
    return app


def _open_rooms(app: "Flask") -> None:
    """Register each room's pages, from the top of the stairs down."""
    from portal.acknowledgements.routes import bp as acknowledgements
    from portal.archive.routes import bp as archive
    from portal.onboarding.routes import bp as onboarding
    from portal.outbox.routes import bp as outbox
    from portal.people.routes import bp as people
    from portal.policies.routes import bp as policies
    from portal.publishing.routes import bp as publishing
    from portal.quizzes.routes import bp as quizzes
    from portal.scheduling.routes import bp as scheduling
    from portal.tracking.routes import bp as tracking

    rooms = (onboarding, tracking, publishing, archive, scheduling)
    for room in (*rooms, acknowledgements, quizzes, policies, people, outbox):
        app.register_blueprint(room)


def _info(settings: "Settings") -> "dict[str, Any]":
    """Return what every database session carries.

    The zone, who is told, what signs the head, where copies of quiz files are kept.
    """
    from portal.ledger.witness import Signer
    from portal.onboarding.notices import queue_called_off, queue_news

    subscriptions: dict[str, tuple[Subscriber, ...]] = {
        "version.published": (queue_news,),
        "version.cancelled": (queue_called_off,),
    }
    told = {"signer": Signer(settings.keys), "quizzes": settings.quizzes}
    return {"zone": settings.zone, "subscriptions": subscriptions, **told}


def _handlers() -> "dict[str, Handler]":
    """Return which room makes and sends each kind of outgoing thing."""
    from portal.acknowledgements import mails as acknowledgement_mails
    from portal.archive import heads
    from portal.clearance import mails as clearance_mails
    from portal.onboarding import mails as onboarding_mails
    from portal.people import departures
    from portal.people import mails as people_mails
    from portal.policies import mails as policy_mails
    from portal.publishing import draft_mails, readiness, reviews
    from portal.quizzes import mails as quiz_mails

    rooms = (
        people_mails,
        departures,
        policy_mails,
        onboarding_mails,
        clearance_mails,
        acknowledgement_mails,
        quiz_mails,
        heads,
        draft_mails,
        readiness,
        reviews,
    )
    return {kind: handler for room in rooms for kind, handler in room.HANDLERS.items()}


def _daily() -> "tuple[Daily, ...]":
    """Return what queues the mails of each new day."""
    from portal.acknowledgements.expiry import queue_alarm
    from portal.archive.heads import queue_heads
    from portal.onboarding.notices import queue_reminders
    from portal.publishing.reviews import queue_reviews

    return queue_heads, queue_alarm, queue_reminders, queue_reviews


def _trace(app: "Flask") -> "Callable[[Refusal], None]":
    """Return what leaves the trace of a refusal, in a transaction of its own."""
    from portal import clock
    from portal.access import actor
    from portal.ledger.actions import trace

    def write(refusal: "Refusal") -> None:
        refusal.traced = True
        with app.extensions["db"].change() as session:
            trace(session, refusal, by=actor(), now=clock.now())

    return write
