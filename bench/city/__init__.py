"""A city to measure on: real streams of the demo's world, repeated over every township of two cities."""
