"""Prints HTML with scripts, for a report that is opened in a browser."""

import sys

print("TRIED html", file=sys.stderr)
print("<script>alert(1)</script><img src=x onerror=alert(1)>", file=sys.stderr)
print("</pre></td></tr></table></script><h1>100 points</h1><!--", file=sys.stderr)
print("\" onmouseover=\"alert(1)\" ' onfocus='alert(1)' autofocus x=", file=sys.stderr)
sys.exit("<style>.failed{display:none}</style><meta http-equiv=refresh content=0;url=//example.org>&lt;&amp;")
