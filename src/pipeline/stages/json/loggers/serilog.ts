import type { JsonValue } from '../../../../model/event.ts';
import { setStatus, setUrl } from '../../http/fields.ts';
import { GENERIC_TAKES, TRACE_TAKES } from '../generic.ts';
import {
  type Convention,
  keep,
  type Mapping,
  type Take,
  takeInteger,
  takeMessage,
  takeText,
  takeTime,
} from '../mapper.ts';
import type { JsonObject } from '../parse.ts';
import { spellings, takeMilliseconds } from '../takes.ts';
import { levelWords } from './words.ts';

/** Verbose is the noisiest of Serilog's levels: github.com/serilog, "Configuration Basics", Minimum level. */
const level = levelWords({ verbose: 'trace', information: 'info' });

/** A hole of a template: {User}, {@Cart}, {Elapsed:0.00}, {Name,-10}. */
const HOLE = /\{\{|\}\}|\{[@$]?(\w{1,100})(?:,-?\d{1,4})?(?::[^{}]{1,100})?\}/g;
const LONGEST = 10_000;

const url: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  setUrl(event, value);
  return true;
};

const status: Take = ({ event }, value) => typeof value === 'number' && setStatus(event, value);

/** Properties by the names that Serilog.AspNetCore and the usual enrichers give them, at the top and below Properties. */
const PROPERTIES: Readonly<Record<string, Take>> = {
  SourceContext: takeText('log.logger'),
  ThreadId: takeInteger('process.thread.id'),
  ThreadName: takeText('process.thread.name'),
  ProcessId: takeInteger('process.pid'),
  ProcessName: takeText('process.name'),
  MachineName: takeText('host.name'),
  Application: takeText('service.name'),
  EnvironmentName: takeText('service.environment'),
  RequestId: takeText('http.request.id'),
  RequestMethod: takeText('http.request.method'),
  RequestPath: url,
  StatusCode: status,
  Elapsed: takeMilliseconds,
};

function below(parent: string): Record<string, Take> {
  return Object.fromEntries(Object.entries(PROPERTIES).map(([name, take]) => [`${parent}${name}`, take]));
}

/** The template with its properties, where nothing rendered it: what a person can read. */
function render(template: string, source: JsonObject): string {
  const nested = source['Properties'];
  const properties = typeof nested === 'object' && nested !== null && !Array.isArray(nested) ? nested : source;
  const renderings = Array.isArray(source['@r']) ? [...source['@r']] : [];
  return template.slice(0, LONGEST).replace(HOLE, (hole: string, name: string | undefined) => {
    if (name === undefined) return hole[0]!;
    // CLEF lists what formats made of their holes, in order.
    const rendered = hole.includes(':') ? renderings.shift() : undefined;
    const value = rendered ?? (properties as JsonObject)[name];
    if (value === undefined) return hole;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
}

/** A CLEF line without a level is of level Information. */
function after({ event, messageRank, dataset }: Mapping, source: JsonObject): void {
  const template = source['@mt'] ?? source['MessageTemplate'];
  if (messageRank === 99 && typeof template === 'string') event['message'] = render(template, source);
  if (source['@t'] === undefined || event['log.level'] !== undefined) return;
  event['log.level'] = 'info';
  event[`${dataset}.level`] = 'Information';
}

const template: Take = (into, value: JsonValue) => {
  keep(into.event, `${into.dataset}.template`, value);
  return true;
};

/** Of the sink for Elasticsearch: the exception and those within it, outermost first. */
const exceptions: Take = (into, value) => {
  const [outermost] = Array.isArray(value) ? value : [];
  if (typeof outermost !== 'object' || outermost === null || Array.isArray(outermost)) return false;
  const { ClassName: type, Message: message, StackTraceString: stack } = outermost as JsonObject;
  const { event } = into;
  if (typeof type === 'string') event['error.type'] ??= type;
  if (typeof message === 'string') event['error.message'] ??= message;
  if (typeof stack === 'string' && stack !== '') event['error.stack_trace'] ??= `${type}: ${message}\n${stack}`;
  return false;
};

/** Serilog: CLEF (CompactJsonFormatter, with or without rendering), JsonFormatter, and the sinks that write like it. */
export const SERILOG: Convention = {
  ownName: (path) => path.replace(/^(?:Properties|fields)\./, '').replace(/^@@/, '@'),
  takes: {
    ...TRACE_TAKES,
    ...below(''),
    ...below('Properties.'),
    // Of the sink for Elasticsearch.
    ...below('fields.'),
    exceptions,
    messageTemplate: template,
    '@t': takeTime(0),
    Timestamp: takeTime(1),
    '@timestamp': takeTime(2),
    '@m': takeMessage(0),
    RenderedMessage: takeMessage(1),
    message: takeMessage(2),
    '@mt': template,
    MessageTemplate: template,
    '@l': level,
    Level: level,
    ...spellings(level, 'level', 'log.level'),
    '@tr': takeText('trace.id'),
    '@sp': takeText('span.id'),
    TraceId: takeText('trace.id'),
    SpanId: takeText('span.id'),
    ...spellings(takeText('error.stack_trace'), '@x', 'Exception'),
    error: GENERIC_TAKES['error']!,
  },
  after,
};
