import json

import pytest

from tasks.text.markup import HEAD_CHARACTERS, kind_of_text, share_of_markup

LINES = "It was the best of times, it was the worst of times.\n" * 40
ITEMS = '<li class="a">item</li>\n' * 100
PHP = "<br />\n<b>Warning</b>:  mysqli_connect(): (HY000/1045) in <b>/var/www/a.php</b> on line <b>3</b><br />\n"

PAGES = {
    "doctype": "<!DOCTYPE html>\n<ul>" + ITEMS,
    "after a byte order mark and spaces": "\ufeff \r\n\t<html lang='en'>" + LINES,
    "in capitals": "<HTML><P>" + LINES,
    "head": "<head><meta charset='utf-8'></head><p>" + LINES,
    "body": "<body><p>" + LINES,
    "body with attributes": "<BODY BGCOLOR='#ffffff'><p>" + LINES,
    "XHTML": "<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'>\n<html>" + LINES,
    "after a comment": "<!-- saved from url=(0022)http://internet.e-mail -->\n<!doctype html><p>" + LINES,
    "after a long comment": "<!-- " + "x" * 1100 + " -->\n<html>" + LINES,
    "after many comments": "<!-- one -->\n" * 200 + "<html><p>" + LINES,
    "after PHP's notice": PHP + "<!DOCTYPE html><html><body>" + LINES + "</body></html>",
    "PHP's notice alone": PHP + LINES,
    "after several of PHP's notices in plain words": "PHP Warning: Undefined variable $x in /a.php on line 7\n\n"
    "Deprecated: strlen(): Passing null in /a.php on line 9\n<!DOCTYPE html><html><p>" + LINES,
    "after other words": "403 Forbidden\nrequest denied\n<!DOCTYPE html>\n<html><body>" + "<p><b>No.</b></p>\n" * 20,
    "a fragment that ends a page": "<div class='x'>\n" + LINES + "</div></body></html>",
    "a list": "<ul>\n" + ITEMS + "</ul>",
    "paragraphs": "<p>It was the <i>best</i> of times.</p>\n" * 50,
    "a script before a page": "<script>\nf();\n</script>\n" + LINES + "</body></html>\n",
    "a table": "<table><tr>" + "<td>1</td>" * 100 + "</tr></table>",
}

TEXTS = {
    "prose": LINES,
    "a component of Vue": "<template>\n  <div><p>{{ text }}</p></div>\n</template>\n"
    "<script setup>\nimport A from './A.vue'\nconst page = '<body>' + text + '</body>'\n</script>\n",
    "a component of Svelte": "<script>\n  export let items = [];\n</script>\n" + ITEMS,
    "a component of Svelte that begins with a tag": "<ul>\n{#each items as item}\n" + ITEMS + "{/each}\n</ul>\n",
    "a tutorial with an example": "Your first page, in a file of its own:\n\n<!DOCTYPE html>\n<html><body>\n"
    + "<p><b>Hello</b></p>\n" * 30
    + "</body></html>\n\nOpen it in a browser, and look at what it says of itself.\n"
    + LINES[:1000],
    "a novel that quotes a tag": LINES + "<body>, she said, <html> and </html>.\n" + LINES,
    "about tags": "On <html> pages",
    "of another tag": "<htmlish> things are said here. " + LINES,
    "Markdown": "# a\n<html>\n" + LINES,
    "Markdown with a page in it": "A page:\n\n```html\n<!DOCTYPE html>\n<html><body>"
    + "<p>x</p>" * 50
    + "\n```\n"
    + LINES,
    "Markdown that begins with HTML": '<p align="center"><img src="logo.png"></p>\n\n# Charflow\n\n- [a](b)\n- c\n'
    + LINES,
    "Markdown that is full of it": '<h1 align="center">x</h1>\n' + "- <b>a</b>: [b](c)\n" * 40,
    "Markdown after a comment": "<!-- markdownlint-disable -->\n# Title\n" + LINES,
    "Markdown after a warning": "<b>Warning</b>: this is old.\n\n# Title\n" + LINES,
    "LaTeX": "\\documentclass{article}\n\\begin{document}\n$a<b$ and $c>d$\n" + LINES,
    "C": "#include <stdio.h>\n#include <stdlib.h>\n" + "int f(void) { return a<b; }\n" * 50,
    "JSX": 'import React from "react";\n' + "export const A = () => <div><p>hello</p></div>;\n" * 50,
    "C++ templates": "template <typename T> std::vector<T> f(std::vector<T> x);\n" * 50,
    "PHP": '<?php\necho "<html><body>";\n' * 30,
    "a chat": "<alice> hello\n<bob> hi, <alice>\n" * 60,
    "sentences with marks": "<s> it was the best of times </s>\n" * 60,
    "documents with marks": '<doc id="1" url="x" title="A">\n' + LINES + "</doc>\n<doc id='2'>\n" + LINES + "</doc>\n",
    "a play with a title": "<Title of the play> by <nobody>\n" + LINES,
    "an address": "<john@example.com> wrote:\n" + LINES,
    "end marks": "<|endoftext|>" + LINES,
    "arrows": "<- left, -> right, <3, <= and => " + LINES,
    "an assembly of warnings": "Warning: do not open. It was on line with what he said.\n" + LINES,
    "e-mail": "Message-ID: <1.2@x>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\n" + LINES,
    "about HTTP": "HTTP/1.1 200 OK is what a server says first.\n" + LINES,
    "JSON Lines": '{"text": "It was the best of times."}\n' * 50,
    "JSON Lines of errors": '{"error": "disk full", "host": "a"}\n' * 50,
    "JSON": json.dumps({"title": "A Tale", "text": LINES}),
    "a JSON array": json.dumps([{"error": "x"}] * 20),
    "JSON without an error": json.dumps({"error": None, "data": [LINES]}),
    "JSON with a measure of error": json.dumps({"error": 0.25, "name": "x"}),
    "a JSON message": json.dumps({"message": "hello", "from": "me", "to": "you"}),
    "JSON that is broken": '{"error": "x"',
    "deep JSON": '{"a":' + "[" * 60_000,
    "nothing": "",
    "a brace": "{",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_is_told_however_it_begins(page):
    kind = kind_of_text(page[:HEAD_CHARACTERS])

    assert kind
    assert kind.what == "an HTML page"
    assert kind.is_text
    assert kind.is_page


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_with_marks_in_it_is_text(text):
    assert kind_of_text(text[:HEAD_CHARACTERS]) is None


def test_a_page_is_told_with_its_title():
    page = "<!doctype html><html><head>\n<title>\n  404 Not\n Found </title></head>" + LINES

    assert kind_of_text(page).what == "an HTML page (404 Not Found)"


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("XML", "<?xml version='1.0' encoding='UTF-8'?>\n<play><act>" + LINES),
        ("XML", '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text>' + LINES),
        ("XML", "<!DOCTYPE TEI.2 SYSTEM 'tei.dtd'>\n<TEI.2>" + LINES),
        ("XML", "<play>\n" + "<line>It was the best.</line>\n" * 60 + "</play>\n"),
        ("XML", "<?xml version='1.0'?>\n<!-- a play -->\n" + LINES),
        ("an SVG image", '<svg width="1" height="1"><path d="M0 0"/></svg>'),
        ("an SVG image", "<?xml version='1.0'?>\n<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x'>\n<svg></svg>"),
        ("a MediaWiki dump in XML", '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/"><page>' + LINES),
        ("a news feed (RSS)", '<?xml version="1.0"?>\n<rss version="2.0"><channel>' + LINES),
        ("a news feed (Atom)", '<feed xmlns="http://www.w3.org/2005/Atom"><entry>' + LINES),
        (
            "an error of the server (AccessDenied)",
            '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
        ),
        ("a web server's answer with its head", "HTTP/1.1 200 OK\r\nServer: Apache\r\nDate: x\r\n\r\n" + LINES),
        ("a web server's answer with its head", "HTTP/2 404\nserver: x\n\n" + LINES),
        (
            "a saved web page (MHTML)",
            "From: <Saved by Blink>\nSnapshot-Content-Location: https://x/\nSubject: x\nMIME-Version: 1.0\n"
            'Content-Type: multipart/related;\n\ttype="text/html";\n\tboundary="x"\n\n' + LINES,
        ),
        ("RTF", "\ufeff{\\rtf1\\ansi " + LINES),
        ("PostScript", "\n%!PS-Adobe-2.0\n" + LINES),
    ],
)
def test_other_markup_and_answers_of_servers_are_told_and_may_be_meant(what, text):
    kind = kind_of_text(text)

    assert kind
    assert (kind.what, kind.is_text, kind.is_page) == (what, True, False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"error": "rate limit", "message": "x" * 1200}, "rate limit"),
        ({"message": "Not Found", "documentation_url": "https://x", "status": "404"}, "Not Found"),
        ({"error": {"code": 403, "message": "no", "errors": []}}, None),
        ({"detail": "Authentication credentials were not provided."}, "Authentication credentials were not provided."),
        ({"error": "Repository not found", "sha": "1"}, "Repository not found"),
        ({"errors": [{"message": "x"}], "data": None}, None),
        ({"success": False, "error": True, "code": 7}, None),
        ({"statusCode": 429, "error": "Too Many Requests"}, "Too Many Requests"),
    ],
)
def test_an_error_in_json_is_told_with_what_it_says(content, said):
    kind = kind_of_text(json.dumps(content, indent=1))

    assert kind
    assert kind.what == "a server's error in JSON" + (f" ({said})" if said else "")


def test_the_share_of_markup_is_of_tags_alone():
    assert share_of_markup("<p>abc</p>abc") == 7 / 13
    assert share_of_markup("1 < 2 and 3 > 2") == share_of_markup("") == 0


@pytest.mark.parametrize("spaces", [" " * HEAD_CHARACTERS, "\n" * 30_000 + "</title >", " " * 900 + "</title>"])
def test_a_page_whose_title_is_nothing_but_spaces_is_told_without_one(spaces):
    kind = kind_of_text(f"<html><title>{spaces}x"[:HEAD_CHARACTERS])

    assert kind.what == "an HTML page"
