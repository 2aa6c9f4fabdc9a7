"""Pages of this room."""

from flask import Blueprint

from portal.onboarding import invitations

bp = Blueprint("onboarding", __name__)
invitations.open_on(bp)
