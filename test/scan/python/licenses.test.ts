import { describe, expect, it } from "vitest";
import { parseLicense } from "../../../src/sbom/license.ts";
import { parseHeaders } from "../../../src/scan/python/headers.ts";
import { licenseOfClassifier, licenseOfName } from "../../../src/scan/python/license-names.ts";
import { licensesOf } from "../../../src/scan/python/licenses.ts";

const cases: readonly (readonly [title: string, headers: string, licenses: readonly string[]])[] = [
  ["an expression, whatever else is said", "License-Expression: MIT OR 0BSD\nLicense: other", ["MIT OR 0BSD"]],
  [
    "a name that is an SPDX id",
    "License: BSD-3-Clause\nClassifier: License :: OSI Approved :: BSD License",
    ["BSD-3-Clause"],
  ],
  ["a name that means an SPDX id", "License: Apache License 2.0", ["Apache-2.0"]],
  [
    "classifiers that mean SPDX ids, where the name is vague",
    "License: LGPL\nClassifier: License :: OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+)",
    ["LGPL-2.0-or-later"],
  ],
  [
    "two classifiers",
    "Classifier: License :: OSI Approved :: MIT License\nClassifier: License :: OSI Approved :: ISC License (ISCL)",
    ["MIT", "ISC"],
  ],
  [
    "a vague name, where classifiers are vague too",
    "License: BSD\nClassifier: License :: OSI Approved :: BSD License",
    ["BSD"],
  ],
  ["a vague classifier alone", "Classifier: License :: OSI Approved :: BSD License", ["BSD License"]],
  ["nothing of a text", "License: Copyright (c) 2020\n Permission is hereby granted", []],
  ["nothing of a classifier that says nothing", "Classifier: License :: OSI Approved\nClassifier: Topic :: x", []],
];

describe("licences of Python packages", () => {
  it.each(cases)("are %s", (_, headers, licenses) => {
    expect(licensesOf(parseHeaders(headers))).toEqual(licenses);
  });

  it("are told by ids SPDX has", () => {
    const ids = [...licenseOfClassifier.values(), ...licenseOfName.values()];
    expect(ids.filter((id) => parseLicense(id) === null)).toEqual([]);
  });
});
