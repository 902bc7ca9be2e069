import { describe, expect, it } from "vitest";
import { applyVex } from "../../../src/vuln/vex/apply.ts";
import { sharedData, sharedText } from "../shared-data.ts";
import { openvex, sourced } from "./documents.ts";
import { bookworm, context, debPackage, finding } from "./findings.ts";

interface Row {
  readonly name: string;
  readonly version: string;
  readonly distro: string;
  readonly cve: string;
  readonly status: string;
  readonly justification?: string;
  readonly notes: string;
  readonly ts: string;
}

const releases: Readonly<Record<string, string>> = { bookworm: "12", trixie: "13" };
const reason = sharedData === null ? " (skipped: no shared data)" : "";

describe.skipIf(sharedData === null)(`the statements of DHI on Debian packages${reason}`, () => {
  it("each are about the binary packages of the source they name, in the release they name", () => {
    const rows: readonly Row[] = JSON.parse(sharedText("dhi-vex-debian-statements"));
    const document = openvex(
      rows.map(({ name, version, distro, cve, status, justification, notes, ts }) => ({
        vulnerability: { name: cve },
        products: [
          {
            "@id": `pkg:deb/debian/${name}@${encodeURIComponent(version)}?os_distro=${distro}&os_name=debian&os_version=${releases[distro]}`,
          },
        ],
        status,
        justification,
        status_notes: notes,
        timestamp: ts,
      })),
    );
    const documents = [sourced(document, { origin: "feed" })];
    const findings = rows.map(({ name, version, cve }) =>
      finding({ id: cve, package: debPackage(`lib${name}-binary`, version, { name, version }) }),
    );
    const found = applyVex(findings, { ...context, documents, distribution: bookworm });
    const expected = rows.map(({ distro }) => distro === "bookworm");
    const hasStatement = found.map(({ statements }) => statements.length > 0);
    expect(expected.filter((one) => one).length).toBeGreaterThan(100);
    const others = new Set(
      rows.filter(({ distro }) => distro === "bookworm").map(({ name, version, cve }) => `${name} ${version} ${cve}`),
    );
    const unexpected = rows.filter(
      ({ name, version, cve }, index) => hasStatement[index] !== others.has(`${name} ${version} ${cve}`),
    );
    expect(unexpected).toEqual([]);
    expect(found.filter(({ suppressed }) => suppressed !== null).length).toBeGreaterThan(100);
  });
});
