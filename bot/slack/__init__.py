"""The bot in Slack; the only place that imports Bolt."""
