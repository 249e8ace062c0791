"""Choose what to quote of the passages that were found, line by line, and what more there is around it."""
