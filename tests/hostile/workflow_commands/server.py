"""Prints commands for the machine that runs continuous integration: variables, errors, masks."""

import sys

print("TRIED workflow commands", file=sys.stderr)
print("::set-output name=score::100", file=sys.stderr)
print("::error file=grader/course.toml,line=1::forged", file=sys.stderr)
print("::add-mask::failed\n::stop-commands::x\n::set-env name=PATH::/tmp", file=sys.stderr)
print("##[command]forged\n##vso[task.setvariable variable=score]100", file=sys.stderr)
sys.exit("::notice::100 of 100 points")
