/** The value at a dotted name of a document, whether it is nested or kept flat; undefined when there is none. */
export function sourceField(source: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(source, name)) return source[name];
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const head = name.slice(0, dot);
    const inner = Object.hasOwn(source, head) ? source[head] : undefined;
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue;
    const value = sourceField(inner as Record<string, unknown>, name.slice(dot + 1));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The value as one text, the first of several; undefined when there is none. */
export function sourceText(source: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = sourceField(source, name);
  const single = Array.isArray(value) ? value[0] : value;
  return single === undefined || single === null ? undefined : String(single);
}
