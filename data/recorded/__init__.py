"""Files of recorded calls from anywhere: what their columns mean, and the calls in them."""
