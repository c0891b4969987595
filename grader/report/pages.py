"""The pages of the report: HTML that asks for nothing, runs nothing, and takes nothing from a submission for markup.

A page is `templates/NAME.html`, which extends `base.html`. Its style is `base.css`, `diagram.css` and, where there is
one, `NAME.css`. It stands in the page, and the page's own policy names its hash: no other style, no script and no
address is let in. So a template has no `style` attribute, and an SVG none either.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from grader.report.by_hand import by_hand
from grader.report.diagram import drawn
from grader.report.escape import for_page
from grader.wording import count

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
POLICY = "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'"
CODE = re.compile(r"`([^`]+)`")


def page(name: str, **values: object) -> str:
    """The whole page that `templates/NAME.html` makes of these values."""
    style = _style(name)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _environment().get_template(f"{name}.html").render(values, style=style, policy=POLICY.format(hash=digest))


def feedback_of(student: str) -> str:
    """Where the page of a student is, seen from the report; markup, so that no long name is cut."""
    from markupsafe import Markup

    return Markup(f"../feedback/{quote(student.encode('utf-8', 'surrogateescape'), safe='')}.html")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # what checks one submission makes no pages

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(prose=_prose, drawn=drawn, by_hand=by_hand, counted=count)
    return environment


@cache
def _style(name: str) -> str:
    from markupsafe import Markup

    files = (TEMPLATES / f"{part}.css" for part in ("base", "diagram", name))
    return Markup("\n" + "".join(file.read_text("utf-8") for file in files if file.is_file()))


def _plain(value: object) -> object:
    """Whatever stands in `{{ }}`: without what cannot be seen, unless it is markup already."""
    return for_page(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _prose(text: str) -> str:
    """A sentence of the lab's own, where `this` is code."""
    from markupsafe import Markup, escape

    parts = CODE.split(for_page(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts)
    )
