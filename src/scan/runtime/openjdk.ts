/** What the file `release` in the folder of a Java runtime says. */
export interface JavaFinding {
  readonly kind: "java";
  /** JAVA_VERSION, `17.0.15`. */
  readonly version: string;
  /** JAVA_RUNTIME_VERSION, with the build: `17.0.15+6-Debian-1deb12u1`. */
  readonly runtime: string | null;
  /** IMPLEMENTOR: who built it. */
  readonly vendor: string | null;
  /** IMPLEMENTOR_VERSION: the vendor's own name for it, `Temurin-21.0.5+11`. */
  readonly product: string | null;
}

/** Reads a Java runtime's `release`: lines of `NAME="value"`. null for any other file of that name. */
export function readJavaRelease(text: string): JavaFinding | null {
  const get = (name: string): string | null => {
    const [, value = ""] = new RegExp(`^${name}="([^"\\n\\r]{1,200})"\\s*$`, "m").exec(text) ?? [];
    return value.trim() === "" ? null : value.trim();
  };
  const version = get("JAVA_VERSION");
  if (version === null || !/^\d{1,4}(?:\.\d{1,4}){0,4}(?:_\d{1,4})?(?:-[a-z]{1,20})?$/.test(version)) return null;
  return {
    kind: "java",
    version,
    runtime: get("JAVA_RUNTIME_VERSION"),
    vendor: get("IMPLEMENTOR"),
    product: get("IMPLEMENTOR_VERSION"),
  };
}

/** Files of which a Java runtime has at least one, below its folder. */
export const javaFiles: readonly string[] = ["bin/java", "lib/server/libjvm.so", "lib/jvm.cfg", "lib/modules"];

/** OpenJDK's licence; Oracle gives out the same files under others as well. */
export function javaLicense({ vendor }: JavaFinding): readonly string[] {
  const isFree = vendor !== null && !vendor.startsWith("Oracle");
  return isFree ? ["GPL-2.0-only WITH Classpath-exception-2.0"] : [];
}
