"""The demonstration: a whole course with sample students."""
