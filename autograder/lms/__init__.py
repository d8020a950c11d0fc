"""Learning management systems: class lists, downloads of submissions, and files of grades."""
