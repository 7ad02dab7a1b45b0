"""Marking that no submission can touch: take in, run, judge, write.

intake.py   every file of the inbox in one form; who handed it in; what is missing
exercises.py  the exercises of a notebook, found by their calls of check() or nbgrader's marks
values.py   an answer as plain data, and back, with nothing but plain types
inside.py   runs one submission; the only file that executes a learner's code
place.py    the throw-away place in which inside.py runs: no keys, no network, limits
judge.py    compares plain answers with the keys; never executes anything of the learner's
store.py    one submission in, one JSON out, named by its content; manifest, merging
tables.py   marks, roster, gradebooks, open answers
"""
