import type { JsonValue } from '../../../model/event.ts';

/** What the lines with a # at the head of a Zeek log say of those below: docs.zeek.org, "Zeek Log Formats". */
export type ZeekHeader = {
  separator: string;
  setSeparator: string;
  emptyField: string;
  unsetField: string;
  names: readonly string[];
  types: readonly string[];
};

export function newZeekHeader(): ZeekHeader {
  return { separator: '\t', setSeparator: ',', emptyField: '(empty)', unsetField: '-', names: [], types: [] };
}

/** Takes what a line with a # says; anything but what says the layout (`#path`, `#open`, `#close`) changes nothing. */
export function readDirective(line: string, header: ZeekHeader): void {
  if (line.startsWith('#separator ')) {
    header.separator = withoutEscapes(line.slice('#separator '.length)).slice(0, 1);
    return;
  }
  const [name, ...values] = line.split(header.separator);
  const [value = ''] = values;
  if (name === '#fields') header.names = values;
  else if (name === '#types') header.types = values;
  else if (name === '#set_separator') header.setSeparator = value;
  else if (name === '#empty_field') header.emptyField = value;
  else if (name === '#unset_field') header.unsetField = value;
}

const NUMBERS = new Set(['count', 'int', 'port', 'double', 'time', 'interval']);

/** The value of a cell by its type; undefined for one that is not set. */
export function zeekValue(cell: string, type: string | undefined, header: ZeekHeader): JsonValue | undefined {
  if (cell === header.unsetField) return undefined;
  const inner = /^(?:set|vector|table)\[(\w+)\]$/.exec(type ?? '')?.[1];
  if (inner !== undefined) {
    if (cell === header.emptyField) return [];
    const parts = cell.split(header.setSeparator).map((part) => zeekValue(part, inner, header));
    return parts.filter((part) => part !== undefined);
  }
  if (cell === header.emptyField) return '';
  if (type === 'bool') return cell === 'T' ? true : cell === 'F' ? false : cell;
  if (type !== undefined && NUMBERS.has(type)) return /^-?\d{1,15}(?:\.\d{1,9})?$/.test(cell) ? Number(cell) : cell;
  return cell.includes('\\x') ? withoutEscapes(cell) : cell;
}

/** Undoes \xHH, whose bytes are UTF-8 where they are valid. */
function withoutEscapes(text: string): string {
  return text.replace(/(?:\\x[0-9a-fA-F]{2})+/g, (whole) => {
    const decoded = Buffer.from(whole.replaceAll('\\x', ''), 'hex').toString('utf8');
    return decoded.includes('\ufffd') ? whole : decoded;
  });
}
