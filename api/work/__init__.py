"""What jobs do: match whole lists, plan a fair, rebuild the index, train; and the lists of all jobs and chores."""
