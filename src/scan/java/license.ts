import { parseLicense } from "../../sbom/license.ts";

/** What identifies licences in names and addresses once they are put in their plainest form. */
const known: readonly (readonly [RegExp, string])[] = [
  [/^(apache( software)?( foundation)?( license)?|asl|al)( version| v)? ?2( 0)?$/, "Apache-2.0"],
  [/^apache license version 2 0 january 2004$/, "Apache-2.0"],
  [/^apache org licenses license 2 0$/, "Apache-2.0"],
  [/^opensource org licenses apache 2 0( php)?$/, "Apache-2.0"],
  [/^(expat|mit)( license)?$|^opensource org licenses mit( license)?( php)?$/, "MIT"],
  [/^bouncy castle licen[cs]e$|^bouncycastle org licen[cs]e$/, "MIT"],
  [/^mit 0$/, "MIT-0"],
  [/^((new|revised|modified|3 clause|bsd 3 clause|bsd new) ?)(bsd)?( license)?$/, "BSD-3-Clause"],
  [/^bsd( license)? 3( clause)?$|^(bsd )?3 clause bsd license$/, "BSD-3-Clause"],
  [/^opensource org licenses bsd 3 clause$/, "BSD-3-Clause"],
  [/^(bsd 2 clause|2 clause bsd|simplified bsd|freebsd)( license)?$/, "BSD-2-Clause"],
  [/^opensource org licenses bsd 2 clause$/, "BSD-2-Clause"],
  [
    /^(epl|eclipse public license)( version| v)? ?1( 0)?$|^eclipse org (legal|org documents) epl v10( php)?$/,
    "EPL-1.0",
  ],
  [/^(epl|eclipse public license)( version| v)? ?2( 0)?$|^eclipse org legal epl (v20|2 0)( php)?$/, "EPL-2.0"],
  [/^(edl|eclipse distribution license)( version| v)? ?1( 0)?$/, "BSD-3-Clause"],
  [/^eclipse org org documents edl v10( php)?$/, "BSD-3-Clause"],
  [/^(cddl|common development and distribution license( cddl)?)( version| v)? ?1( 0)?$/, "CDDL-1.0"],
  [/^(cddl|common development and distribution license( cddl)?)( version| v)? ?1 1$/, "CDDL-1.1"],
  [/^(mpl|mozilla public license)( version| v)? ?1 1( mpl 1 1)?$/, "MPL-1.1"],
  [/^(mpl|mozilla public license)( version| v)? ?2( 0)?( mpl 2 0)?$|^mozilla org mpl 2 0$/, "MPL-2.0"],
  [
    /^(lgpl|gnu lesser general public license|gnu library or lesser general public license)( version| v)? ?2 1$/,
    "LGPL-2.1",
  ],
  [/^gnu org licenses (old licenses )?lgpl 2 1( en)?$/, "LGPL-2.1"],
  [/^(lgpl|gnu lesser general public license)( version| v)? ?3( 0)?$/, "LGPL-3.0"],
  [/^gnu org licenses lgpl( 3 0)?( en)?$/, "LGPL-3.0"],
  [
    /^(gpl|gpl2|gnu general public license)( version| v)? ?2( 0)? (with|w)( the)? (classpath exception|cpe)$/,
    gplWithClasspath(),
  ],
  [/^openjdk java net legal gplv2 ce$|^gnu org software classpath license$/, gplWithClasspath()],
  [/^(cc0|cc0 1 0( universal)?|creativecommons org publicdomain zero 1 0( legalcode)?)$/, "CC0-1.0"],
  [/^(isc)( license)?$/, "ISC"],
  [/^(upl|universal permissive license)( version| v)? ?1( 0)?$|^oss oracle com licenses upl$/, "UPL-1.0"],
  [/^unlicense( org)?$/, "Unlicense"],
];

function gplWithClasspath(): string {
  return "GPL-2.0-only WITH Classpath-exception-2.0";
}

const longest = 200;

/**
 * The SPDX identifiers of licences by the names and addresses that Maven projects use; those that are not known stay as
 * they are, by name rather than by address. Each is given once.
 */
export function mappedLicenses(
  licenses: readonly { readonly name?: string | undefined; readonly url?: string | undefined }[],
): readonly string[] {
  const mapped = licenses.map(({ name, url }) => {
    const texts = [name, url].map((text) => (text ?? "").replace(/\s+/g, " ").trim().slice(0, longest));
    return texts.map(identified).find((id) => id !== null) ?? texts.find((text) => text !== "") ?? "";
  });
  return [...new Set(mapped)].filter((license) => license !== "");
}

function identified(text: string): string | null {
  if (text === "") return null;
  if (parseLicense(text) !== null) return text;
  const plain = plainest(text);
  return known.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}

/** Lower case, without scheme, `www`, file ending, `the` and punctuation: `The MIT License` → `mit license`. */
function plainest(text: string): string {
  return text
    .toLowerCase()
    .replace(/^https?:\/\/(www\.)?/, "")
    .replace(/\.(txt|html?)$/, "")
    .replace(/[^a-z0-9]+/g, " ")
    .replace(/^ ?(the )?/, "")
    .trim();
}
