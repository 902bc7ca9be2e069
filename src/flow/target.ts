import { writeArchive } from "../content/archive-write.ts";
import { writeLayout } from "../content/layout.ts";
import { findEngine } from "../engine/engine.ts";
import { execProgram } from "../engine/exec.ts";
import { loadImage } from "../engine/image.ts";
import { type Digest, isDigest } from "../oci/digest.ts";
import type { Target } from "../oci/graph.ts";
import { type Locator, parseLocator, standardInput } from "../oci/locator.ts";
import { formatPlatform, matchPlatform, type Platform } from "../oci/platform.ts";
import {
  formatReference,
  type ImageReference,
  isTag,
  namesImage,
  parseReference,
  shortReference,
} from "../oci/reference.ts";
import { openRepository } from "../remote/repository.ts";
import { FlowError } from "./error.ts";
import type { Ports } from "./ports.ts";

/** A place that an image is to be written to. */
export interface OpenedTarget {
  readonly kind: "registry" | "oci-dir" | "archive" | "local";
  /** As reports show it. */
  readonly reference: string;
  /** Whether it holds one platform's image and nothing that refers to it. */
  readonly single: boolean;
  /** The tag or full name that the reference itself gives; null where it leaves them to the image. */
  readonly names: readonly string[] | null;
  /** The digest that the reference asks for; `requireDigest` checks it. */
  readonly digest: Digest | null;
  /**
   * Gives `fill` the place to write to. Layouts, archives and engines have the image only when `fill` has succeeded. `from`
   * is where the content is now: within one registry it need not be sent.
   */
  write(fill: (target: Target) => Promise<unknown>, options?: { readonly from?: ImageReference | null }): Promise<void>;
}

/**
 * Opens what a reference stands for as a place to write to. Nothing is written or reached before `write`. Throws
 * FLOW_UNSUPPORTED_REFERENCE for what is not written to, a bare name among them: it would not say where the image goes; and
 * for an engine's image with a digest and no tag.
 */
export function openTarget(text: string, ports: Ports): OpenedTarget {
  const locator = parseLocator(text);
  switch (locator.kind) {
    case "registry":
      return registryTarget(locator.reference, namesImage(text.slice("registry://".length)), ports);
    case "local":
      return localTarget(locator.reference, ports);
    case "oci-dir":
      return {
        ...placeOf(locator, text),
        single: false,
        write: async (fill) => void (await writeLayout(locator.path, fill)),
      };
    case "archive":
      if (locator.path === standardInput) throw notWritten(text);
      return {
        ...placeOf(locator, text),
        single: true,
        write: async (fill) => void (await writeArchive(locator.path, fill)),
      };
    case "image":
      throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${text} does not say where the image is to be written`, {
        hint: `write registry://${bare(text)}, or local://${bare(text)} for the local Docker or Podman`,
      });
    default:
      throw notWritten(text);
  }
}

function notWritten(text: string): FlowError {
  return new FlowError("FLOW_UNSUPPORTED_REFERENCE", `an image cannot be written to ${text}`, {
    hint: "write to oci-dir://DIR, archive://FILE, local://NAME:TAG or registry://REFERENCE",
  });
}

/** The platform that goes to a place which holds one: the host's where it is offered, else the only one there is. */
export function onePlatform(offered: readonly Platform[], ports: Pick<Ports, "hostPlatform">): Platform {
  const only = offered.length === 1 ? offered[0] : undefined;
  const found = only ?? offered.find((platform) => matchPlatform(ports.hostPlatform, platform));
  if (found !== undefined) return found;
  throw new FlowError(
    "FLOW_PLATFORM_UNSUPPORTED",
    `the image is for ${offered.map(formatPlatform).join(", ")}, and not for this machine's platform`,
    { hint: "choose one with --platform" },
  );
}

/** The tags among `names`, which are tags or full names. */
export function tagsAmong(names: readonly string[]): readonly string[] {
  const tags = names.map((name) => (isTag(name) ? name : (/:([^:/]+)$/.exec(name.replace(/@.*$/, ""))?.[1] ?? "")));
  return [...new Set(tags.filter(isTag))];
}

/**
 * Throws FLOW_DIGEST_DIFFERS where the target's reference asks for another digest than that of what is to be written;
 * `from` says where that is.
 */
export function requireDigest(
  target: OpenedTarget,
  { digest, from }: { readonly digest: Digest; readonly from: string },
) {
  if (target.digest === null || target.digest === digest) return;
  throw new FlowError("FLOW_DIGEST_DIFFERS", `${target.reference} asks for another digest than ${digest}`, {
    hint: `what ${from} has is ${digest}; write to a tag, or to that digest`,
  });
}

function registryTarget(reference: ImageReference, isNamed: boolean, ports: Ports): OpenedTarget {
  const { registry, repository, tag, digest } = reference;
  return {
    kind: "registry",
    reference: `registry://${isNamed ? formatReference(reference) : `${registry}/${repository}`}`,
    single: false,
    names: isNamed ? (tag === null ? [] : [tag]) : null,
    digest,
    async write(fill, { from } = {}) {
      const isNear = from?.registry === registry && from.repository !== repository;
      const mount = isNear ? { mountFrom: from.repository } : {};
      await fill(openRepository(reference, { ...ports.registries, ...mount }));
    },
  };
}

function localTarget(reference: ImageReference, ports: Ports): OpenedTarget {
  const shown = `local://${shortReference(reference)}`;
  return {
    kind: "local",
    reference: shown,
    single: true,
    names: [nameWithTag(reference) ?? refuseNameless(shown)],
    digest: reference.digest,
    async write(fill) {
      const engine = await findEngine(execProgram, { signal: ports.signal });
      await loadImage(engine, fill, { temporaryDirectory: ports.temporaryDirectory, signal: ports.signal });
    },
  };
}

/** An engine would take a name that has only a digest for the tag `latest`, and give that to the image. */
function refuseNameless(shown: string): never {
  throw new FlowError(
    "FLOW_UNSUPPORTED_REFERENCE",
    `${shown} gives the image no tag, without which no engine loads it`,
    {
      hint: `write ${shown.replace(/@.*$/, "")}:TAG; the digest may follow it, and is checked then`,
    },
  );
}

/** The full name that a reference gives to an image; null where it has only a digest, which names nothing by itself. */
function nameWithTag(reference: ImageReference): string | null {
  return reference.tag === null ? null : formatReference({ ...reference, digest: null });
}

type Place = Extract<Locator, { readonly kind: "oci-dir" | "archive" }>;

function placeOf(
  { kind, reference }: Place,
  text: string,
): Pick<OpenedTarget, "kind" | "reference" | "names" | "digest"> {
  return { kind, reference: text, ...(reference === null ? { names: null, digest: null } : choiceOf(reference)) };
}

/** The name and digest that the choice within a layout or archive stands for: a tag, a digest, or a full name with both. */
function choiceOf(reference: string): Pick<OpenedTarget, "names" | "digest"> {
  if (isDigest(reference)) return { names: [], digest: reference };
  if (isTag(reference) || !reference.includes("@")) return { names: [reference], digest: null };
  const parsed = parseReference(reference);
  const name = nameWithTag(parsed);
  return { names: name === null ? [] : [name], digest: parsed.digest };
}

function bare(text: string): string {
  return text.replace(/^image:\/\//, "");
}
