import type { CvesReport, Finding } from "../model.ts";

/** A path or name as a relative URI reference (RFC 3986 §4.2) without dot segments. */
export function relativeUri(path: string): string {
  const segments = path
    .toWellFormed()
    .split("/")
    .filter((segment) => segment !== "" && segment !== "." && segment !== "..")
    .map((segment) => encodeURIComponent(segment));
  return segments.length === 0 ? "image" : segments.join("/");
}

/** The image's name as a relative URI reference: without the prefix that says where it is, tag and digest. */
export function imageUri({ image }: Pick<CvesReport, "image">): string {
  const withoutPlace = image.reference.replace(/^[a-z-]+:\/\//, "");
  const [withoutDigest = ""] = withoutPlace.split("@");
  return relativeUri(withoutDigest.replace(/:[\w.-]{1,128}$/, ""));
}

/** Where a finding is: the first file that proves its package, else the image itself. */
export function placeOf({ locations }: Pick<Finding, "locations">, report: Pick<CvesReport, "image">): string {
  const [first] = locations;
  return first === undefined ? imageUri(report) : relativeUri(first);
}
