"""The demonstration: a whole course played through with sample students."""
