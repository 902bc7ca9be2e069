import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    pool: "forks",
    // Much of a test is waiting for another program, also where there are two processors only.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
