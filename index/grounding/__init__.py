"""Prove a written sentence by lines of the reports, without a model: its numbers, names, negations and order."""
