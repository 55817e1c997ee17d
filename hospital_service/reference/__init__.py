"""What others fixed: states and local government areas."""
