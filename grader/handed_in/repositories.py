"""Repositories of GitHub Classroom, Classroom 50 and the like: clones side by side, `lab5-alice`.

What all their names begin with is the assignment, the rest is who works there. When it was pushed is not in a clone,
and the date of a commit is what the student's machine says: so the time stays empty.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from grader.handed_in.delivery import Claim
from grader.results import Person
from grader.submission import Submission


def claims(submissions: Sequence[Submission]) -> dict[str, Claim]:
    """By the names of the folders whose these clones may be."""
    names = [entry.path.name for entry in submissions if (entry.path / ".git").exists()]
    template = min(names, key=len, default="")
    others = [name for name in names if name != template]
    if others and all(name.startswith(f"{template}-") for name in others):  # it is the assignment itself, nobody's work
        names = others
    shared = os.path.commonprefix(names)
    starts = [place + 1 for place, char in enumerate(shared) if char == "-"]
    found = {}
    for name in names:
        logins = [Person(login=name[start:]) for start in starts if name[start:]]
        # The last hyphen that all share ends the assignment, unless all logins begin alike: the roster knows.
        likeliest = logins[-1] if logins and len(names) > 1 else Person()
        found[name] = Claim(likeliest, tuple(logins))
    return found
