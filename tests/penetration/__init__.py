"""What a hostile colleague, buyer or thief would try, each with what came of it: `python -m tests.penetration`."""
