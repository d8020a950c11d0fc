"""The case study's experiments, run again: resumable runs, figures, and a page with *paper / ours / what differs*.

The experiments themselves are in ``reference_solution/study.py``; callers pass that module in.
"""
