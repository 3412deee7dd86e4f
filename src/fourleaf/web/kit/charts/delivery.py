"""Handing charts out: the drawing library's bundle, and pictures as SVG and PNG."""

from __future__ import annotations

import gzip
import json
import os
from functools import lru_cache
from importlib.metadata import version as version_of
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from fourleaf.web.kit.charts.chart import Chart

__all__ = ["bundle", "bundle_path", "bundle_version", "picture", "prepare_bundle"]

#: What the bundle puts on the page: one function.
_SNIPPET = "window.vegaEmbed = vegaEmbed;"


@lru_cache(maxsize=1)
def bundle_version() -> str:
    """The version in the bundle's address; it changes with the library, so the address may be cached for ever."""
    return version_of("vl-convert-python").replace(".", "-")


def bundle_path() -> Path:
    """Where the compressed bundle is kept."""
    return Path(settings.DATA_DIR) / "cache" / f"vega-{bundle_version()}.js.gz"


def prepare_bundle() -> Path:
    """Make the bundle if it is not there: about two seconds, offline, once per version of the library."""
    kept = bundle_path()
    if kept.exists():
        return kept
    import vl_convert

    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{os.getpid()}")
    draft.write_bytes(gzip.compress(vl_convert.javascript_bundle(_SNIPPET).encode(), 9, mtime=0))
    draft.replace(kept)
    return kept


@login_not_required
@require_GET
def bundle(request: HttpRequest, version: str) -> HttpResponseBase:
    """The drawing library. Everybody may have it, and keep it."""
    if version != bundle_version():
        raise Http404
    path = prepare_bundle()
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response: HttpResponseBase = FileResponse(path.open("rb"), content_type="text/javascript; charset=utf-8")
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(path.stat().st_size)
    else:
        response = HttpResponse(gzip.decompress(path.read_bytes()), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Vary"] = "Accept-Encoding"
    return response


def picture(request: HttpRequest, *charts: Chart) -> HttpResponse | None:
    """The picture that ``?chart=<id>.svg`` (or ``.png``) asks for, else None. ``&theme=dark`` gives the dark one."""
    name, _, kind = request.GET.get("chart", "").rpartition(".")
    chart = next((chart for chart in charts if chart.id == name), None)
    if chart is None or kind not in ("svg", "png"):
        return None
    import vl_convert

    theme = "dark" if request.GET.get("theme") == "dark" else "light"
    inside = bool(request.GET.get("show"))
    spec = json.dumps(chart.whole(theme=theme, titled=not inside))
    if kind == "svg":
        response = HttpResponse(vl_convert.vegalite_to_svg(spec), content_type="image/svg+xml")
    else:
        response = HttpResponse(vl_convert.vegalite_to_png(spec, scale=2), content_type="image/png")
    way = "inline" if inside else "attachment"
    response["Content-Disposition"] = f'{way}; filename="{chart.id}.{kind}"'
    # The picture draws itself and nothing else; a texts in it must not be able to load anything.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
