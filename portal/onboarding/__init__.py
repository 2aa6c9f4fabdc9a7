"""A tutor's home and way through: invited, reading, scenarios, signing, teaching."""
