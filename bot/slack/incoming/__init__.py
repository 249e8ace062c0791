"""What Slack brings, and whether it asks the bot something; pure functions."""
