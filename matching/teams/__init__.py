"""Teams: from chosen pairs to few providers who work well together."""
