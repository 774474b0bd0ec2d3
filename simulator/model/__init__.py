"""What exists and what may happen: frozen descriptions, and the dependency graph over them."""
