// Makes target/site: everything the binary embeds and serves under /assets/<hash>/.
//
//   node bundler/build.mjs <app.wasm> [--fast]
//
// --fast leaves out wasm-opt and the compression: for development. Does nothing when the inputs are
// those of the last run.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const site = join(root, "target/site");
const made = join(root, "target/site.new");
const [wasm, ...flags] = process.argv.slice(2);
const fast = flags.includes("--fast");
if (!wasm) throw new Error("usage: node bundler/build.mjs <app.wasm> [--fast]");

const files = (folder) =>
  readdirSync(folder, { recursive: true }).map((f) => join(folder, f)).filter((f) => statSync(f).isFile()).sort();
const digest = (paths, from) => {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(relative(from, path)).update("\0").update(readFileSync(path)).update("\0");
  return hash.digest("hex").slice(0, 16);
};

const inputs = [wasm, join(here, "build.mjs"), join(here, "chunk.js"), join(here, "echarts.js"), join(here, "package-lock.json"),
  ...files(join(root, "style")), ...files(join(root, "public"))];
const inputHash = `${digest(inputs, root)}${fast ? "-fast" : ""}`;
const inputFile = join(root, "target/site.inputs");
if (existsSync(inputFile) && readFileSync(inputFile, "utf8") === inputHash && existsSync(join(site, "hash"))) {
  console.log("assets: up to date");
  process.exit(0);
}

const started = Date.now();
rmSync(made, { recursive: true, force: true });
mkdirSync(join(made, "fonts"), { recursive: true });

execFileSync(join(root, "target/release/bundler"), [wasm, made], { stdio: "inherit" });
if (!fast) {
  // The functions of each module are independent, so the modules can be optimised side by side. In most of the later parts
  // there is less to gain than starting the optimiser takes. What counts is the size once compressed: the many functions that a
  // compiler makes of one generic one compress to little as long as they are alike and beside each other, which putting each
  // into its one caller would end.
  const optimise = (file) => promisify(execFile)("node", [join(here, "node_modules/binaryen/bin/wasm-opt"), "-Oz",
    "--one-caller-inline-max-function-size=20", "--reorder-functions-by-name",
    "--enable-bulk-memory", "--enable-nontrapping-float-to-int", "--enable-reference-types", "--enable-sign-ext",
    "--enable-mutable-globals", "--enable-multivalue", file, "-o", file], { maxBuffer: 1 << 26 });
  const modules = files(made).filter((f) => f.endsWith(".wasm") && statSync(f).size > 32 * 1024);
  const queue = modules.sort((a, b) => statSync(b).size - statSync(a).size);
  await Promise.all([0, 1].map(async () => { for (let f = queue.shift(); f; f = queue.shift()) await optimise(f); }));
}

for (const set of ["latin", "latin-ext"]) {
  cpSync(join(here, `node_modules/@fontsource-variable/inter/files/inter-${set}-wght-normal.woff2`), join(made, `fonts/inter-${set}.woff2`));
}
cpSync(join(root, "public"), made, { recursive: true });
const common = { bundle: true, minify: true, logLevel: "warning", legalComments: "inline" };
for (const [from, to] of [["main", "app"], ["pages", "pages"], ["docs", "docs"]]) {
  await esbuild.build({ ...common, entryPoints: [join(root, `style/${from}.css`)], outfile: join(made, `${to}.css`), external: ["*.woff2"] });
}
await esbuild.build({ ...common, entryPoints: [join(here, "echarts.js")], outfile: join(made, "echarts.js"), format: "iife", target: "es2020" });
if (fast) {
  // A page whose assets are no longer served belongs to an older build: reload it.
  appendFileSync(join(made, "app.js"), `
setInterval(async () => {
  const answer = await fetch(import.meta.url, { method: "HEAD" }).catch(() => undefined);
  if (answer?.status === 404) location.reload();
}, 700);
`);
}
// Each part as one file, see chunk.js.
const named = readFileSync(join(made, "parts.txt"), "utf8").trim().split("\n").map((line) => line.split(" "));
rmSync(join(made, "parts.txt"));
const ofPart = (part) => part.replace(/_\d+$/, "");
for (const [part, ...names] of named) {
  const modules = names.map((name) => readFileSync(join(made, `${name}.wasm`)));
  const places = {};
  let from = 0;
  for (const [at, { length }] of modules.entries()) {
    places[`${names[at]}.wasm`] = [from, length];
    from += length;
  }
  const table = Buffer.from(JSON.stringify(places));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(table.length);
  writeFileSync(join(made, `${ofPart(part)}.part`), Buffer.concat([size, table, ...modules]));
}
for (const name of new Set(named.flatMap(([, ...names]) => names))) rmSync(join(made, `${name}.wasm`));
const loader = readFileSync(join(made, "chunks.js"), "utf8");
const load = /(const __wasm_split_load_(\w+) = wrapAsyncCb\()(makeLoad\([^]*?\]\))\);/g;
const found = [...loader.matchAll(load)].length;
if (found !== named.length) throw new Error(`${found} of ${named.length} parts would be loaded as one file`);
writeFileSync(join(made, "chunks.js"), loader.replace(load, (_, begin, part, call) => `${begin}within("${ofPart(part)}", ${call}));`));
const chunks = {
  define: { fetch: "chunk", "WebAssembly.instantiateStreaming": "start" },
  banner: { js: esbuild.transformSync(readFileSync(join(here, "chunk.js"), "utf8"), { minifySyntax: true, minifyWhitespace: true }).code },
};
for (const [name, options] of [["app.js", {}], ["chunks.js", chunks]]) {
  const path = join(made, name);
  await esbuild.build({ ...options, entryPoints: [path], outfile: path, allowOverwrite: true, minify: true, format: "esm",
    logLevel: "warning", logOverride: { "duplicate-object-key": "silent" } });
}

const assets = files(made);
const hash = digest(assets, made);
let total = 0;
for (const path of assets) {
  const content = readFileSync(path);
  total += content.length;
  if (/\.(png|woff2)$/.test(path) || fast) continue;
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  rmSync(path);
}
writeFileSync(join(made, "hash"), hash);
rmSync(site, { recursive: true, force: true });
renameSync(made, site);
writeFileSync(inputFile, inputHash);

const size = (name) => { const at = join(site, name); return `${Math.round(statSync(existsSync(`${at}.br`) ? `${at}.br` : at).size / 1024)} KB`; };
console.log(`assets: ${assets.length} files, ${Math.round(total / 1024)} KB; compressed: app.wasm ${size("app.wasm")}, app.js ${size("app.js")}, `
  + `app.css ${size("app.css")}, echarts.js ${size("echarts.js")}; ${((Date.now() - started) / 1000).toFixed(0)} s`);
