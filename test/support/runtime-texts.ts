/** `node_version.h` as Node.js has it. */
export function nodeHeader(version: string, release = 1): string {
  const [major, minor, patch] = version.split(".");
  return [
    "#ifndef SRC_NODE_VERSION_H_",
    ...[`#define NODE_MAJOR_VERSION ${major}`, `#define NODE_MINOR_VERSION ${minor}`],
    ...[`#define NODE_PATCH_VERSION ${patch}`, "", `#define NODE_VERSION_IS_RELEASE ${release}`, ""],
    ...["#ifndef NODE_TAG", "# if NODE_VERSION_IS_RELEASE", '#  define NODE_TAG ""', "# else"],
    ...['#  define NODE_TAG "-pre"', "# endif", "#endif", "#endif", ""],
  ].join("\n");
}

/** The beginning of the change log of Node.js 24.3.1. */
export const changeLog = [
  ...["# Node.js Changelog", "<table>", "<tr>"],
  '  <th title="Current"><a href="doc/changelogs/CHANGELOG_V24.md">24</a></th>',
  ...["</tr>", '<tr><td valign="top">'],
  '<b><a href="doc/changelogs/CHANGELOG_V24.md#24.3.1">24.3.1</a></b><br/>',
  '<a href="doc/changelogs/CHANGELOG_V24.md#24.3.0">24.3.0</a><br/>',
  "",
].join("\n");

/** `release` of a Java runtime as vendors write it. */
export const javaRelease = [
  ...['IMPLEMENTOR="Eclipse Adoptium"', 'IMPLEMENTOR_VERSION="Temurin-21.0.5+11"'],
  ...['JAVA_RUNTIME_VERSION="21.0.5+11-LTS"', 'JAVA_VERSION="21.0.5"', 'JAVA_VERSION_DATE="2024-10-15"'],
  ...['MODULES="java.base java.logging"', 'OS_ARCH="x86_64"', 'OS_NAME="Linux"', 'SOURCE=".:git:13710534f798"', ""],
].join("\n");
