"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("outbox", __name__)
