"""Where untrusted programs run: started, bounded, watched and ended. Nothing else in the grader starts one."""
