"""What is seen and touched, and everything said in Portuguese."""
