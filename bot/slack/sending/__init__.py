"""Get an answer to Slack once, whatever breaks in between."""
