"""Prose: sums, stories, descriptions, daily life, sayings. Nobody talks about language here: see ``lessons``."""
