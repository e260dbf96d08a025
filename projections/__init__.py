"""Read models: tables told from history, safe to drop and retell (law 9)."""
