"""Answer in Slack; no other place imports Bolt."""
