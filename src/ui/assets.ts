import { readFileSync } from 'node:fs';

/** A file the page needs, served as it is. */
export type Asset = { readonly path: string; readonly type: string; readonly body: Buffer };

/** Reads the page's files once; they lie beside this module, also when installed. */
export function loadAssets(): Asset[] {
  return [
    ...['base.css', 'panels.css', 'lines.css'].map((name) => asset(name, 'text/css; charset=utf-8')),
    ...['app.js', 'live.js', 'local-time.js'].map((name) => asset(name, 'text/javascript; charset=utf-8')),
    asset('icon.svg', 'image/svg+xml'),
  ];
}

function asset(name: string, type: string): Asset {
  return { path: `/ui/${name}`, type, body: readFileSync(new URL(`../ui/assets/${name}`, import.meta.url)) };
}
