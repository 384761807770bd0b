"""The fairness dial: from the highest floor to max-min and leximin, with what proves them."""
