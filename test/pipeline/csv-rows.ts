/** Rows of a CSV file with a header, RFC 4180. */
export function csvRows(text: string): Readonly<Record<string, string>>[] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    const record = records.at(-1)!;
    record.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end !== ',') records.push([]);
  }
  const [header = [], ...rows] = records.filter((record) => record.some((cell) => cell !== ''));
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}
