"""What the portal costs: the whole of a tutor's way over HTTP, beside floors of the same run.

`python -m benchmarks` does it all; README.md says what is measured, how, and the last figures.
"""
