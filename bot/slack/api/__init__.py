"""The way to Slack's Web API: clients of workspaces, what is tried again, what can go wrong, and who people are."""
