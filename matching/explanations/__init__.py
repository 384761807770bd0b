"""Why this team, why not that offer, what stays unmet, and what would change the answer."""
