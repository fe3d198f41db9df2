import path from 'node:path';

const EXTENSION = path.extname(import.meta.filename);

/** Path of a module of this folder, in the checkout and in the published form, where this code lies elsewhere. */
export function moduleOfDrill(name: string): string {
  return path.join(import.meta.dirname, '..', 'drill', `${name}${EXTENSION}`);
}

/** Path of the command itself. */
export const MAIN = path.join(import.meta.dirname, '..', 'cli', `main${EXTENSION}`);

/** What children are started with: no colours, and compiled code kept, for they are started thousands of times. */
export function childEnvironment(cache: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...process.env, NO_COLOR: '1', NODE_COMPILE_CACHE: cache, ...more };
}
