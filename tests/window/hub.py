#!/usr/bin/env python3
"""A Hub on this machine for the window's tests: one repository, whose files are given.

    tests/window/hub.py FOLDER PORT_FILE

It answers as the public one does: without words to search for, it lists what is popular; a
search finds the repository, its tree lists the files of FOLDER with their SHA-256, and each
file can be had in parts. A file whose name has "wrong" in it
is announced with another SHA-256 than it has, one with "slow" is sent at 4 MB a second, and a
file that is not there is answered with 404. PORT_FILE.asked lists the searches and the files
that were fetched.
"""

import hashlib
import http.server
import json
import os
import re
import sys
import time
import urllib.parse

REPO = "maker/Little-GGUF"
CARD = """---
license: apache-2.0
---
# Little

A model for tests, with a table:

| Size | Good for |
|---|---|
| little | trying things out |
"""


def files(folder):
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if "wrong" in name:
            digest = "0" * 64
        yield name, path, os.path.getsize(path), digest


class Hub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        address = urllib.parse.urlparse(self.path)
        path = address.path
        if path == "/api/models":
            words = urllib.parse.parse_qs(address.query).get("search")
            self.note(f"search {words[0]}" if words else "popular")
            names = [REPO] if words else ["maker/Well-Known-GGUF", REPO]
            self.send_json([{"id": name, "downloads": 1234567, "likes": 89, "gated": False,
                             "lastModified": "2026-08-01T10:00:00.000Z", "tags": ["gguf", "license:apache-2.0"]}
                            for name in names])
        elif path.startswith(f"/api/models/{REPO}/tree/"):
            self.send_json([{"type": "file", "path": name, "size": size, "oid": "0" * 40,
                             "lfs": {"oid": digest, "size": size, "pointerSize": 134}}
                            for name, _, size, digest in self.server.files])
        elif path.endswith("/README.md"):
            self.send_bytes("text/plain; charset=utf-8", CARD.encode())
        else:
            self.send_file(urllib.parse.unquote(path.rsplit("/", 1)[-1]))

    do_HEAD = do_GET

    def note(self, asked):
        with open(self.server.asked, "a") as file:
            file.write(asked + "\n")

    def send_json(self, value):
        self.send_bytes("application/json; charset=utf-8", json.dumps(value).encode())

    def send_bytes(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_file(self, name):
        found = [it for it in self.server.files if it[0] == name]
        if not found:
            self.send_response(404)
            self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        _, path, size, digest = found[0]
        if self.command == "GET":
            self.note(name)
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        first = int(asked[1]) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(size - first))
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", f'"{digest}"')
        self.send_header("X-Linked-ETag", f'"{digest}"')
        self.send_header("X-Linked-Size", str(size))
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        self.end_headers()
        if self.command == "HEAD":
            return
        with open(path, "rb") as file:
            file.seek(first)
            while piece := file.read(400_000):
                try:
                    self.wfile.write(piece)
                except OSError:
                    # Whoever asked has been killed, or has seen enough.
                    self.close_connection = True
                    return
                if "slow" in name:
                    time.sleep(0.1)

    def log_message(self, *_):
        pass


def main():
    folder, port_file = sys.argv[1:]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.daemon_threads = True
    server.files = list(files(folder))
    server.asked = port_file + ".asked"
    with open(port_file + ".new", "w") as file:
        file.write(str(server.server_port))
    os.rename(port_file + ".new", port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
