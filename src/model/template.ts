/** A text with `{{ name }}` placeholders, ready to be filled. */
export type Template = {
  readonly text: string;
  /** Names of the placeholders, each once. */
  readonly names: readonly string[];
  /** Fills in values; a name without a value becomes empty. Values are never looked at for placeholders again. */
  render(values: Readonly<Record<string, string>>): string;
};

const PLACEHOLDER = /\{\{\s*([\w.@-]+)\s*\}\}/;
/** One value cannot make a subject or a chat message endless. */
const LONGEST_VALUE = 500;

/** Splits the text once, so that rendering only joins. Braces that are no placeholder stay as they are. */
export function compileTemplate(text: string): Template {
  const parts = text.split(new RegExp(PLACEHOLDER, 'g'));
  const names = parts.filter((_, at) => at % 2 === 1);
  return {
    text,
    names: [...new Set(names)],
    render: (values) => parts.map((part, at) => (at % 2 === 0 ? part : shorten(values[part] ?? ''))).join(''),
  };
}

function shorten(value: string): string {
  return value.length <= LONGEST_VALUE ? value : `${value.slice(0, LONGEST_VALUE)}…`;
}
