"""How many decisions come out wrong, measured against honest baselines on held-out data."""
