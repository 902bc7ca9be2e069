import type { Definition } from "../../src/definition/schema.ts";

/** A definition of nothing but a user, with every key that must be there. */
export const bareDefinition: Definition = {
  image: "hardpan/tool",
  tags: ["1"],
  variant: "runtime",
  platforms: ["linux/amd64"],
  dates: { "end-of-life": "2030-01-01" },
  output: "layered",
  includes: [],
  vars: {},
  contents: { packages: [], files: [], artifacts: [], builds: [], repositories: [], keyring: [], mappings: {} },
  accounts: { root: false, "run-as": "app", users: [{ name: "app", uid: 1000, gid: 1001 }], groups: [] },
  "os-release": {},
  environment: {},
  paths: [],
  annotations: {},
  labels: {},
  entrypoint: [],
  cmd: [],
  ports: [],
  volumes: [],
  tests: [],
};
