import { readFileSync } from 'node:fs';

/** Of package.json, which lies two folders up both in the sources and in dist/. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
