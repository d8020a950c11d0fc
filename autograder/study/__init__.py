"""The case study's experiments run again: resumable runs, figures, and a page with *paper / ours / what differs*.

The experiments themselves stand in ``reference_solution/study.py``, which is handed in.
"""
