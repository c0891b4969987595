"""An outcome for tests of what is made of outcomes; they `replace` in it what they are about."""

from grader.check import Verdict
from grader.results import Outcome

PASSED = Outcome(
    name="echoes_one_byte",
    title="echoes one byte",
    verdict=Verdict.PASSED,
    points=5,
    max=5,
    requirement="One byte comes back.",
    transcript=("alice connects", "alice sends b'\\n'"),
    expected="",
    came="",
    said=(),
    teaches="recv() returns at once.",
    hint="Don't strip().",
    again="make test-week1 CHECK=echoes_one_byte",
    hidden=False,
    stretch=False,
)
