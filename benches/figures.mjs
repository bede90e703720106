// Prints the figures docs/performance.md quotes: size of the binary and of what a browser loads, time
// from exec to ready, time of the first page, idle memory. Linux (reads /proc).
//
//   cargo make bench            or: node benches/figures.mjs [path of the binary]
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";

const binary = process.argv[2] ?? "target/release/outlay";
const runs = 10;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const port = await new Promise((done) => {
  const probe = createServer().listen(0, "127.0.0.1", () => { const { port } = probe.address(); probe.close(() => done(port)); });
});
const url = `http://localhost:${port}`;

async function start(dir) {
  const begun = performance.now();
  const server = spawn(binary, [], { env: { ...process.env, OUTLAY_DATA_DIR: dir, OUTLAY_ADDR: `127.0.0.1:${port}`, OUTLAY_LOG: "warn" }, stdio: "ignore" });
  while (!(await fetch(`${url}/readyz`).then((r) => r.ok, () => false))) {
    if (server.exitCode !== null) throw new Error(`${binary} ended with ${server.exitCode}`);
    await sleep(1);
  }
  return { server, ready: performance.now() - begun };
}
async function stop(server) {
  const ended = new Promise((done) => server.once("exit", done));
  server.kill("SIGTERM");
  await ended;
}

const dir = mkdtempSync(join(tmpdir(), "outlay-figures-"));
const ready = [];
let rss = 0, rssAfter = 0;
const first = [];
const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
await stop((await start(dir)).server); // makes the store
for (let run = 0; run < runs; run += 1) {
  const { server, ready: ms } = await start(dir);
  ready.push(ms);
  if (run === runs - 1) {
    await sleep(2000);
    rss = memory(server.pid);
    for (let i = 0; i < 50; i += 1) {
      const begun = performance.now();
      await (await fetch(`${url}/sign-in`)).text();
      first.push(performance.now() - begun);
    }
    await sleep(2000);
    rssAfter = memory(server.pid);
  }
  await stop(server);
}
rmSync(dir, { recursive: true, force: true });

const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const rows = [
  ["binary, everything inside", mb(statSync(binary).size), "≤ 40 MB"],
  [`exec to ready, median of ${runs}`, `${median(ready).toFixed(0)} ms`, "≤ 200 ms"],
  ["a page of HTML, median of 50", `${median(first).toFixed(1)} ms`, ""],
  ["memory, idle after start", `${rss.toFixed(0)} MB`, "≤ 40 MB"],
  ["memory, idle after 50 pages", `${rssAfter.toFixed(0)} MB`, "≤ 40 MB"],
];
const site = "target/site";
if (existsSync(`${site}/app.wasm.br`)) {
  const br = (name) => statSync(`${site}/${name}.br`).size;
  const parts = readdirSync(site).filter((f) => f.endsWith(".part.br"));
  rows.push(["WASM of the first page, brotli", `${(br("app.wasm") / 1024).toFixed(0)} KiB`, ""]);
  rows.push(["JS and CSS of the first page, brotli", `${((br("app.js") + br("chunks.js") + br("app.css")) / 1024).toFixed(0)} KiB`, ""]);
  rows.push([`WASM of the ${parts.length} later parts, brotli`, `${(parts.reduce((sum, f) => sum + statSync(join(site, f)).size, 0) / 1024).toFixed(0)} KiB`, ""]);
  rows.push(["ECharts, loaded with the first chart, brotli", `${(br("echarts.js") / 1024).toFixed(0)} KiB`, "≤ 200 KiB"]);
}
console.log(`${cpus().length} cores, ${cpus()[0].model}\n`);
console.log("| what | figure | goal |\n| --- | --- | --- |");
for (const row of rows) console.log(`| ${row.join(" | ")} |`);
