import { redisMarks, redisText, redisVersion } from "./redis-version.ts";

/** A program or library that images bring without a package, and how its file tells its version. */
export interface KnownProgram {
  /** Name of the package that stands for it, `pkg:generic/<name>`. */
  readonly name: string;
  /** Names of its files; the first group is the series of its version, where the name has one. */
  readonly file: RegExp;
  /** Texts that its version stands at. */
  readonly marks: readonly string[] | ((series: string) => readonly string[]);
  /** Matches the text from a mark on; the first group is the version. */
  readonly version: RegExp;
  /** Chooses among all that `version` matches, where it is not the first that counts. Gets the whole matches. */
  readonly choose?: (matches: readonly string[]) => string | null;
  /** SPDX licence expression of a version; null where it does not follow from that. */
  readonly license: (version: string) => string | null;
  /** Folders that are its own, below the prefix its program or library stands in (`usr/local`). */
  readonly folders?: (series: string) => readonly string[];
  /** Other files that are its own, below the same prefix. */
  readonly files?: (series: string) => readonly string[];
}

/** Programs known by their texts. One more is one more row. */
export const knownPrograms: readonly KnownProgram[] = [
  {
    name: "bash",
    file: /^bash$/,
    marks: ["@(#)Bash version "],
    version: /^@\(#\)Bash version (\d+\.\d+\.\d+)\(/,
    license: () => "GPL-3.0-or-later",
  },
  {
    name: "busybox",
    file: /^busybox(?:[-.][a-z0-9.-]+)?$/,
    marks: ["BusyBox v"],
    version: /^BusyBox v(\d+\.\d+\.\d+)[ \0\n]/,
    license: () => "GPL-2.0-only",
  },
  {
    name: "curl",
    file: /^(?:curl|libcurl(?:-gnutls)?\.so(?:\.\d+)*)$/,
    marks: ["curl/"],
    version: /^curl\/(\d+\.\d+\.\d+)\0/,
    license: () => "curl",
  },
  {
    name: "haproxy",
    file: /^haproxy$/,
    marks: [" version "],
    version: /^ version (\d+\.\d+\.\d+)(?:-[\w.+~-]+)?, released \d{4}\//,
    license: () => "GPL-2.0-or-later",
  },
  {
    name: "httpd",
    file: /^(?:httpd|apache2)$/,
    marks: ["Apache/"],
    version: /^Apache\/(\d+\.\d+\.\d+)[ \0]/,
    license: () => "Apache-2.0",
  },
  {
    name: "mariadb",
    file: /^mariadbd$/,
    marks: ["10.", "11.", "12.", "13."],
    version: /^(\d+\.\d+\.\d+)-MariaDB[-\0]/,
    license: () => "GPL-2.0-only",
  },
  {
    name: "memcached",
    file: /^memcached$/,
    marks: ["memcached "],
    version: /^memcached (\d+\.\d+\.\d+)[\0\n]/,
    license: () => "BSD-3-Clause",
  },
  {
    name: "mysql",
    file: /^mysqld$/,
    marks: ["/mysql-"],
    version: /^\/mysql-(\d+\.\d+\.\d+)\//,
    license: () => "GPL-2.0-only",
  },
  {
    name: "nginx",
    file: /^nginx(?:-debug)?$/,
    marks: ["nginx/"],
    version: /^nginx\/(\d+\.\d+\.\d+)[ \0\r<]/,
    license: () => "BSD-2-Clause",
  },
  {
    name: "node",
    file: /^node$/,
    marks: ["node.js/v"],
    version: /^node\.js\/v(\d+\.\d+\.\d+(?:-[a-z]+[0-9A-Za-z.]*)?)\0/,
    license: () => null,
    folders: () => ["include/node"],
    files: () => [
      ...["bin/node", "README.md", "LICENSE", "CHANGELOG.md", "share/man/man1/node.1"],
      ...["share/systemtap/tapset/node.stp", "share/doc/node/gdbinit", "share/doc/node/lldb_commands.py"],
    ],
  },
  {
    name: "openssl",
    file: /^(?:openssl|libcrypto\.so(?:\.[\d.]+[a-z]?)?)$/,
    marks: ["OpenSSL "],
    version: /^OpenSSL (\d+\.\d+\.\d+[a-z]{0,2})(?:-fips|\+quic)? {1,2}\d{1,2} [A-Z][a-z]{2} \d{4}/,
    license: (version) => (version.startsWith("0.") || version.startsWith("1.") ? "OpenSSL" : "Apache-2.0"),
  },
  {
    name: "perl",
    file: /^(?:perl|perl5\.\d+\.\d+|libperl\.so(?:\.[\d.]+)?)$/,
    marks: ["v5."],
    version: /^v(5\.\d+\.\d+)\0/,
    license: () => "Artistic-1.0-Perl OR GPL-1.0-or-later",
    folders: () => ["lib/perl5"],
  },
  {
    name: "php",
    file: /^(?:php|php-cgi|php-fpm|php-fpm\d\.\d|php\d(?:\.\d)?|libphp\d?\.so)$/,
    marks: ["X-Powered-By: PHP/"],
    version: /^X-Powered-By: PHP\/(\d+\.\d+\.\d+)[\0\r]/,
    license: () => "PHP-3.01",
    folders: () => ["lib/php", "include/php"],
  },
  {
    name: "postgresql",
    file: /^postgres$/,
    marks: ["postgres (PostgreSQL) "],
    version: /^postgres \(PostgreSQL\) (\d+\.\d+(?:\.\d+)?)[ \n\0]/,
    license: () => "PostgreSQL",
  },
  {
    name: "python",
    file: /^(?:lib)?python(3\.\d{1,2})[a-z]?(?:\.so(?:\.[\d.]+)?)?$/,
    marks: (series) => [`${series}.`],
    version: /^(3\.\d{1,2}\.\d{1,3}(?:(?:a|b|rc)\d{1,2})?)\+?\0/,
    license: () => "PSF-2.0",
    folders: (series) => [`lib/python${series}`, `include/python${series}`],
    files: (series) => [
      ...[`bin/idle${series}`, `bin/pydoc${series}`, `bin/2to3-${series}`, `bin/python${series}-config`],
      ...[`lib/pkgconfig/python-${series}.pc`, `lib/pkgconfig/python-${series}-embed.pc`, "lib/libpython3.so"],
      `share/man/man1/python${series}.1`,
    ],
  },
  {
    name: "redis",
    file: /^redis-server$/,
    ...{ marks: redisMarks, version: redisText, choose: redisVersion },
    license: () => null,
  },
  {
    name: "ruby",
    file: /^(?:ruby|ruby\d\.\d|libruby(?:-\d\.\d)?\.so\.[\d.]+)$/,
    marks: ["ruby "],
    version: /^ruby (\d+\.\d+\.\d+)(?:p\d+)? \(\d{4}-\d\d-\d\d /,
    license: () => "Ruby OR BSD-2-Clause",
    folders: () => ["lib/ruby"],
  },
  {
    name: "valkey",
    file: /^valkey-server$/,
    ...{ marks: redisMarks, version: redisText, choose: redisVersion },
    license: () => "BSD-3-Clause",
  },
];
