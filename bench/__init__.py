"""What is measured, beside what: see ``python -m bench --help``."""
