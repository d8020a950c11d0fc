"""Sets the thresholds of the training item from measured runs, so that luck does not decide a grade.

``pipelines`` trains right and faulty pipelines, ``steps`` derives the thresholds, ``settings`` writes ``course.toml``.
"""
