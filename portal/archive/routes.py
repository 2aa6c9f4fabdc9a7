"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("archive", __name__)
