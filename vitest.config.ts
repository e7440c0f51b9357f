import { defineConfig } from "vitest/config";

/** Tests run on the sources: packages find each other by the export condition that only this workspace knows. */
const conditions = ["@lazynwb/source", "node", "import", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts"],
    testTimeout: 30_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
