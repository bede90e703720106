// How the later parts of the WASM are fetched: each comes as one file, a table of where its chunks are and then the chunks. A page
// has a hundred of them, and to ask for each takes longer than all of them take to come. Stands before what loads them.

const parts = {};
let loading;

/** Loads a part by `load`, which asks for its chunks before it returns. */
const within = (part, load) => () => {
  loading = part;
  return load().finally(() => { delete parts[part]; });
};

// What cannot be fetched now is fetched once there is a connection again: without it the page would stop.
const patiently = async (url) => {
  for (let pause = 500; ; pause = Math.min(2 * pause, 30000)) {
    try {
      const answer = await fetch(url);
      return answer.ok && await answer.arrayBuffer();
    } catch {}
    await new Promise((again) => { setTimeout(again, pause); addEventListener("online", again, { once: true }); });
  }
};

const fetched = async (part) => {
  const bytes = await patiently(new URL(`${part}.part`, import.meta.url));
  if (!bytes) throw new Error(`${part} is not served any more`);
  const length = new DataView(bytes).getUint32(0, true);
  const table = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length)));
  return (name) => new Uint8Array(bytes, 4 + length + table[name][0], table[name][1]);
};

/** The bytes of a chunk of the part that is being loaded. */
const chunk = async (url) => (await (parts[loading] ??= fetched(loading)))(url.pathname.split("/").pop());

const start = async (bytes, imports) => WebAssembly.instantiate(await bytes, imports);
