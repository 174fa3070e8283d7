#!/usr/bin/env python3
"""What a download costs in processor time, hashing included, beside curl, which does not hash.

    cargo build --release && benches/download/run.py [PROGRAM]

A server on this machine gives one file to both in turn, at full speed and held to 100 MB/s. It is
the server that holds back, as a network would: clients that limit themselves do so each in its own
way, and what comes in large pieces after a pause costs less than a steady stream.
The figures are the processor time of the whole client process, system time included. The share of a
core is that at 100 MB/s, whatever else the client waits for, such as the disk at the end.
"""

import hashlib
import http.server
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SIZE = 1_000_000_000
RATE = 100_000_000
PAIRS = 3
# Python has no name for it: the system spreads what is sent over time, in bytes a second.
SO_MAX_PACING_RATE = 47


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.send_response(200)
        self.send_header("Content-Length", str(SIZE))
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("X-Linked-Size", str(SIZE))
        self.send_header("X-Linked-ETag", '"%s"' % self.server.sha256)
        self.send_header("Connection", "close")
        self.end_headers()

    do_HEAD = answer

    def do_GET(self):
        if self.server.is_held:
            self.connection.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, RATE)
        self.answer()
        self.wfile.flush()
        with open(self.server.path, "rb") as file:
            offset = 0
            while offset < SIZE:
                sent = os.sendfile(self.connection.fileno(), file.fileno(), offset, SIZE - offset)
                if sent == 0:
                    return
                offset += sent

    def log_message(self, *_):
        pass


def run(command, env):
    """Seconds on the clock and of the processor."""
    began = time.monotonic()
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if status != 0:
        sys.exit(f"{command} failed: {status}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "target/release/charla"
    with tempfile.TemporaryDirectory() as home:
        path = os.path.join(home, "file")
        digest = hashlib.sha256()
        with open(path, "wb") as file:
            for _ in range(SIZE // 1_000_000):
                piece = os.urandom(1_000_000)
                digest.update(piece)
                file.write(piece)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.path, server.sha256 = path, digest.hexdigest()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        env = dict(os.environ, CHARLA_HOME=home, HF_ENDPOINT=url, NO_PROXY="127.0.0.1", HF_HOME=home)
        with open("/proc/cpuinfo") as cpuinfo:
            has_sha = " sha_ni" in cpuinfo.read()
        print(f"{SIZE / 1e9:.0f} GB, SHA instructions: {'yes' if has_sha else 'no'}")
        for name, server.is_held in [("100 MB/s", True), ("full speed", False)]:
            ours, theirs = [], []
            for _ in range(PAIRS):
                address = f"{url}/a/b/resolve/main/m.gguf"
                command = [program, "models", "download", address, "-q"]
                curl = ["curl", "-s", "-o", os.path.join(home, "by-curl"), address]
                ours.append(run(command, env))
                shutil.rmtree(os.path.join(home, "data"))
                theirs.append(run(curl, env))
                os.remove(os.path.join(home, "by-curl"))
            for who, takes in [("charla", ours), ("curl", theirs)]:
                wall = statistics.median(take[0] for take in takes)
                cpu = statistics.median(take[1] for take in takes)
                share = f", {100 * cpu * RATE / SIZE:4.1f} % of a core" if server.is_held else ""
                print(f"  {name:10} {who:6} {wall:5.1f} s, {cpu:5.2f} s of processor a GB{share}")
            ratio = statistics.median(a[1] / b[1] for a, b in zip(ours, theirs))
            print(f"  {name:10} ratio  {ratio:.2f}")


main()
