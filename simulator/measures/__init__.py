"""What a run means: outages, lost minutes, blast radius, causes, agreement with the record. Pure functions of a trace."""
