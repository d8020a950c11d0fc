answers = dict(satisfaction=1, understanding=1, feedback=1, background="computing", comment="Zu lang; 너무 길어요.")
