"""The bot at work: takes questions, has them answered in its pool, and goes on with what was left."""
