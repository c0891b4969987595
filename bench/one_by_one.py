"""The baseline of bench/speed.py: the same checks and deadlines as plain pytest tests, each with a server of its own.

This is what a course writes first: no run is shared, no check waits for another, every silence costs its deadline.
The submission is named by the environment variable SUBMISSION, because one process of pytest takes one submission.
"""

import os
from pathlib import Path

import pytest

from grader import course, stages
from grader.patience import Patience
from grader.sandbox.bare import Bare
from grader.sandbox.workspace import Workspace, passed_on
from grader.submission import Submission, stage

WEEK = stages.load(1)
SETTINGS = course.load()


@pytest.mark.parametrize("check", WEEK.checks, ids=lambda check: check.name)
def test_check(check, tmp_path):
    stage(Submission("baseline", Path(os.environ["SUBMISSION"])), tmp_path, stages.landmarks())
    environment = passed_on(os.environ)
    with Workspace(tmp_path, Bare(tmp_path, SETTINGS.limits), environment=environment) as workspace:
        patience = Patience(SETTINGS.answer, SETTINGS.answer)
        with WEEK.subjects[check.subject].meet(workspace, patience) as subject:
            for link in check.chain():
                link.converse(subject)
