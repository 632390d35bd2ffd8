"""The contract's write rules, and the record kept where no endpoint keeps it."""
