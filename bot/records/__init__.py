"""Remember in a database what was asked, what became of it, and what people thought of the answers."""
