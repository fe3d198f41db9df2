import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { Dropped, Rejected } from '../../model/rejected.ts';
import { defineStage, type StageContext } from '../stage.ts';
import { isoOf, isWritable, parseIso } from './time/iso.ts';
import { ownName, TAKES } from './w3c/fields.ts';
import { valuesOf } from './w3c/values.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the line; it stays as it is' }),
    fields: Type.Array(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }), {
      default: [],
      description:
        'layouts for lines before any #Fields line, and for those it does not fit; the first with as many fields as the line counts',
    }),
    time_taken: Type.Enum(['ms', 's'], {
      default: 'ms',
      description: 'unit of a whole time-taken: milliseconds as of IIS, or seconds as the format has it',
    }),
  },
  { additionalProperties: false },
);

type Column = { readonly name: string; readonly own: string; readonly take: (typeof TAKES)[string] | undefined };

/** What the header in force says: its #Fields, before the first of which all is unknown, and the moment of its #Date. */
type Layout = { columns: readonly Column[] | undefined; date: string; asked: boolean };

const DROPPED = new Dropped('w3c header');
const NUMERIC = /^(?:0|[1-9]\d{0,14})$/;
const MOST_COLUMNS = 200;

function columnsOf(names: readonly string[], dataset: string): readonly Column[] {
  return names.slice(0, MOST_COLUMNS).map((name) => ({
    name,
    own: `${dataset}.${ownName(name)}`,
    take: Object.hasOwn(TAKES, name) ? TAKES[name] : undefined,
  }));
}

function namesOf(header: string): string[] | undefined {
  const names = /^#Fields:(.+)$/i.exec(header)?.[1];
  return names?.trim().split(/\s+/);
}

/** `2026-01-01 08:09:10` of a #Date line. */
function dateOf(header: string): string | undefined {
  return /^#Date: (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/i.exec(header)?.[1];
}

type Settings = { readonly unit: 'ms' | 's'; readonly headerDate: string };

function fill(event: Event, columns: readonly Column[], values: readonly string[], settings: Settings): boolean {
  let date = '';
  let time = '';
  for (let index = 0; index < columns.length; index++) {
    const { name, own, take } = columns[index]!;
    const value = values[index]!;
    if (value === '-' || value === '') continue;
    if (name === 'date') date = value;
    else if (name === 'time') time = value;
    else if (name === 'time-taken') setDuration(event, own, value, settings.unit);
    else if (take === undefined || !take(event, value)) event[own] = NUMERIC.test(value) ? Number(value) : value;
  }
  addUrl(event);
  return time === '' || setTime(event, date, time, settings.headerDate);
}

function setDuration(event: Event, own: string, value: string, unit: 'ms' | 's'): void {
  if (!/^\d{1,12}(\.\d{1,9})?$/.test(value)) event[own] = value;
  else event['event.duration'] = Math.round(Number(value) * (unit === 's' || value.includes('.') ? 1e9 : 1e6));
}

/** The address as asked for is written in two fields; what looks at whole addresses wants one. */
function addUrl(event: Event): void {
  const path = event['url.path'];
  if (path === undefined || event['url.original'] !== undefined) return;
  const query = event['url.query'];
  event['url.original'] = query === undefined ? path : `${path}?${query}`;
}

const DAY = 86_400_000;

/** The format has its times in UTC; without a date they are of the day of the header, or of the next. False when they are none. */
function setTime(event: Event, date: string, time: string, headerDate: string): boolean {
  const [headerDay = '', headerTime = ''] = headerDate.split(' ');
  if (date === '' && headerDay === '') return true;
  const ms = parseIso(`${date === '' ? headerDay : date}T${time}Z`, (local) => local);
  if (!isWritable(ms)) return false;
  event['@timestamp'] = isoOf(date === '' && time < headerTime ? ms + DAY : ms);
  return true;
}

/** Keeps for each source what its last #Fields line said; a file taken up in the middle is asked for its head. */
function layoutKeeper({ source, head, dataset }: StageContext): () => Layout {
  const only = {};
  const known = new WeakMap<object, Layout>();
  return () => {
    const key = source?.() ?? only;
    let layout = known.get(key);
    if (layout === undefined) {
      layout = { columns: undefined, date: '', asked: false };
      known.set(key, layout);
    }
    if (layout.columns === undefined && !layout.asked) {
      layout.asked = true;
      const lines = head?.() ?? [];
      const names = lines.map(namesOf).find((found) => found !== undefined);
      if (names !== undefined) layout.columns = columnsOf(names, dataset);
      layout.date ||= lines.map(dateOf).find((found) => found !== undefined) ?? '';
    }
    return layout;
  };
}

/** Lines that begin with # are dropped as "w3c header". `-` is no value. */
export const parseW3c = defineStage({
  name: 'parse-w3c',
  summary:
    'reads the W3C extended log file format (IIS, HTTP API, CloudFront), fields in the order its #Fields lines say',
  form: 'map',
  options,
  examples: [
    {
      title: 'a request, after the line that names its fields',
      options: {},
      before: [
        { message: '#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent) time-taken' },
      ],
      in: { message: '2026-01-01 08:09:10 2001:db8::7 GET /a q=1 200 curl/8.0+(x) 15' },
      out: {
        message: '2026-01-01 08:09:10 2001:db8::7 GET /a q=1 200 curl/8.0+(x) 15',
        'source.address': '2001:db8::7',
        'source.ip': '2001:db8::7',
        'http.request.method': 'GET',
        'url.path': '/a',
        'url.query': 'q=1',
        'url.original': '/a?q=1',
        'http.response.status_code': 200,
        'event.category': ['web'],
        'event.type': ['access'],
        'event.outcome': 'success',
        'user_agent.original': 'curl/8.0 (x)',
        'event.duration': 15_000_000,
        '@timestamp': '2026-01-01T08:09:10.000Z',
      },
    },
    {
      title: 'a header line is dropped',
      options: {},
      in: { message: '#Software: Microsoft Internet Information Services 10.0' },
      dropped: true,
    },
    {
      title: 'a layout for lines before any header',
      options: { fields: [['date', 'time', 'x-a']] },
      in: { message: '2026-01-01 08:09:10 7' },
      out: { message: '2026-01-01 08:09:10 7', 'example.log.x_a': 7, '@timestamp': '2026-01-01T08:09:10.000Z' },
    },
    {
      title: 'a line with fewer fields than were named is rejected',
      options: {},
      before: [{ message: '#Fields: date time c-ip' }],
      in: { message: '2026-01-01 08:09:10' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, fields, time_taken }, context) {
    const layoutOf = layoutKeeper(context);
    const layouts = fields.map((names) => columnsOf(names, context.dataset));
    const unknown = new Rejected('unparsable', 'no #Fields line came before it', field);
    const other = new Rejected('unparsable', 'it has not as many fields as the #Fields line', field);
    return (event) => {
      const line = event[field];
      if (typeof line !== 'string') return event;
      const layout = layoutOf();
      if (line.startsWith('#')) {
        const names = namesOf(line);
        if (names !== undefined) layout.columns = columnsOf(names, context.dataset);
        layout.date = dateOf(line) ?? layout.date;
        return DROPPED;
      }
      const values = valuesOf(line);
      const fitting = ({ length }: readonly Column[]) => length === values.length;
      const named = layout.columns;
      // Files are joined and cut by hand: a line that its header does not fit may still be of a known layout.
      const columns = named !== undefined && fitting(named) ? named : layouts.find(fitting);
      if (columns === undefined) return named === undefined ? unknown : other;
      if (fill(event, columns, values, { unit: time_taken, headerDate: layout.date })) return event;
      return new Rejected('invalid_time', `there is no moment ${values.slice(0, 2).join(' ').slice(0, 60)}`, field);
    };
  },
});
