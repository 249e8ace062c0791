"""How an answer gets to Slack once, whatever breaks in between."""
