"""What a floor's records come to: counts joined, ages counted, people numbered. Pure."""
