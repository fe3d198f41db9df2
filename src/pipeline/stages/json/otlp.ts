import { levelOfWord } from '../../../model/log-level.ts';
import { type Convention, type Take, takeInteger, takeText, takeTime } from './mapper.ts';

/** The six levels of four severity numbers each, from 1 on: opentelemetry.io, "Logs Data Model", SeverityNumber. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const severityNumber: Take = ({ event }, value) => {
  const level = typeof value === 'number' ? LEVELS[(value - 1) >> 2] : undefined;
  if (level === undefined) return false;
  event['log.level'] = level;
  event['event.severity'] = value;
  return true;
};

const severityText: Take = ({ event, dataset }, value) => {
  if (typeof value !== 'string') return false;
  event[`${dataset}.level`] = value;
  event['log.level'] ??= levelOfWord(value);
  return true;
};

/** A text is the message; anything else is kept as well, and its JSON is the message. */
const body: Take = ({ event }, value) => {
  if (typeof value === 'string') {
    event['message'] = value;
    return true;
  }
  event['message'] = JSON.stringify(value);
  return false;
};

/** An event without a body says by its name what happened. */
const eventName: Take = ({ event }, value) => {
  if (typeof value !== 'string') return false;
  event['event.action'] = value;
  event['message'] = value;
  return true;
};

/** Attributes that ECS calls otherwise, of a record and of its resource. */
const ATTRIBUTES: Readonly<Record<string, Take>> = {
  'exception.type': takeText('error.type'),
  'exception.message': takeText('error.message'),
  'exception.stacktrace': takeText('error.stack_trace'),
  'code.function': takeText('log.origin.function'),
  'code.function.name': takeText('log.origin.function'),
  'code.filepath': takeText('log.origin.file.name'),
  'code.file.path': takeText('log.origin.file.name'),
  'code.lineno': takeInteger('log.origin.file.line'),
  'code.line.number': takeInteger('log.origin.file.line'),
  'thread.id': takeInteger('process.thread.id'),
  'thread.name': takeText('process.thread.name'),
};

const RESOURCE: Readonly<Record<string, Take>> = {
  'deployment.environment': takeText('service.environment'),
  'deployment.environment.name': takeText('service.environment'),
  'service.instance.id': takeText('service.node.name'),
  'host.arch': takeText('host.architecture'),
  'process.executable.path': takeText('process.executable'),
};

function below(parent: string, takes: Readonly<Record<string, Take>>): Record<string, Take> {
  return Object.fromEntries(Object.entries(takes).map(([key, take]) => [`${parent}.${key}`, take]));
}

/**
 * The line that an OTLP log record is read as. Attributes of the record and of its resource are ECS fields where they
 * are called and typed like one; others are called by their name: `otlp.shop.cart`, `otlp.resource.telemetry.sdk.name`.
 */
export const OTLP: Convention = {
  ownName: (path) => path.replace(/^attributes\./, ''),
  ecsName: (path) => path.replace(/^(?:attributes|resource)(?:\.|$)/, ''),
  takes: {
    timeUnixNano: takeTime(0),
    observedTimeUnixNano: takeTime(1),
    severityNumber,
    severityText,
    eventName,
    body,
    traceId: takeText('trace.id'),
    spanId: takeText('span.id'),
    ...below('attributes', ATTRIBUTES),
    ...below('resource', { ...RESOURCE, ...ATTRIBUTES }),
  },
};
