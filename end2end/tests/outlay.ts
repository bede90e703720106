// What every journey shares: a server of its own on an empty data directory, a page that fails the
// test on any console error or CSP violation, and axe.
import { AxeBuilder } from "@axe-core/playwright";
import { type Page, test as base, expect } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Mongod } from "./mongod.js";
import { freePort } from "./port.js";

const binary = process.env.OUTLAY_BIN ?? fileURLToPath(new URL("../../target/release/outlay", import.meta.url));
export const samples = fileURLToPath(new URL("../../tests/samples/", import.meta.url));
export const password = "a long walk by the river";

/** One Outlay process on a data directory that outlives restarts. */
export class Outlay {
  readonly dir = mkdtempSync(join(tmpdir(), "outlay-e2e-"));
  url = "";
  log = "";
  #process?: ChildProcess;
  /** `store`: where it keeps its data, as OUTLAY_STORE has it. */
  constructor(readonly store: string) {}

  async start() {
    const port = this.url ? Number(new URL(this.url).port) : await freePort();
    this.url = `http://localhost:${port}`;
    const env = { ...process.env, OUTLAY_STORE: this.store, OUTLAY_DATA_DIR: this.dir, OUTLAY_ADDR: `127.0.0.1:${port}`, OUTLAY_LIMIT_SIGN_IN_PER_MIN: "1000", OUTLAY_LIMIT_SIGN_IN_BURST: "1000" };
    this.#process = spawn(binary, [], { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream?.on("data", (text) => { this.log += text; });
    await expect.poll(() => fetch(`${this.url}/readyz`).then((r) => r.status, () => 0), { message: this.log, intervals: [50] }).toBe(200);
    return this;
  }

  /** The one-time link printed at start. */
  async setupLink() {
    await expect.poll(() => this.log).toContain("/setup?token=");
    return /http\S+\/setup\?token=\S+/.exec(this.log)![0];
  }

  async stop() {
    if (!this.#process || this.#process.exitCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    const [code] = await ended;
    expect(code, this.log).toBe(0);
  }

  async remove() {
    await this.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

type Fixtures = { outlay: Outlay; complaints: string[] };
export type Options = { store: "sqlite" | "mongodb" };

export const test = base.extend<Fixtures, Options & { mongod: Mongod | null }>({
  store: ["sqlite", { option: true, scope: "worker" }],
  mongod: [async ({ store }, use) => {
    const mongod = store === "mongodb" ? await Mongod.start() : null;
    await use(mongod);
    await mongod?.stop();
  }, { scope: "worker" }],
  outlay: async ({ mongod }, use) => {
    const outlay = await new Outlay(mongod?.uri() ?? "sqlite").start();
    await use(outlay);
    await outlay.remove();
  },
  // Console errors, uncaught exceptions and CSP violations; a test may expect some by emptying the list.
  // Judged while the server still runs: a page that listens would complain of its end.
  complaints: [async ({ page, javaScriptEnabled, outlay: _running }, use) => {
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      // Nothing runs to use what was loaded ahead.
      if (!javaScriptEnabled && message.text().includes("was preloaded using link preload but not used")) return;
      complaints.push(`${message.text()} (${page.url()})`);
    });
    page.on("pageerror", (error) => complaints.push(`${error} (${page.url()})`));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (e) => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`));
    });
    await use(complaints);
    expect(complaints).toEqual([]);
  }, { auto: true }],
});

/** axe finds nothing to complain about on the page as it is now. */
export async function accessible(page: Page) {
  // While a page becomes live, its title is written anew.
  await expect(page).toHaveTitle(/./);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")} (${page.url()})`)).toEqual([]);
}

export { expect };

/** Fills the first-run page that is open, and starts. */
export async function setUp(page: Page, { opening = "" } = {}) {
  await page.getByLabel("Username").fill("mira");
  await page.getByLabel("Your name (optional)").fill("Mira Kovač");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Currency").selectOption("EUR");
  await page.getByLabel("Opening balance (optional)").fill(opening);
  await page.getByRole("button", { name: "Start using Outlay" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
}

/** The core of a day: funds, an expense, a change, a delete and its undo. Works with and without JavaScript. */
export async function coreOfADay(page: Page, outlay: Outlay) {
  await page.goto(`${outlay.url}/funds`);
  await page.getByLabel("Amount in €").fill("100");
  await page.getByLabel("Note").fill("Salary");
  await page.getByRole("button", { name: "Add funds" }).click();
  await expect(page.getByRole("row", { name: /Salary/ })).toContainText("€100.00");

  await page.goto(`${outlay.url}/expenses?add=1`);
  await page.getByLabel("Amount in €").fill("7.20");
  await page.getByLabel("What", { exact: true }).fill("Bakery");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  const row = page.getByRole("row", { name: /Bakery/ });
  await expect(row).toContainText("−€7.20");

  await page.goto(`${outlay.url}/expenses`);
  await row.getByRole("link", { name: "Edit Bakery" }).click();
  await page.getByLabel("Amount in €").fill("8.40");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("−€8.40");
  await row.getByRole("button", { name: "Delete Bakery" }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await expect(row).toContainText("−€8.40");

  await page.goto(`${outlay.url}/`);
  await expect(page.getByRole("region", { name: "Balance" })).toContainText("€91.60");
}

/** Opens an address, or loads the page again, and waits until it is live and listens. */
export async function live(page: Page, address?: string) {
  // The page before may become live, and listen, while it is left: what counts is what comes after.
  let left = false;
  const listens = page.waitForResponse((response) => left && response.url().includes("/api/page/events") && response.ok());
  await (address ? page.goto(address, { waitUntil: "commit" }) : page.reload({ waitUntil: "commit" }));
  left = true;
  await listens;
}
