"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("publishing", __name__)
