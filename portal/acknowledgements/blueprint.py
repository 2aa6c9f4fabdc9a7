"""What the pages of this room hang on."""

from flask import Blueprint

bp = Blueprint("acknowledgements", __name__)
