"""Turn report HTML into PDF with WeasyPrint. Knows HTML and pages, nothing of records."""

import copy
from urllib.parse import urljoin, urlsplit

import lxml.html
from weasyprint import CSS, HTML
from weasyprint.document import Page
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import create_layout
from weasyprint.urls import URLFetcher, URLFetcherResponse

# Relative addresses in a report are looked up against this name, which never leaves the process.
BASE_URL = "http://report.invalid/"
_COPY_LABEL = "pm-copy-label"


class ReportFetcher(URLFetcher):
    """Serve what a report refers to from inside Odoo; never open a connection or a file.

    `load(path, query)` returns (content, mimetype) for an address of this server, or None.
    """

    def __init__(self, load):
        super().__init__(allowed_protocols=["data"])
        self._load = load

    def fetch(self, url, headers=None):
        if url.startswith("data:"):
            return super().fetch(url, headers)
        parts = urlsplit(url)
        found = self._load(parts.path, parts.query)
        if not found:
            raise ValueError(f"A report may not fetch {url}")
        content, mimetype = found
        return URLFetcherResponse(url, content, {"Content-Type": mimetype})


def split_sections(html):
    """Return (wrap, sections, styles): a function that puts an element into a copy of the page's
    head, the `section.pm-form` elements of the page, and the addresses of its style sheets, which
    the copies lack: they need not be read for each of them."""
    root = lxml.html.fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))
    sections = root.xpath("//section[contains(concat(' ', @class, ' '), ' pm-form ')]")
    head = root.find("head")
    links = [] if head is None else head.xpath("link[@rel='stylesheet']")
    styles = [link.get("href") for link in links]
    for link in links:
        link.drop_tree()
    language = root.get("lang") or "zh-CN"

    def wrap(section):
        page = lxml.html.Element("html", lang=section.get("lang") or language)
        if head is not None:
            page.append(copy.deepcopy(head))
        body = lxml.html.Element("body")
        body.append(section)
        page.append(body)
        return "<!DOCTYPE html>" + lxml.html.tostring(page, encoding="unicode")

    return wrap, sections, styles


def label_copy(section, text):
    """Write which copy a section is into its elements of class `pm-copy-label`."""
    for element in section.find_class(_COPY_LABEL):
        element.text = text


def put_two_up(section):
    """Put the content of a section twice on its sheet, with a line to cut along."""
    twin = lxml.html.Element("section", attrib=dict(section.attrib))
    for part in ("pm-half pm-half-top", "pm-half"):
        half = lxml.html.Element("div", {"class": part})
        for child in section:
            half.append(copy.deepcopy(child))
        twin.append(half)
    return twin


def render_pdf(sheets, fetcher, styles=()):
    """Lay out each (HTML page, labels of its copies) by itself, so that its page numbers are its
    own; return one PDF.

    The page bears the first label. The other copies are the same layout with their own label: most
    of the time goes into the layout. All share what is long to load: their fonts (a Chinese one
    takes 25 MB) and the style sheets at the addresses `styles`.
    """
    fonts = FontConfiguration()
    parsed = [
        CSS(url=urljoin(BASE_URL, style), url_fetcher=fetcher, font_config=fonts)
        for style in styles
    ]
    pages = []
    for html, labels in sheets:
        document = HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher).render(
            font_config=fonts, stylesheets=parsed
        )
        pages += document.pages
        for label in labels[1:]:
            pages += [_relabel(page, label) for page in document.pages]
    return document.copy(pages).write_pdf()


def _relabel(page, label):
    """Return a page as it is laid out, with another text for which copy it is."""
    box = page._page_box.deepcopy()
    for part in box.descendants():
        is_label = part.element is not None and _COPY_LABEL in part.element.get("class", "")
        if is_label and isinstance(part, TextBox):
            part.text = label
            part.pango_layout = create_layout(label, part.style, None, None, 0)
    return Page(box)


def compose_core_page(body, header, footer, paper):
    """Put the header and footer that core reports keep apart back onto their pages.

    `body` is a whole HTML page; `header` and `footer` are elements or None; `paper` gives the
    CSS size and the margins in millimetres (top, right, bottom, left).
    """
    root = lxml.html.fromstring(body, parser=lxml.html.HTMLParser(encoding="utf-8"))
    head = root.find("head")
    style = lxml.html.Element("style")
    style.text = _CORE_PAGE_CSS % paper
    if head is None:
        head = lxml.html.Element("head")
        root.insert(0, head)
    head.append(style)
    page_body = root.find("body")
    for place, element in (("footer", footer), ("header", header)):
        if element is not None:
            running = lxml.html.Element("div", {"class": f"pm-running-{place}"})
            running.append(copy.deepcopy(element))
            page_body.insert(0, running)
    return "<!DOCTYPE html>" + lxml.html.tostring(root, encoding="unicode")


def split_core_strips(html, name):
    """Return the headers or footers, one an article, of the page wkhtmltopdf would have read."""
    if not html:
        return []
    root = lxml.html.fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))
    return root.find_class(name)


_CORE_PAGE_CSS = """
@page {
  size: %(size)s;
  margin: %(top)smm %(right)smm %(bottom)smm %(left)smm;
  @top-center { content: element(pm-header); width: 100%%; }
  @bottom-center { content: element(pm-footer); width: 100%%; }
}
.pm-running-header { position: running(pm-header); }
.pm-running-footer { position: running(pm-footer); }
span.page::before { content: counter(page); }
span.topage::before { content: counter(pages); }
"""
