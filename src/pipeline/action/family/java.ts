import type { Action } from "../action.ts";
import { shellQuote, shellText } from "../quote.ts";
import { jsonProgram } from "./java-json.ts";
import { pomProgram } from "./java-pom.ts";

/**
 * Sets versions in a `pom.xml`. `dependencies` is a JSON file: a list of `groupId`, `artifactId`, `version` and perhaps
 * `type`, `classifier`, `scope`; `properties` one of `property` and `value`.
 */
export const mvnPatch: Action = {
  name: "mvn/patch@v1",
  inputs: {
    ...{ "mvn-root": "optional", dependencies: "optional", "dependencies-key": "optional" },
    ...{ properties: "optional", downgrade: "optional" },
  },
  write: (inputs) => {
    const dependencies = inputs.text("dependencies") ?? "";
    const properties = inputs.text("properties") ?? "";
    if (dependencies === "" && properties === "") {
      throw inputs.invalid("dependencies", "neither `dependencies` nor `properties` names a file");
    }
    const key = inputs.text("dependencies-key") ?? "";
    if (!/^([A-Za-z][\w-]*(\.[A-Za-z][\w-]*)*)?$/.test(key)) {
      throw inputs.invalid(
        "dependencies-key",
        "must be element names with dots, such as dependencyManagement.dependencies",
      );
    }
    const program = shellQuote(pomProgram + jsonProgram);
    return {
      lines: [
        `pom=${shellText(inputs.text("mvn-root") ?? ".")}/pom.xml`,
        'program="$(mktemp -d)"',
        "trap 'rm -rf -- \"$program\"' EXIT",
        `printf '%s' ${program} >"$program/PatchPom.java"`,
        `java "$program/PatchPom.java" "$pom" ${shellText(dependencies)} ${shellText(key)} ${inputs.flag("downgrade") ?? false} ${shellText(properties)}`,
      ],
      programs: ["java", "mktemp", "rm"],
    };
  },
};

/**
 * Sends Maven's downloads from its central repository through the mirror that the variable MAVEN_MIRROR_URL names, with
 * MAVEN_USER and MAVEN_PASSWORD where they are set: their values stay out of the file. Without the variable it does nothing.
 */
export const mvnMirror: Action = {
  name: "mvn/mirror@v1",
  inputs: {},
  write: () => ({
    lines: [
      mirrorOrNothing("mvn/mirror"),
      `settings="$HOME/.m2/settings.xml"
if [ -e "$settings" ] && ! grep -q '<id>hardpan-mirror</id>' "$settings"; then
  printf 'mvn/mirror: %s is there already; it is left to the definition\\n' "$settings" >&2
  exit 1
fi
mkdir -p -- "$HOME/.m2"
url="$(printf '%s' "$MAVEN_MIRROR_URL" | sed -e 's/&/\\&amp;/g' -e 's/</\\&lt;/g')"
server=
if [ -n "\${MAVEN_USER:-}" ]; then server=${shellQuote(server)}; fi`,
      `printf ${shellQuote(settings)} "$server" "$url" >"$settings"`,
    ],
    programs: ["sed", "grep", "mkdir"],
  }),
};

/** As mvn/mirror, for Gradle: every build's `mavenCentral()` becomes the mirror. */
export const gradleMirror: Action = {
  name: "gradle/mirror@v1",
  inputs: {},
  write: () => ({
    lines: [
      mirrorOrNothing("gradle/mirror"),
      `gradle="\${GRADLE_USER_HOME:-$HOME/.gradle}"
mkdir -p -- "$gradle/init.d"
printf '%s\\n' "$MAVEN_MIRROR_URL" >"$gradle/hardpan-mirror.url"`,
      `printf '%s' ${shellQuote(gradleProgram)} >"$gradle/init.d/hardpan-mirror.gradle"`,
    ],
    programs: ["mkdir"],
  }),
};

function mirrorOrNothing(action: string): string {
  return `if [ -z "\${MAVEN_MIRROR_URL:-}" ]; then
  echo '${action}: MAVEN_MIRROR_URL is not set; downloads go where the build says'
  exit 0
fi`;
}

const server = `<servers><server><id>hardpan-mirror</id><username>\${env.MAVEN_USER}</username><password>\${env.MAVEN_PASSWORD}</password></server></servers>`;

const settings = `<?xml version="1.0" encoding="UTF-8"?>
<settings>%s
<mirrors><mirror><id>hardpan-mirror</id><mirrorOf>central</mirrorOf><url>%s</url></mirror></mirrors>
</settings>
`;

const gradleProgram = `def mirror = new File(gradle.gradleUserHomeDir, 'hardpan-mirror.url').text.trim()
def useMirror = { repositories ->
  repositories.withType(MavenArtifactRepository).configureEach { repository ->
    if (repository.name == 'MavenRepo') {
      repository.url = mirror
      if (System.getenv('MAVEN_USER')) {
        repository.credentials {
          username = System.getenv('MAVEN_USER')
          password = System.getenv('MAVEN_PASSWORD')
        }
      }
    }
  }
}
settingsEvaluated { settings ->
  useMirror(settings.pluginManagement.repositories)
  if (settings.hasProperty('dependencyResolutionManagement')) {
    useMirror(settings.dependencyResolutionManagement.repositories)
  }
}
allprojects {
  useMirror(buildscript.repositories)
  useMirror(repositories)
}
`;
