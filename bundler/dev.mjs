// Runs Outlay for developers: on each change it rebuilds what is needed, restarts the server and lets
// the open pages reload (the fast build's app.js asks whether its own address is still served).
import { spawn, spawnSync } from "node:child_process";
import { watch } from "node:fs";

const cargo = (...args) => spawnSync("cargo", args, { stdio: "inherit" }).status === 0;
const build = () =>
  cargo("build", "--lib", "--features", "hydrate", "--target", "wasm32-unknown-unknown")
  && spawnSync("node", ["bundler/build.mjs", "target/wasm32-unknown-unknown/debug/outlay.wasm", "--fast"], { stdio: "inherit" }).status === 0
  && cargo("build", "--features", "ssr", "--bin", "outlay");

let server;
const start = () => { server = spawn("target/debug/outlay", process.argv.slice(2), { stdio: "inherit" }); };
const stop = () => new Promise((done) => {
  if (!server || server.exitCode !== null) return done();
  server.once("exit", done);
  server.kill("SIGTERM");
});

let waiting, busy = false, again = false;
const rebuild = async () => {
  if (busy) { again = true; return; }
  busy = true;
  do {
    again = false;
    if (build()) { await stop(); start(); }
    else console.error("The build failed; the last good one keeps running.");
  } while (again);
  busy = false;
};
for (const folder of ["src", "style", "public"]) {
  watch(folder, { recursive: true }, () => { clearTimeout(waiting); waiting = setTimeout(rebuild, 150); });
}
process.on("SIGINT", async () => { await stop(); process.exit(0); });
await rebuild();
