// Generated from grammar.peggy by `npm run generate`. Do not edit.
import type { KqlNode } from './node.ts';

/** Where and why parsing stopped. */
export declare class SyntaxError extends globalThis.SyntaxError {
  readonly expected: readonly { readonly type: string; readonly description?: string; readonly text?: string }[] | null;
  readonly found: string | null;
  readonly location: { readonly start: { readonly offset: number; readonly line: number; readonly column: number } };
}

export declare function parse(text: string): KqlNode;
