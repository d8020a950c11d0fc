"""An instructor's own images becoming a data set of the course (``autograder data import``).

Theory of operation.  ``folders`` or ``archive`` lists what there is; ``examination`` then reads every image once (by
``pixels``), in the order of names, and keeps of it its pixels at the wanted size, a thumbnail, and what is wrong with
it.  Only when all have been seen are the findings judged (``remarks``): bad files, patients' identifiers in headers,
copies (``duplicates``), patients in two splits.  What passes is dealt to the splits (``selection``) and written
(``writer``).  Until the last step everything lies in ``<out>.part``, which goes when anything is refused.

Nothing of a source but its pixels, shrunk, reaches the data set: no header, no name of a file, no patient.
"""
