"""The portal for any WSGI server: `portal serve` uses it too."""

import os

from portal import create_app
from portal.config import Settings

app = create_app(Settings.read(os.environ))
