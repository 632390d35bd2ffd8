"""Everything below the glass: model, rules, cache, desk, sync, sources and the sandbox."""
