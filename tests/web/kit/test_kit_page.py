"""The kit page shows every component; nothing in it needs an exception from the security policy."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from fourleaf import web

pytestmark = pytest.mark.django_db
TEMPLATES = Path(web.__file__).parent / "templates"
ADDRESSES = ["/", "/kit/", "/kit/side/", "/search?q=audit", "/views/kit-demo/", "/no/such/page/"]


class Reader(HTMLParser):
    """Collects what a strict policy would refuse, ids, and references to ids."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        values = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in values):
            self.refused.append(tag)
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.refused.append(f"{tag} {name}")
            if name in ("href", "action", "hx-get") and (value or "").strip().lower().startswith("javascript:"):
                self.refused.append(f"{tag} {name}={value}")
            if name in ("src", "href") and tag in ("script", "link", "img") and "//" in (value or ""):
                self.refused.append(f"{tag} {value}")
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            self.references += (values.get(name) or "").split()


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_inline_style_script_or_handler(client_for, admin, address) -> None:
    response = client_for(admin).get(address)
    policy = response["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "default-src 'none'" in policy
    reader = Reader()
    reader.feed(response.content.decode())
    assert reader.refused == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_ids_are_unique_and_references_lead_somewhere(client_for, admin, address) -> None:
    reader = Reader()
    reader.feed(client_for(admin).get(address).content.decode())
    assert sorted(reader.ids) == sorted(set(reader.ids))
    assert set(reader.references) <= set(reader.ids)


def test_htmx_may_not_evaluate_or_keep_pages(client_for, admin) -> None:
    text = client_for(admin).get("/").content.decode()
    config = text.split('name="htmx-config" content=\'')[1].split("'")[0]
    for part in (
        '"allowEval":false',
        '"includeIndicatorStyles":false',
        '"historyCacheSize":0',
        '"allowScriptTags":false',
    ):
        assert part in config
    assert '"code":"422","swap":true' in config
    assert "X-CSRFToken" in text


def test_the_kit_page_is_for_administrators(client_for, admin, member) -> None:
    assert client_for(admin).get("/kit/").status_code == 200
    assert client_for(member).get("/kit/").status_code == 403
    assert client_for(member).get("/kit/side/").status_code == 403
    assert client_for(member).post("/kit/demo/").status_code == 403


def test_every_component_is_shown(client_for, admin) -> None:
    used = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("web/kit", "cotton", "base", "web/frame", "web/home")
        for path in (TEMPLATES / folder).rglob("*.html")
    )
    names = [path.stem.replace("_", "-") for path in (TEMPLATES / "cotton").glob("*.html")]
    ours = [name for name in names if name in _KIT.split()]
    missing = [name for name in ours if f"<c-{name}" not in used and f"<c-{name.replace('-', '_')}" not in used]
    assert ours
    assert missing == []


_KIT = (
    "button act state tag notice problem flash form field errors tabs tab stats stat term card facts fact empty "
    "progress menu item dialog side-link filters table pagination chart crumb section hint"
)


def test_the_side_panel_gets_the_same_page_without_the_frame(client_for, admin) -> None:
    client = client_for(admin)
    panel = client.get("/kit/side/", headers={"HX-Request": "true", "HX-Target": "side"}).content.decode()
    assert "<html" not in panel
    assert "data-close-side" in panel
    assert "<h1>A page in the side panel</h1>" in panel
    assert 'hx-target="#side"' in panel
    whole = client.get("/kit/side/").content.decode()
    assert "<html" in whole
    assert "<title>A page in the side panel · Fourleaf</title>" in whole


def test_templates_hold_no_inline_style_or_handler() -> None:
    found = []
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\sstyle=|\son(click|change|submit|load|input|focus)=|<style|javascript:", text):
            found.append(path.relative_to(TEMPLATES).as_posix())
    assert found == []
