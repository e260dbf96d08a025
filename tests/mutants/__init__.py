"""Mutation score of the domain's rules: each rule broken a little, and whether a test notices (ADR 0047)."""
