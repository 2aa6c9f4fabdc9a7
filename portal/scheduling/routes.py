"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("scheduling", __name__)
