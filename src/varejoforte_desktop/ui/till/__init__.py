"""The till's forms, counts and slips."""
