"""Static pages served by the platform."""
