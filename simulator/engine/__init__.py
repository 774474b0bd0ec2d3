"""What time does to a model: the order of an instant, batches, stations, stocks, routes, rules, settling, named draws, the trace."""
