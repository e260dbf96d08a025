"""GraphQL: derived writes, hand-shaped reads, live queues."""
