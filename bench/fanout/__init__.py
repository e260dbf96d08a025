"""Live fan-out: one event to thousands of subscribers, beside strawberry's own subscription server."""
