"""What the desks of enterprises and of institutions have in common, with the side as a parameter."""
