"""What goes over the wire, apart from what the engine and the database hold."""
