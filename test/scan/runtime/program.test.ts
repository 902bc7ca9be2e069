import { describe, expect, it } from "vitest";
import { readProgram, rowFor } from "../../../src/scan/runtime/program.ts";
import { elfProgram, readInPieces } from "../../support/elf-program.ts";

/** A program with `text` among its constants, which stand apart from its code. */
const program = (text: string) =>
  elfProgram({
    loaded: [
      { content: Buffer.alloc(2000, 0x90), executable: true },
      { content: Buffer.concat([Buffer.alloc(500), Buffer.from(text, "latin1"), Buffer.alloc(500)]) },
    ],
  });

function read(path: string, bytes: Uint8Array, size = 777) {
  const known = rowFor(path);
  return known === null ? null : readInPieces(readProgram(known.row, known.series), bytes, size);
}

describe("readProgram", () => {
  it.each([
    ["usr/bin/bash", "@(#)Bash version 5.2.15(1) release GNU\0", "bash", "5.2.15"],
    ["bin/busybox", "BusyBox v1.36.1 (2023-11-07 18:53:09 UTC)\0", "busybox", "1.36.1"],
    ["usr/bin/curl", "curl/7.88.1\0", "curl", "7.88.1"],
    ["usr/lib/libcurl.so.4.8.0", "libcurl/8.5.0\0", "curl", "8.5.0"],
    ["usr/sbin/haproxy", "HAProxy version 2.9.1-f72603c, released 2023/12/15\0", "haproxy", "2.9.1"],
    ["usr/local/apache2/bin/httpd", "\0Apache/2.4\0Apache/2.4.58 (Unix)\0", "httpd", "2.4.58"],
    ["usr/sbin/mariadbd", "\x0010.11.19\x0010.11.19-MariaDB\0", "mariadb", "10.11.19"],
    ["usr/bin/memcached", "memcached 1.6.18\n\0", "memcached", "1.6.18"],
    ["usr/sbin/mysqld", "/build/mysql-8.0.36/sql/mysqld.cc\0", "mysql", "8.0.36"],
    ["usr/sbin/nginx", "nginx version: nginx/1.25.3\0", "nginx", "1.25.3"],
    ["usr/local/bin/node", "\0node.js/v24.21.0Protocol\0node.js/v24.21.0\0", "node", "24.21.0"],
    ["usr/bin/openssl", "\0OpenSSL 3.0.11 19 Sep 2023\0", "openssl", "3.0.11"],
    ["usr/lib/libcrypto.so.1.1", "\0OpenSSL 1.1.1w  11 Sep 2023\0", "openssl", "1.1.1w"],
    ["usr/lib/libcrypto.so.1.0.2k", "\0OpenSSL 1.0.2k-fips  26 Jan 2017\0", "openssl", "1.0.2k"],
    ["usr/bin/perl", "\0v5.36.0\0", "perl", "5.36.0"],
    ["usr/local/bin/php", "X-Powered-By: PHP/8.2.36\0", "php", "8.2.36"],
    ["usr/local/bin/postgres", "postgres (PostgreSQL) 16.1\n\0", "postgresql", "16.1"],
    ["usr/local/lib/libpython3.12.so.1.0", "3.45.1\x003.12.1\0", "python", "3.12.1"],
    ["usr/local/bin/python3.13", "\x003.13.0rc2\0", "python", "3.13.0rc2"],
    ["usr/local/lib/libruby.so.3.3.0", "ruby 3.3.0 (2023-12-25 revision 5124f9ac75) [x86_64-linux]\0", "ruby", "3.3.0"],
    ["usr/local/lib/libruby.so.3.1.2", "ruby 3.1.2p20 (2022-04-12 revision 4491bb740a) +YJIT\0", "ruby", "3.1.2"],
    ["usr/local/bin/redis-server", "\x006.2.0\x007.2.4\x007.2.4build-1704812345000000000\0", "redis", "7.2.4"],
    ["usr/local/bin/valkey-server", "\x008.0.1\0valkey8.0.1host-1728000000000000000\0", "valkey", "8.0.1"],
  ])("reads the version of %s", (path, text, name, version) => {
    expect(read(path, program(text))).toEqual({ kind: "program", name, version });
  });

  it.each([
    ["usr/bin/curl", "curl/8.6.0-DEV\0"],
    ["usr/sbin/haproxy", "HAProxy version 3.0-dev1-12ab, released 2024/01/06\0"],
    ["usr/sbin/nginx", "nginx/%s\0nginx/1.25\0"],
    ["usr/bin/openssl", "OpenSSL 3.1.0-beta1 19 Sep 2023\0OpenSSL 3.x\0"],
    ["usr/local/lib/libpython3.12.so.1.0", "3.11.1\x003.12.1x\0"],
    ["usr/bin/perl", ""],
  ])("says that %s does not tell its version where there is none that is exact", (path, text) => {
    expect(read(path, program(text))?.version).toBeNull();
  });

  it("looks at what is run where constants do not stand apart, and else not", () => {
    const text = Buffer.from("nginx/1.25.3\0");
    const mixed = elfProgram({ loaded: [{ content: text, executable: true }] });
    expect(read("usr/sbin/nginx", mixed)?.version).toBe("1.25.3");
    const apart = elfProgram({ loaded: [{ content: text, executable: true }, { content: Buffer.alloc(10) }] });
    expect(read("usr/sbin/nginx", apart)?.version).toBeNull();
  });

  it("knows nothing of what is no ELF file", () => {
    expect(read("usr/sbin/nginx", Buffer.from("#!/bin/sh\necho nginx/1.25.3\n"))).toBeNull();
  });
});

describe("rowFor", () => {
  it.each([
    "usr/bin/python3",
    "usr/bin/node-gyp",
    "usr/lib/libcrypto.a",
    "usr/share/nginx",
    "usr/bin/perl.exe",
    "usr/bin/rbash",
  ])("has no row for files named as %s unless the last part is a program's name", (path) => {
    expect(rowFor(path)?.row.name ?? null).toBe(path.endsWith("/nginx") ? "nginx" : null);
  });
});
