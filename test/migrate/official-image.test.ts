import { describe, expect, it } from "vitest";
import { parseOfficialImage } from "../../src/migrate/official-image.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("an official image's reference", () => {
  it.each([
    ["node:24", { version: "24", distro: "debian-12", distroNamed: false, variant: "full" }],
    ["node:24-slim", { version: "24", distro: "debian-12", distroNamed: false, variant: "slim" }],
    ["node:24-bookworm-slim", { version: "24", distro: "debian-12", distroNamed: true, variant: "slim" }],
    ["node:24-bookworm", { version: "24", distro: "debian-12", variant: "full" }],
    ["node:24.3-trixie-slim", { version: "24.3", distro: "debian-13", variant: "slim" }],
    ["node:24.3.0-alpine3.22", { version: "24.3.0", distro: "alpine-3.22", variant: "full" }],
    ["node:20-alpine", { version: "20", distro: "alpine", distroNamed: true }],
    ["node:22-bullseye", { version: "22", distro: "debian-11" }],
    ["node:lts", { version: null, floating: "lts", distro: null }],
    ["node:lts-slim", { version: null, floating: "lts", distro: null, variant: "slim" }],
    ["node:krypton-bookworm", { version: null, floating: "krypton", distro: "debian-12" }],
    ["node:bookworm-slim", { version: null, floating: null, distro: "debian-12", variant: "slim" }],
    ["node", { version: null, floating: "latest", tag: "latest" }],
    ["node:26", { version: "26", distro: null }],
    ["NODE_X", null],
    ["docker.io/library/node:24-slim", { name: "node", version: "24", variant: "slim" }],
    ["docker.io/node:24-slim", { name: "node", version: "24" }],
    ["index.docker.io/library/node:24", { name: "node" }],
    ["registry-1.docker.io/library/node:24", { name: "node" }],
    [`docker.io/library/node:24-slim@${digest}`, { version: "24", variant: "slim", digest }],
    [`node@${digest}`, { version: null, distro: null, tag: null, digest }],
    ["python:3.12-slim", { name: "python", version: "3.12", distro: null, variant: "slim" }],
    ["python:3.12-slim-bookworm", { version: "3.12", distro: "debian-12", variant: "slim" }],
    ["php:8.3-fpm-alpine", { version: "8.3", distro: "alpine", flavors: ["fpm"] }],
    ["eclipse-temurin:21-jre-noble", { version: "21", distro: "ubuntu-24.04", flavors: ["jre"] }],
    ["golang:1.26-windowsservercore-ltsc2022", { distro: "windows" }],
  ])("%s", (reference, expected) => {
    const parsed = parseOfficialImage(reference);
    if (expected === null) expect(parsed).toBeNull();
    else expect(parsed).toMatchObject(expected);
  });

  it.each([
    "myco/node:24",
    "localhost:5000/node:24",
    "registry.local:5000/library/node:24",
    "quay.io/node:24",
    "docker.io/circleci/node:24",
    "node:",
    "",
    "a b",
  ])("is not guessed from %j", (reference) => {
    expect(parseOfficialImage(reference)).toBeNull();
  });
});
