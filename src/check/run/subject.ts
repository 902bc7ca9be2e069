import type { ContainerSettings } from "../spec/model.ts";
import type { Belongings } from "./belongings.ts";
import type { CheckContainer } from "./container.ts";
import type { CheckOptions, CheckPorts } from "./world.ts";

/** The image that is checked, as the engine has it. */
export interface SubjectImage {
  /** By which the engine knows it. */
  readonly name: string;
  /** As reports show it. */
  readonly reference: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its own signal to end by; null where it names none. */
  readonly stopSignal: string | null;
}

/** An image, what restricts its containers, and what they are made with. */
export interface Subject {
  readonly image: SubjectImage;
  readonly options: CheckOptions;
  readonly tmpfs: readonly string[];
  readonly belongings: Belongings;
  readonly ports: CheckPorts;
}

/** A container of the image under test. */
export function ownContainer(
  { image, options, tmpfs }: Subject,
  settings: ContainerSettings,
): Pick<CheckContainer, "image" | "settings" | "restricted"> {
  return { image: image.name, settings, restricted: { ...options, tmpfs } };
}

/** Volumes for the paths of `settings`. */
export async function makeVolumes(
  settings: ContainerSettings,
  belongings: Belongings,
): Promise<Readonly<Record<string, string>>> {
  const volumes: Record<string, string> = {};
  for (const path of settings.volumes) volumes[path] = await belongings.volume();
  return volumes;
}
