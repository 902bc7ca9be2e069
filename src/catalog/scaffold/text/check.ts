import type { ScaffoldPlan } from "../plan.ts";
import { comment, fileText, flowList, flowScalar, indented, remark } from "./yaml.ts";

/** `check.yaml`: that the program says its version, and that a service starts. */
export function checkText(plan: ScaffoldPlan): string {
  const { service, versionArguments, version, entrypoint } = plan;
  const temporary = readOnlyFolders(plan);
  const isKnown = versionArguments.confidence !== "unsure";
  const saysIt = isKnown && versionArguments.value[0] === "--version";
  const versionLines = [
    ...remark(versionArguments),
    "- name: says its version",
    ...(service === null ? [] : [`  entrypoint: ${flowList(entrypoint.value)}`]),
    `  command: ${flowList(versionArguments.value)}`,
    ...(saysIt ? [`  output: ${flowScalar(version.value.line.replaceAll(".", String.raw`\.`))}`] : []),
  ];
  return fileText([
    "# What must hold for the image to count as working. It was drawn up with the image: say here what it is really used for.",
    ...(temporary.length === 0 ? [] : ["tmpfs:", ...temporary.map((path) => `  - ${flowScalar(path)}`)]),
    "checks:",
    ...indented([
      ...(isKnown || service === null ? versionLines : []),
      ...(service === null ? [] : serviceLines(plan)),
    ]),
  ]);
}

function serviceLines({ ports, localOnly }: ScaffoldPlan): readonly string[] {
  const goesOn = ["- name: starts and goes on", "  ready: { timeout: 10 }"];
  if (localOnly !== null) return [comment(`By ${localOnly} it listens to its own container alone.`), ...goesOn];
  const tcp = ports?.value.find((port) => port.endsWith("/tcp"))?.split("/")[0];
  if (ports === null || tcp === undefined) return goesOn;
  return [...remark(ports), "- name: takes connections", `  ready: { tcp: ${tcp} }`];
}

/** Folders that a read-only root needs to be memory, with their options. */
export function readOnlyFolders({ folders, service }: ScaffoldPlan): readonly string[] {
  if (service === null) return [];
  const own = folders.filter(({ value }) => value.temporary).map(({ value }) => value.path);
  return ["/tmp", ...own.map((path) => `${path}:uid=65532,gid=65532,mode=0750`)];
}
