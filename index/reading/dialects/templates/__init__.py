"""Templates and components: what generators put in the place of their tags, as plain Markdown."""
