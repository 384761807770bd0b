"""The slow proofs. ``make prove`` runs all, ``make prove ITEM=base.kill`` one; a line for each figure."""
