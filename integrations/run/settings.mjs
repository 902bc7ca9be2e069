/**
 * The settings of a job, from variables that begin with HARDPAN_CI_. An empty one counts as not set.
 * @param {Readonly<Record<string, string | undefined>>} environment
 */
export function readSettings(environment) {
  const text = (name) => (environment[`HARDPAN_CI_${name}`] ?? "").trim();
  const required = (name, what) => {
    if (text(name) === "") throw new Error(`${what} is not set`);
    return text(name);
  };
  const flag = (name) => /^(true|yes|1)$/i.test(text(name));
  /** One on a line, or with commas between. */
  const list = (name) =>
    text(name)
      .split(/[\n,]+/)
      .map((word) => word.trim())
      .filter((word) => word !== "");
  return { text, required, flag, list };
}

/**
 * The arguments that narrow and count findings, for `hardpan compare` and `hardpan cves`. Values stand behind a `=`, so that
 * none is taken for an option.
 * @param {ReturnType<typeof readSettings>} settings
 */
export function findingArguments({ text, list }) {
  const value = (option, given) => (given === "" ? [] : [`${option}=${given}`]);
  return [
    ...value("--only-severity", list("ONLY_SEVERITY").join(",")),
    ...value("--debian-policy", text("POLICY")),
    ...value("--platform", text("PLATFORM")),
    ...list("VEX").map((place) => `--vex-location=${place}`),
    ...list("VEX_KEY").map((file) => `--vex-key=${file}`),
  ];
}

/**
 * The command that brings the advisories a job asks for; null where it uses what is in the cache.
 * @param {ReturnType<typeof readSettings>} settings
 */
export function advisoryArguments({ text, list, flag }) {
  const place = text("ADVISORIES");
  if (place !== "")
    return ["db", "import", ...list("ADVISORIES_KEY").map((file) => `--verify-key=${file}`), "--", place];
  return flag("UPDATE") ? ["db", "update"] : null;
}
