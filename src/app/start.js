import init from '{assets}/app.js';
const element = (name, of) => Object.assign(document.createElement(name), of);
const held = [], capture = true;
const on = {
  click: e => e.stopImmediatePropagation(),
  submit: e => e.stopImmediatePropagation(),
  popstate: e => { e.stopImmediatePropagation(); location.reload() },
  keydown: e => {
    const key = e.ctrlKey || e.metaKey ? e.key === 'k' : e.key.length === 1 && e.key !== ' ';
    if (!key || e.altKey || e.isComposing || e.target.closest('input,textarea,select,dialog')) return;
    e.preventDefault();
    held.push(new KeyboardEvent(e.type, e));
  },
};
for (const k in on) addEventListener(k, on[k], capture);
init({ module_or_path: '{assets}/app.wasm' }).then(m => m.hydrate()).then(() => {
  for (const k in on) removeEventListener(k, on[k], capture);
  if (!document.getElementById('pages-style')) document.head.append(element('link', { id: 'pages-style', rel: 'stylesheet', href: '{assets}/pages.css' }));
  setTimeout(() => { for (const e of held) document.body.dispatchEvent(e) });
});
const chart = document.querySelector('.chart-canvas');
if (chart && chart.getBoundingClientRect().top < innerHeight) requestAnimationFrame(() => setTimeout(() => {
  const script = element('script', { id: 'chart-script', src: '{assets}/echarts.js', onerror: () => script.remove() });
  document.head.append(script);
}));
