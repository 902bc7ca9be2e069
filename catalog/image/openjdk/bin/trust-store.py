#!/usr/bin/python3
"""Writes Debian's certificate authorities as Java's trust store, as the maintainer script of ca-certificates-java would:
in the format JKS, under the same names. Certificates alone, which are no secret, and the password everybody knows."""

import base64
import hashlib
import pathlib
import struct
import sys

folder, target = map(pathlib.Path, sys.argv[1:])
password = "changeit"


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


def entry(path):
    pem = path.read_text("ascii")
    body = pem.partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END CERTIFICATE-----")[0]
    der = base64.b64decode("".join(body.split()), validate=True)
    name = path.stem.translate(str.maketrans(" ,()", "__==")).lower()
    # A trusted certificate (2), of no time, so that the same certificates are the same file.
    head = struct.pack(">I", 2) + text(f"debian:{name}.pem") + struct.pack(">Q", 0)
    return head + text("X.509") + struct.pack(">I", len(der)) + der


paths = sorted(folder.glob("*.crt"))
if not paths:
    sys.exit(f"{folder} holds no certificates")
store = struct.pack(">III", 0xFEEDFEED, 2, len(paths)) + b"".join(map(entry, paths))
target.parent.mkdir(parents=True, exist_ok=True)
target.write_bytes(store + hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + store).digest())
