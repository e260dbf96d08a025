"""Reads side by side: the same answers from Yidang, from hand-written SQL, and from other GraphQL servers."""
