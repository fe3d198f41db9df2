/** Shorter ones V8 always copies; longer ones keep alive the text that they were cut from, which may be a block of a file. */
const SHORTEST_SLICE = 13;

/** The same text with memory of its own, for what is kept longer than the line it is from. */
export function ownText(text: string): string {
  // JSON keeps every character, lone surrogates too, and one byte a character where that is enough.
  return text.length < SHORTEST_SLICE ? text : (JSON.parse(JSON.stringify(text)) as string);
}
