// Writes GitLab's report of the vulnerabilities of an image: docs/guides/ci.md says what is set for it.
import { bringAdvisories } from "../run/compare.mjs";
import { runHardpan } from "../run/hardpan.mjs";
import { findingArguments, readSettings } from "../run/settings.mjs";

const settings = readSettings(process.env);

try {
  const image = settings.required("IMAGE", "the image");
  await bringAdvisories(settings);
  const gate = settings.flag("CVES_GATE") ? ["--exit-code"] : [];
  const output = "--output=gl-container-scanning-report.json";
  process.exitCode = await runHardpan([
    "cves",
    ...findingArguments(settings),
    ...gate,
    "--format=gitlab",
    output,
    "--",
    image,
  ]);
} catch (failure) {
  console.error(`error: ${failure instanceof Error ? failure.message : String(failure)}`);
  process.exitCode = 1;
}
