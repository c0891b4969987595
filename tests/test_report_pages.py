"""Pages: what the policy lets in, and what becomes of text that comes from a submission."""

import base64
import hashlib
import re

import pytest
from jinja2 import UndefinedError

from grader.report import pages
from tests.browser import browser, opened  # noqa: F401


@pytest.fixture
def templates(tmp_path, monkeypatch):
    """A folder for templates beside the base, as a page's own."""
    for file in ("base.html", "base.css"):
        (tmp_path / file).write_text((pages.TEMPLATES / file).read_text("utf-8"), "utf-8")
    monkeypatch.setattr(pages, "TEMPLATES", tmp_path)
    pages._environment.cache_clear()
    pages._style.cache_clear()
    yield tmp_path
    pages._environment.cache_clear()
    pages._style.cache_clear()


def content(templates, template: str, **values: object) -> str:
    """What becomes of this text in the content of a page."""
    block = f"{{% block content %}}{template}{{% endblock %}}"
    (templates / "some.html").write_text('{% extends "base.html" %}' + block, "utf-8")
    return re.search(r'<main id="content">\n(.*)</main>', pages.page("some", **values), re.DOTALL)[1].rstrip("\n")


def test_the_policy_lets_in_nothing_but_the_style_of_the_page(templates):
    content(templates, "")
    page = pages.page("some")
    style = re.search(r"<style>(.*)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    assert f'content="{policy.replace(chr(39), "&#39;")}"' in page.replace("&#x27;", "&#39;")


def test_a_page_has_the_style_of_its_own_as_well(templates):
    (templates / "some.css").write_text("b { color: red }", "utf-8")
    content(templates, "")
    assert "b { color: red }</style>" in pages.page("some")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grüße, 世界 🙂", "Grüße, 世界 🙂"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\" onload='x'", "&#34; onload=&#39;x&#39;"),
        ("\u202egnp.py\x1b[2J", "\\u202egnp.py\\x1b[2J"),
        ("nul\x00 caf\udce9", "nul\\x00 caf\\udce9"),
        ("x" * 501, "x" * 500 + " ... (501 characters)"),
    ],
)
def test_text_is_neither_markup_nor_invisible(templates, text, shown):
    assert content(templates, "{{ text }}", text=text) == shown


def test_an_attribute_cannot_be_left(templates):
    shown = '<a title="&#34;&gt;&lt;b&gt;">'
    assert content(templates, '<a title="{{ text }}">', text='"><b>') == shown


def test_what_a_template_does_not_get_is_a_fault_of_ours(templates):
    with pytest.raises(UndefinedError, match="'missing' is undefined"):
        content(templates, "{{ missing }}")


def test_prose_of_the_lab_has_code_in_it(templates):
    shown = "call <code>f(&lt;b&gt;)</code>, &lt;or&gt; <code>g</code>"
    assert content(templates, "{{ text|prose }}", text="call `f(<b>)`, <or> `g`") == shown


@pytest.mark.parametrize(
    ("student", "address"),
    [
        ("alice", "alice"),
        ("a b?c#d%", "a%20b%3Fc%23d%25"),
        ('">', "%22%3E"),
        ("\udcff", "%FF"),
        ("å" * 120, "%C3%A5" * 120),
    ],
)
def test_any_name_leads_to_its_page(templates, student, address):
    link = content(templates, '<a href="{{ link }}">', link=pages.feedback_of(student))
    assert link == f'<a href="../feedback/{address}.html">'


def visited(chromium, path, page: str) -> tuple[str, list[str]]:
    """The title that a page has in the end, and why it did not get what it asked for."""
    path.write_text(page, "utf-8")
    failures: list[str] = []
    with opened(chromium, path) as shown:
        shown.on("requestfailed", lambda request: failures.append(request.failure))
        shown.reload()
        return shown.title(), failures


def test_what_slips_through_as_markup_neither_runs_nor_leaves_the_page(browser, templates, tmp_path):  # noqa: F811
    content(templates, '<script>document.title = "ran"</script><img src="nowhere.png">')
    page = pages.page("some")
    assert visited(browser, tmp_path / "kept.html", page) == ("", ["csp"])
    free = page.replace("Content-Security-Policy", "x")
    assert visited(browser, tmp_path / "free.html", free) == ("ran", ["net::ERR_FILE_NOT_FOUND"])
