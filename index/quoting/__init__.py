"""From what a search found to what of it is quoted, line by line, and what more there is around it."""
