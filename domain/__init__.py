"""The domain: pure decisions over an immutable history, in the words of the five policy texts."""
