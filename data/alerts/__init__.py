"""When somebody has to be called: rules judged over time, causes, and what is held under them."""
