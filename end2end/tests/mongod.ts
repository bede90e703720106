// A MongoDB for journeys: a replica set of one node on a port of its own, which ends with this process however
// that ends. Which `mongod` it is: as in tests/common/mongod.rs, but nothing is fetched here.
import { MongoClient } from "mongodb";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./port.js";

/** Kills the server and clears up when its input ends. */
const keeper = `
trap '' INT TERM HUP
dir=$1; shift
"$@" </dev/null >/dev/null 2>&1 &
read -r word
kill -KILL $! 2>/dev/null
wait $! 2>/dev/null
rm -rf "$dir"
`;

function program() {
  const fetched = join(process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target", import.meta.url)), "mongod", "mongod");
  const onPath = (process.env.PATH ?? "").split(delimiter).map((dir) => join(dir, "mongod"));
  const runs = (file: string) => {
    try { accessSync(file, constants.X_OK); return true; } catch { return false; }
  };
  const found = process.env.OUTLAY_MONGOD ?? [...onPath, fetched].find(runs);
  if (!found) throw new Error("The journey on MongoDB needs a mongod: run `cargo make test-mongo` once, which fetches one, or set OUTLAY_MONGOD.");
  return found;
}

export class Mongod {
  #client: MongoClient;
  #stop: () => Promise<void>;
  private constructor(readonly port: number, client: MongoClient, stop: () => Promise<void>) {
    this.#client = client;
    this.#stop = stop;
  }

  static async start() {
    const dir = mkdtempSync(join(tmpdir(), "outlay-mongod-"));
    mkdirSync(join(dir, "data"));
    const port = await freePort();
    const options = ["--port", `${port}`, "--bind_ip", "127.0.0.1", "--nounixsocket", "--wiredTigerCacheSizeGB", "0.25", "--replSet", "outlay"];
    const child = spawn("sh", ["-c", keeper, "sh", dir, program(), ...options, "--dbpath", join(dir, "data"), "--logpath", join(dir, "log")], {
      stdio: ["pipe", "ignore", "inherit"],
    });
    const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, { serverSelectionTimeoutMS: 60_000 });
    await client.db("admin").command({ replSetInitiate: { _id: "outlay", members: [{ _id: 0, host: `127.0.0.1:${port}` }] } });
    return new Mongod(port, client, async () => {
      const ended = once(child, "exit");
      child.stdin!.end();
      await ended;
    });
  }

  /** For OUTLAY_STORE: a database that nobody else has. */
  uri() {
    return `mongodb://127.0.0.1:${this.port}/t_${crypto.randomUUID().replaceAll("-", "")}`;
  }

  async stop() {
    await this.#client.close();
    await this.#stop();
  }
}
