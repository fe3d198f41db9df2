import type { FieldName, KqlNode, KqlValue } from '../../src/kql/node.ts';

const SIGNS = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** KQL text of a tree; parsing it gives the tree back. */
export function printKql(node: KqlNode): string {
  switch (node.type) {
    case 'all':
      return '*';
    case 'and':
    case 'or':
      return node.children.map((child) => `(${printKql(child)})`).join(` ${node.type} `);
    case 'not':
      return `not (${printKql(node.child)})`;
    case 'exists':
      return `${printName(node.field)}: *`;
    case 'range':
      return `${printName(node.field)} ${SIGNS[node.operator]} ${printValue(node.value)}`;
    case 'is':
      return node.field === undefined ? printValue(node.value) : `${printName(node.field)}: ${printValue(node.value)}`;
  }
}

function printName({ pieces }: FieldName): string {
  return pieces.map(escaped).join('*');
}

function printValue(value: KqlValue): string {
  if (value.kind === 'phrase') return `"${value.text.replace(/["\\]/g, '\\$&')}"`;
  return value.kind === 'wildcard' ? value.pieces.map(escaped).join('*') : escaped(value.text);
}

/** Special characters take a backslash, blanks and words of the language their code. */
function escaped(text: string): string {
  return text
    .replace(/[\\():<>"*{}]/g, '\\$&')
    .replace(/\s/g, (blank) => `\\u${blank.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/^(and|or|not)$/i, '\\$1');
}

/** The tree without its columns. */
export function withoutColumns(node: KqlNode): unknown {
  return JSON.parse(JSON.stringify(node, (key, value: unknown) => (key === 'column' ? undefined : value)));
}
