"""Call Slack's Web API: make its clients, try again what may be tried again, and find out who people are."""
