"""The service: the matching engine behind an HTTP interface, with storage, accounts, confidentiality and jobs."""
