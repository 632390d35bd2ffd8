"""What a host needs for a floor that several accounts share: told, done, and looked after."""
