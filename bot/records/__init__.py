"""What the bot remembers in its database: questions and their lives, threads, feedback, installations."""
