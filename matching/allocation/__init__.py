"""Who takes which slot: one integer min-cost flow over plain arrays, with prices and proofs."""
