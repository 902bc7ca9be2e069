/** About how many bytes a finding, which is JSON, takes in memory. */
export function weightOf(finding: unknown): number {
  if (typeof finding === "string") return objectSize + finding.length;
  if (typeof finding !== "object" || finding === null) return 0;
  let weight = objectSize;
  for (const value of Array.isArray(finding) ? finding : Object.values(finding)) weight += slotSize + weightOf(value);
  return weight;
}

const objectSize = 24;
const slotSize = 8;
