import type { ScaffoldPlan } from "../plan.ts";
import { excludedBecause, nobody } from "../plan.ts";
import { comment, fileText, flowScalar, indented, listLines, remark, scalar } from "./yaml.ts";

const owner = 65_532;

/** `include/NAME.yaml`: what all variants of the image are. */
export function sharedInclude(plan: ScaffoldPlan): string {
  const { request, main, version, environment, workDir, ports, stopSignal, entrypoint, command, licence } = plan;
  const kept = volumesOf(plan);
  return fileText([
    comment(`What every ${request.name} is. Drawn up from Debian's package ${main.name}: what was guessed says so.`),
    ...dateLines(plan),
    "contents:",
    "  packages:",
    ...indented(
      indented([
        "- base-files",
        "- ca-certificates",
        `- ${scalar(main.name)}`,
        "- tzdata",
        ...plan.packages.flatMap((guess) => [...remark(guess), `- ${scalar(guess.value)}`]),
      ]),
    ),
    "vars:",
    ...indented([...remark(version), `VERSION: \${package.${main.name}.version:${version.value.pattern}}`]),
    ...accountLines(plan),
    ...(environment === null
      ? []
      : [
          ...remark(environment),
          "environment:",
          ...indented([...environment.value].map(([name, value]) => `${name}: ${scalar(value)}`)),
        ]),
    ...(workDir === null ? [] : [...remark(workDir), `work-dir: ${scalar(workDir.value)}`]),
    ...(ports === null ? [] : [...remark(ports), ...listLines("ports", ports.value)]),
    ...listLines("volumes", kept),
    ...(stopSignal === null ? [] : [`stop-signal: ${scalar(stopSignal.value)}`]),
    ...pathLines(plan),
    "annotations:",
    ...indented([...remark(licence), `org.opencontainers.image.licenses: ${scalar(licence.value)}`]),
    ...remark(entrypoint),
    ...listLines("entrypoint", entrypoint.value),
    ...(command === null ? [] : [...remark(command), ...listLines("cmd", command.value)]),
  ]);
}

/** Folders whose content outlives a container; one inside another goes with it. */
export function volumesOf({ folders }: Pick<ScaffoldPlan, "folders">): readonly string[] {
  const kept = folders.filter(({ value }) => value.kept).map(({ value }) => value.path);
  return kept.filter((path) => !kept.some((other) => path.startsWith(`${other}/`)));
}

function dateLines({ request }: ScaffoldPlan): readonly string[] {
  if (request.endOfLife === null) return [];
  return [
    "dates:",
    `  # Of Debian ${request.release}, whose security team mends it. What its makers say belongs in release and end-of-support.`,
    `  end-of-life: ${JSON.stringify(request.endOfLife)}`,
  ];
}

function accountLines({ user }: ScaffoldPlan): readonly string[] {
  if (user.value === nobody) return [];
  const name = scalar(user.value);
  return [
    "accounts:",
    "  root: true",
    ...indented(remark(user)),
    ...["  users:", `    - name: ${name}`, `      uid: ${owner}`, `      gid: ${owner}`],
    ...["  groups:", `    - name: ${name}`, `      gid: ${owner}`, "      members:", `        - ${name}`],
  ];
}

function pathLines({ folders, readable, links, user }: ScaffoldPlan): readonly string[] {
  const lines = [
    ...folders.flatMap((guess) => [
      ...remark(guess),
      `- { type: directory, path: ${flowScalar(guess.value.path)}, uid: ${owner}, gid: ${owner}, mode: "0750" }`,
    ]),
    ...(readable.length === 0 ? [] : [comment(`What only its owner may read is for ${user.value} to read.`)]),
    ...readable.map(
      ({ value }) =>
        `- { type: file, path: ${flowScalar(value.path)}, source: ${flowScalar(`package://${value.package}${value.path}`)}, uid: 0, gid: ${owner}, mode: "${value.mode}" }`,
    ),
    ...(links.length === 0 ? [] : [comment("Names that update-alternatives would make.")]),
    ...links.map(
      ({ link, path }) => `- { type: symlink, path: ${flowScalar(link)}, source: ${flowScalar(path)}, uid: 0, gid: 0 }`,
    ),
  ];
  return lines.length === 0 ? [] : ["paths:", ...indented(lines)];
}

/** `include/runtime.yaml`: what the image goes without where nothing can be installed. `parts` is where shared parts are. */
export function runtimeInclude({ request, user, deletions }: ScaffoldPlan, parts: string): string {
  const isNobody = user.value === nobody;
  const excluded = request.excluded.map((name) => `- '!${name}'`);
  return fileText([
    comment(`What ${request.name} goes without where nothing can be installed.`),
    "includes:",
    `  - ${parts}/${isNobody ? "service.yaml" : "service-parts.yaml"}`,
    ...(isNobody ? [] : ["accounts:", `  run-as: ${scalar(user.value)}`]),
    ...(excluded.length === 0
      ? []
      : ["contents:", "  packages:", ...indented(indented([...remark(excludedBecause), ...excluded]))]),
    ...(deletions.length === 0 ? [] : ["paths:"]),
    ...indented(
      deletions.flatMap(({ value, reason }, index) => [
        ...(deletions[index - 1]?.reason === reason ? [] : [comment(`Left out for ${reason}.`)]),
        `- { type: delete, path: ${flowScalar(value)}, uid: 0, gid: 0 }`,
      ]),
    ),
  ]);
}

/** `include/dev.yaml`: what the image has besides where packages can be installed. */
export function devInclude({ request, user, brokenInDev }: ScaffoldPlan, parts: string): string {
  return fileText([
    comment(`What ${request.name} has besides where packages can be installed.`),
    ...(brokenInDev.length === 0
      ? []
      : [
          "labels:",
          `  io.hardpan.allow.missing-interpreter: ${JSON.stringify(`${brokenInDev.join(" ")}: scripts that run once what runs them is installed`)}`,
        ]),
    ...(user.value === nobody
      ? ["includes:", `  - ${parts}/nonroot-account.yaml`]
      : [
          "paths:",
          `  - { type: directory, path: ${flowScalar(`/home/${user.value}`)}, uid: ${owner}, gid: ${owner}, mode: "0755" }`,
        ]),
  ]);
}
