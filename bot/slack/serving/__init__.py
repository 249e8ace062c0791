"""The app as Slack meets it: over Socket Mode or HTTP, opened and ended."""
