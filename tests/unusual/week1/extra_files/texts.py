"""The sentences of the program, out of data/texts.json."""

import json
from pathlib import Path

SENTENCES = json.loads((Path(__file__).parent / "data" / "texts.json").read_text(encoding="utf-8"))


def text(key):
    return SENTENCES[key]
