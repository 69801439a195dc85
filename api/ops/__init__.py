"""Running the service: logs, metrics, health, headers, backup and restore."""
