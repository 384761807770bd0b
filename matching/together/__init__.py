"""What states could do together: coalitions, joint actions, mutual exchanges."""
