"""Quotas: inside the flow where they form trees, with HiGHS where they cross."""
