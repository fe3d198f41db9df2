import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { Dropped, Rejected } from '../../model/rejected.ts';
import { defineStage, optionFault } from '../stage.ts';
import { fixedLayout, headerRow, type Layout, MOST_COLUMNS, zeekLines } from './csv/layout.ts';
import { zeekValue } from './csv/zeek.ts';
import { addPair, createPairWriter, newPairs, type Pairs, pairOptions } from './keyed/write-pairs.ts';

const options = Type.Object(
  {
    field: Type.String({
      minLength: 1,
      default: 'message',
      description: 'field with the row; any but message is taken off',
    }),
    columns: Type.Array(Type.String({ maxLength: 256 }), {
      default: [],
      description: 'names of the columns in order; an empty one is left out',
    }),
    header: Type.Enum(['none', 'row', 'zeek'], {
      default: 'none',
      description:
        'who names the columns: the option columns; the first row of the source (names become client_ip for Client IP); or the lines with a # of a Zeek log, with their types. Header lines are dropped as "csv header". For #Fields lines of IIS: parse-w3c',
    }),
    separator: Type.String({
      minLength: 1,
      maxLength: 4,
      default: ',',
      description: 'the character between cells; auto: of , ; tab | the one that the header row has most',
    }),
    quote: Type.String({ maxLength: 1, default: '"', description: 'the character around cells; empty for none' }),
    escape: Type.Enum(['double', 'backslash'], {
      default: 'double',
      description: 'how a quote stands in a quoted cell: twice, or after a backslash',
    }),
    trim: Type.Boolean({
      default: false,
      description: 'take blanks off both ends of cells, those between a separator and a quote too',
    }),
    none: Type.Array(Type.String(), { default: [''], description: 'cells that mean no value and are left out' }),
    uneven: Type.Enum(['reject', 'accept'], {
      default: 'reject',
      description: 'what becomes of a row with fewer or more cells than columns; more are called column5 and so on',
    }),
    ...pairOptions({ keys: 'own', values: 'text' }),
    keep: Type.Boolean({ default: false, description: 'leave the field as it was' }),
  },
  { additionalProperties: false },
);

const DROPPED = new Dropped('csv header');

/** Fills the pairs with the cells that have a value. */
function pair(cells: readonly string[], { columns, zeek }: Layout, none: ReadonlySet<string>, into: Pairs): void {
  into.count = 0;
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index]!;
    const name = columns[index] ?? `column${index + 1}`;
    if (none.has(cell) || name === '') continue;
    const value = zeek === undefined ? cell : zeekValue(cell, zeek.types[index], zeek);
    if (value !== undefined) addPair(into, name, value);
  }
}

export const parseCsv = defineStage({
  name: 'parse-csv',
  summary: 'reads a row of comma-, tab- or otherwise separated cells into fields named by its columns',
  form: 'map',
  options,
  examples: [
    {
      title: 'columns that the pipeline names, one of them an ECS field',
      options: { columns: ['user', '', 'note', 'port'], fields: { user: 'user.name', port: 'source.port' } },
      in: { message: 'bob,x,"said ""no"", left",4711' },
      out: {
        message: 'bob,x,"said ""no"", left",4711',
        'user.name': 'bob',
        'example.log.note': 'said "no", left',
        'source.port': 4711,
      },
    },
    {
      title: 'columns that the first row names, by the names loggers give them',
      options: { header: 'row', separator: 'auto', keys: 'generic', values: 'auto' },
      before: [{ message: 'Time;Level;Message;Client IP;Took' }],
      in: { message: '2026-11-21T10:00:00Z;WARN;slow;10.0.0.7;12' },
      out: {
        message: 'slow',
        'log.level': 'warn',
        'example.log.level': 'WARN',
        'example.log.client_ip': '10.0.0.7',
        'example.log.took': 12,
        '@timestamp': '2026-11-21T10:00:00.000Z',
      },
    },
    {
      title: 'the header row itself is dropped',
      options: { header: 'row' },
      in: { message: 'time,level,message' },
      dropped: true,
    },
    {
      title: 'a log of Zeek',
      options: { header: 'zeek', fields: { 'id.orig_h': 'source.ip' } },
      before: [{ message: '#fields\tts\tid.orig_h\ttags\tok' }, { message: '#types\ttime\taddr\tset[string]\tbool' }],
      in: { message: '1795255200.5\t10.0.0.7\ta,b\tT' },
      out: {
        message: '1795255200.5\t10.0.0.7\ta,b\tT',
        'example.log.ts': 1795255200.5,
        'source.ip': '10.0.0.7',
        'example.log.tags': ['a', 'b'],
        'example.log.ok': true,
      },
    },
    {
      title: 'a row with too few cells is rejected',
      options: { columns: ['a', 'b'] },
      in: { message: '1' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create(given, context) {
    const { field, columns, header, separator, quote, uneven } = given;
    const isAuto = separator === 'auto';
    if (header === 'none' && columns.length === 0)
      throw optionFault('columns', 'are needed where no header names them');
    if (isAuto && header !== 'row') throw optionFault('separator', 'can be auto only with header: row');
    if (!isAuto && separator.length > 1) throw optionFault('separator', 'must be one character, or auto');
    const syntax = { separator, quote, escapedBy: given.escape === 'double' ? quote : '\\', trim: given.trim };
    const find =
      header === 'zeek'
        ? zeekLines(context)
        : header === 'row'
          ? headerRow(isAuto ? undefined : syntax, syntax, context)
          : fixedLayout(columns, syntax);
    const none = new Set(given.none);
    const write = createPairWriter(given, context);
    const pairs = newPairs();
    const leaves = given.keep || field === 'message';
    const nameless = new Rejected('unparsable', 'no row that names the columns came before it', field);
    const broken = new Rejected('unparsable', 'a quote is not closed, or text follows it', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const layout = find(text);
      if (layout === 'header') return DROPPED;
      if (layout === undefined) return nameless;
      const cells = layout.read(text);
      if (cells === undefined) return broken;
      const { length } = layout.columns;
      if (cells.length !== length && (uneven === 'reject' || cells.length > MOST_COLUMNS)) {
        return new Rejected('unparsable', `it has ${cells.length} cells, not ${length}`, field);
      }
      pair(cells, layout, none, pairs);
      if (!leaves) removeField(event, field);
      return write(event, pairs) ?? event;
    };
  },
});
