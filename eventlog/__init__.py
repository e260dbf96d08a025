"""The event log: eventsourcing on PostgreSQL, with group commit, hash chain, command ids and keys.

The one package that imports ``eventsourcing``. Tables and their laws: ``migrations/0001_event_log.sql``.
"""
