import { defineConfig } from "@playwright/test";
import { existsSync } from "node:fs";
import type { Options } from "./tests/outlay.js";

// The system's Chromium where there is one; else the one `npx playwright install chromium` fetched.
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export default defineConfig<object, Options>({
  testDir: "tests",
  workers: 2,
  timeout: 300_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [["list"]],
  projects: [
    { name: "sqlite" },
    { name: "mongodb", testMatch: /(journey|live)\.spec/, use: { store: "mongodb" } },
  ],
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: chromium, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"] },
    locale: "en-GB",
    timezoneId: "Europe/Ljubljana",
    actionTimeout: 30_000,
    trace: "retain-on-failure",
  },
});
