import { readFileSync } from 'node:fs';
import peggy from 'peggy';

const FOLDER = 'src/kql';
const HEAD = '// Generated from grammar.peggy by `npm run generate`. Do not edit.\n';

const TYPES = `${HEAD}import type { KqlNode } from './node.ts';

/** Where and why parsing stopped. */
export declare class SyntaxError extends globalThis.SyntaxError {
  readonly expected: readonly { readonly type: string; readonly description?: string; readonly text?: string }[] | null;
  readonly found: string | null;
  readonly location: { readonly start: { readonly offset: number; readonly line: number; readonly column: number } };
}

export declare function parse(text: string): KqlNode;
`;

/** The parser that peggy makes of the KQL grammar; paths count from the checkout. */
export function generateParser(root = new URL('../', import.meta.url)): { path: string; content: string }[] {
  const grammar = readFileSync(new URL(`${FOLDER}/grammar.peggy`, root), 'utf8');
  const source = peggy.generate(grammar, { output: 'source', format: 'es', grammarSource: 'grammar.peggy' });
  return [
    { path: `${FOLDER}/grammar.generated.js`, content: `${HEAD}${source}` },
    { path: `${FOLDER}/grammar.generated.d.ts`, content: TYPES },
  ];
}
