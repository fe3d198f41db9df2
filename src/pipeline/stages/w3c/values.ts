/**
 * The values of a line: separated by tabs, or by blanks where there are none. Values of some writers are in quotes, in
 * which a doubled quote is one; a quote that nothing closes is a character like any other.
 */
export function valuesOf(line: string): string[] {
  if (line.includes('\t')) return line.split('\t');
  if (!line.includes(' "')) return line.trimEnd().split(/ +/);
  const values: string[] = [];
  let open = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === ' ') continue;
    const close = line[at] === '"' && !open ? closingQuote(line, at) : -1;
    if (close !== -1) values.push(line.slice(at + 1, close).replaceAll('""', '"'));
    else open ||= line[at] === '"';
    const end = close === -1 ? line.indexOf(' ', at) : close + 1;
    if (close === -1) values.push(line.slice(at, end === -1 ? line.length : end));
    at = end === -1 ? line.length : end;
  }
  return values;
}

/** Position of the quote before a blank or the end; -1 where there is none. */
function closingQuote(line: string, open: number): number {
  for (let at = line.indexOf('"', open + 1); at !== -1; at = line.indexOf('"', at + 1)) {
    const next = line[at + 1];
    if (next === undefined || next === ' ') return at;
    if (next === '"') at++;
  }
  return -1;
}
