"""Say whether an index is whole, what it holds, and how well it answers."""
