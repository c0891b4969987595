"""My first try, kept for sentimental reasons: it does nothing yet."""

raise SystemExit("this is the old one, run the server.py of the folder above")
