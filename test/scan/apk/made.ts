import { readApkInstalled } from "../../../src/scan/apk/installed.ts";
/**
 * A database of apk as its documentation describes it (Alpine wiki, "Apk spec", and apk-tools' doc/apk-package.5): no apk
 * wrote it, as Debian has none.
 */
export const alpineDatabase = `C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
P:musl
V:1.2.5-r9
A:x86_64
S:407278
I:667648
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
m:Natanael Copa <ncopa@alpinelinux.org>
t:1739997133
c:b1ba4ca6e8ad83b8c57ae5d2a2b9b3d4a1d0a8d1
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1A1Vaa8pDWVnIxVPzBpIVs7kNTlc=
R:libc.musl-x86_64.so.1
a:0:0:777
Z:Q17yJ3JFNypA4mxhJJr0ou6CzsJVI=

C:Q1xp9WVMaRyVLrGmR3GKlqkZ1VGmo=
P:libcrypto3
V:3.3.3-r0
A:x86_64
L:Apache-2.0
o:openssl
m:Ariadne Conill <ariadne@dereferenced.org>
D:so:libc.musl-x86_64.so.1 !libcrypto1.1 absent>=2
p:so:libcrypto.so.3=3
r:libressl
F:etc
F:etc/ssl
R:openssl.cnf
F:usr
F:usr/lib
R:libcrypto.so.3

P:busybox
V:1.37.0-r12
A:x86_64
L:GPL-2.0-only
o:busybox
D:so:libc.musl-x86_64.so.1
p:cmd:busybox=1.37.0-r12 cmd:sh=1.37.0-r12
F:bin
R:busybox

P:apk-tools
V:2.14.6-r3
A:x86_64
L:GPL-2.0-only
o:apk-tools
D:musl>=1.2.3_git20230424 ca-certificates-bundle~2024 libcrypto3@edge cmd:sh

P:.build-deps
V:20260101.120000
A:noarch
D:busybox

`;

/** What the reader makes of a database given to it as one piece. */
export function readDatabase(content: Uint8Array) {
  const reader = readApkInstalled();
  reader.write(content);
  return reader.end();
}
