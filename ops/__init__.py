"""Running the platform: embedded PostgreSQL, secrets, reference data, demo, commands."""
