"""Many runs: replications, estimates, paired comparisons, agreement with the record."""
