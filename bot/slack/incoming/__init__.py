"""Turn what Slack brings into questions, if it asks the bot something; all functions are pure."""
