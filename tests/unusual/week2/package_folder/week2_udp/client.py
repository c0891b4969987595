"""Only the door: the program is the package chat/ beside it, run with runpy."""

import runpy

runpy.run_module("chat", run_name="__main__", alter_sys=True)
