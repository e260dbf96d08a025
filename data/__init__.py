"""Reference data of the platform: divisions and calendars as CSV, with the scripts that made them.

The CSV files are the product; the scripts run at development time only (see ``SOURCES.md``).
"""
