/** A run verification: what must hold of a running image, as a check.yaml says. All times are in seconds. */
export interface CheckSpec {
  /** What a container with a read-only root can write to, as `--tmpfs` takes it: `/run/nginx:uid=65532,mode=0755`. */
  readonly tmpfs: readonly string[];
  readonly checks: readonly Check[];
}

/** One thing that must hold: of a command that runs to its end, or of a service that is started, used and stopped. */
export type Check = CommandCheck | ServiceCheck;

interface CheckBase {
  readonly name: string;
  readonly when: Condition;
  readonly container: ContainerSettings;
}

/** A command in a container of its own. */
export interface CommandCheck extends CheckBase {
  readonly kind: "command";
  readonly stdin: string | null;
  readonly expectation: Expectation;
  readonly timeout: number;
}

/** A service in a container of its own. */
export interface ServiceCheck extends CheckBase {
  readonly kind: "service";
  readonly ready: Readiness;
  readonly steps: readonly Step[];
  readonly stop: StopExpectation;
}

/** Which images a check is for: one of each list; null means all. */
export interface Condition {
  readonly variant: readonly string[] | null;
  /** Empty text stands for none. */
  readonly flavor: readonly string[] | null;
  readonly fips: boolean | null;
  /** `debian-13`. */
  readonly distro: readonly string[] | null;
  /** Versions or their beginnings: `1.26` is for 1.26.3 too. */
  readonly version: readonly string[] | null;
}

/** How a container starts. null leaves what the image says. */
export interface ContainerSettings {
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly user: string | null;
  readonly workDir: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly SpecFile[];
  /** Absolute paths at which volumes of the check's own are. */
  readonly volumes: readonly string[];
  /** Whether it is in the private network of the checks, or without network. */
  readonly network: "private" | "none";
}

/** A file that is in the container before it starts; it belongs to root. */
export interface SpecFile {
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content: Uint8Array;
}

/** What a command must end with. */
export interface Expectation {
  readonly exitCodes: readonly number[];
  readonly output: RegExp | null;
  readonly notOutput: RegExp | null;
  readonly errorOutput: RegExp | null;
}

/** When a service can be used: as soon as one of what is not null holds; where all is null, when it runs. */
export interface Readiness {
  readonly http: { readonly port: number; readonly path: string } | null;
  readonly tcp: number | null;
  readonly log: RegExp | null;
  readonly command: readonly string[] | null;
  readonly timeout: number;
}

/** A use of a service. */
export type Step = CommandStep | HelperStep | HttpStep | LogStep | RestartStep;

/** A command inside the running container. */
export interface CommandStep {
  readonly kind: "command";
  readonly name: string;
  readonly command: readonly string[];
  readonly user: string | null;
  readonly workDir: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string | null;
  readonly expectation: Expectation;
  readonly timeout: number;
}

/** Another container in the same network, in which the service is named `service`. */
export interface HelperStep {
  readonly kind: "helper";
  readonly name: string;
  /** null means the image under test. */
  readonly image: string | null;
  readonly container: ContainerSettings;
  readonly stdin: string | null;
  readonly expectation: Expectation;
  readonly timeout: number;
}

/** A request from the host. */
export interface HttpStep {
  readonly kind: "http";
  readonly name: string;
  readonly request: HttpRequest;
  /** null means any below 400. */
  readonly statuses: readonly number[] | null;
  /** Patterns by the header's name in lower case. */
  readonly headers: Readonly<Record<string, RegExp>>;
  readonly body: RegExp | null;
  readonly timeout: number;
}

/** What is asked of a service by HTTP. */
export interface HttpRequest {
  readonly port: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A line that the service writes to its output. */
export interface LogStep {
  readonly kind: "log";
  readonly name: string;
  readonly pattern: RegExp;
  readonly timeout: number;
}

/** The service is stopped, and started in a new container with the same volumes. */
export interface RestartStep {
  readonly kind: "restart";
  readonly name: string;
}

/** How a service ends when it is stopped. */
export interface StopExpectation {
  /** null means the image's own, by default SIGTERM. */
  readonly signal: string | null;
  readonly timeout: number;
  /** null means 0 and 128 plus the signal's number. */
  readonly exitCodes: readonly number[] | null;
}
