"""What to spare for needs that are likely to come, and what that would have gained."""
