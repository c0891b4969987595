"""Charts of the class, as SVG that stands in a page: text in the page's own font, colours of its style.

Matplotlib draws them. What it writes is for a file of its own: here colours become classes and other style becomes
attributes, since the page's policy lets no style in but its own, and names of parts are made the chart's own.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
SIZE = (4.8, 2.3)  # inches, of 72 units each: as wide as a telephone, so that its text is never made smaller
# What a part is for, by the colour in which it is drawn here; `class.css` says which colour it has in the page.
INK, QUIET, LINE, BAR, BAND = "#000001", "#000002", "#000003", "#000004", "#000005"
CLASSES = {INK: "ink", QUIET: "quiet", LINE: "line", BAR: "bar", BAND: "band"}
STYLE = {
    "svg.hashsalt": "lab5",  # the same class gives the same names, and so the same bytes
    "svg.fonttype": "none",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": LINE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "xtick.color": LINE,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": QUIET,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}
KEPT = ("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "font-size", "text-anchor")
LEFT_OUT = (f"{SVG}metadata", f"{SVG}style")
METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))  # none of it


def columns(name: str, says: str, labels: Sequence[str], counts: Sequence[int]) -> Markup:
    """How many there are of each; `says` is the same in words."""
    with matplotlib.rc_context(STYLE):
        figure, axes = _chart()
        bars = axes.bar(range(len(counts)), counts, color=BAR, width=0.86)
        axes.bar_label(bars, [str(number) if number else "" for number in counts], padding=2, color=INK)
        axes.set_xticks(range(len(labels)), [label.partition("–")[0] for label in labels])
        axes.set_xlabel("score, from this percentage on")
        axes.set_ylim(0, max(*counts, 1) * 1.15)
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        return _markup(figure, name, says)


def progress(name: str, says: str, labels: Sequence[str], quartiles: Sequence[tuple[float, float, float]]) -> Markup:
    """The median as a line, the middle half of the class as a band around it."""
    low, middle, high = zip(*quartiles, strict=True)
    places = range(len(labels))
    with matplotlib.rc_context(STYLE):
        figure, axes = _chart()
        axes.fill_between(places, low, high, color=BAND, linewidth=0)
        axes.plot(places, middle, color=BAR, linewidth=2.2, marker="o", markersize=6)
        for place, score in zip(places, middle, strict=True):
            axes.annotate(f"{score:g}", (place, score), (0, 8), textcoords="offset points", ha="center", color=INK)
        axes.set_xticks(places, labels)
        axes.set_xlim(-0.4, len(labels) - 0.6)
        axes.set_ylim(0, 122)
        axes.set_yticks((0, 50, 100))
        return _markup(figure, name, says)


def _chart() -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, layout="constrained", facecolor="none")
    axes = figure.subplots()
    axes.set_facecolor("none")
    return figure, axes


def _markup(figure: Figure, name: str, says: str) -> Markup:
    """The SVG element alone; `name` tells its parts from those of other charts of the page."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata=METADATA)
    drawn = ElementTree.fromstring(file.getvalue())
    box = drawn.get("viewBox", "")
    drawn.attrib.clear()
    drawn.attrib |= {"viewBox": box, "role": "img", "aria-label": says, "class": "chart"}
    for parent in list(drawn.iter()):
        for part in [part for part in parent if part.tag in LEFT_OUT]:
            parent.remove(part)
    for part in drawn.iter():
        part.tag = part.tag.removeprefix(SVG)
        _tidy(part, name)
    ElementTree.indent(drawn, "")
    return Markup(ElementTree.tostring(drawn, encoding="unicode"))  # every text in it is the page's own


def _tidy(part: ElementTree.Element, name: str) -> None:
    """Style becomes attributes and classes; what refers to another part goes on doing so."""
    declared = dict(each.split(": ", 1) for each in part.attrib.pop("style", "").split("; ") if each)
    drawn = {kind: value for kind, value in declared.items() if kind in KEPT}
    roles = {f"{kind}-{CLASSES[value]}": kind for kind, value in drawn.items() if value in CLASSES}
    part.attrib |= {kind: value for kind, value in drawn.items() if kind not in roles.values()}
    if roles:
        part.set("class", " ".join(sorted(roles)))
    if "id" in part.attrib:
        part.set("id", f"{name}-{part.attrib['id']}")
    if LINK in part.attrib:
        part.set("href", part.attrib.pop(LINK).replace("#", f"#{name}-"))
    if "clip-path" in part.attrib:
        part.set("clip-path", part.attrib["clip-path"].replace("#", f"#{name}-"))
