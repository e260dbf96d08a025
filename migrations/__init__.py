"""The database's history: NNNN_what_it_does.sql, forward only, applied by run.py."""
