"""Makes a data set of the course from an instructor's own images (``autograder data import``).

Theory of operation.  ``folders`` or ``archive`` lists the images; ``examination`` then reads every image once (by
``pixels``), in the order of names, and keeps its pixels at the wanted size, a thumbnail, and its faults.  After the
last image the findings are judged (``remarks``): bad files, patients' identifiers in headers, copies
(``duplicates``), patients in two splits.  The images that pass are dealt to the splits (``selection``) and written
(``writer``).  Until the last step everything is in ``<out>.part``, which is deleted if anything is refused.

Only the resized pixels of a source reach the data set: no header, no name of a file, no patient.
"""
