"""Prints what ends strings and sections in XML, JSON and Python, for a report that is put together by hand."""

import sys

print("TRIED to break out of XML and JSON", file=sys.stderr)
print(']]></failure></testcase><testcase name="forged"/><![CDATA[', file=sys.stderr)
print('"}], "score": 100, "x": [{"y": "', file=sys.stderr)
print('\\u0022 \\" \\x1b[2J %s %(name)s {0} {self} $HOME $(id) `id`', file=sys.stderr)
print("\ufffe\uffff\ud7ff \U0001f4a9 " + "e" + "\u0301" * 200, file=sys.stderr)
sys.exit("'''\"\"\"]}')")
