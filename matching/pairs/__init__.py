"""Which pairs can be proposed: hard rules, criteria over columns, candidates and rankings."""
