import path from 'node:path';
import { type Static, Type } from 'typebox';
import { salvage } from '../config/salvage.ts';
import type { SecretConfig } from '../config/schema.ts';
import { suggest, validateAgainst } from '../config/schema-check.ts';
import { readSecret } from '../config/secret.ts';
import { type Checked, checkYamlFile, schemaError } from '../config/yaml-file.ts';
import { LogmillError } from '../errors.ts';
import { SEVERITIES, type Severity } from '../model/alert.ts';
import { compileTemplate } from '../model/template.ts';
import type { ChannelKind } from './channel.ts';
import { CHANNEL_KINDS } from './registry.ts';
import { TEXT_NAMES } from './texts.ts';

const DEFAULT_TITLE = '[{{ state }}] {{ summary }}';

/** Keys every channel has; a kind adds its own. */
export const CHANNEL_KEYS = {
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9_.-]*$', maxLength: 100, description: 'stable id of the channel' }),
  kind: Type.String({ description: 'how it sends' }),
  severity: Type.Array(Type.Enum([...SEVERITIES]), {
    default: [...SEVERITIES],
    minItems: 1,
    description: 'alerts it takes, by severity; all when left out',
  }),
  resolved: Type.Boolean({ default: true, description: 'whether it also tells when an alert is over' }),
  title: Type.String({
    default: DEFAULT_TITLE,
    minLength: 1,
    description: 'the one line that people see first, with placeholders',
  }),
};

const ChannelKeys = Type.Object(CHANNEL_KEYS, { additionalProperties: false });
const AnyChannel = Type.Object(CHANNEL_KEYS, { additionalProperties: true });
const NotifyFile = Type.Object(
  { channels: Type.Array(Type.Record(Type.String(), Type.Unknown()), { default: [] }) },
  { additionalProperties: false },
);
const PAGE = 'docs/reference/notifications.md';

export type ChannelConfig = Omit<Static<typeof ChannelKeys>, 'severity'> & {
  readonly severity: readonly Severity[];
  /** The entry, validated by its kind; secrets still as written. */
  readonly options: Readonly<Record<string, unknown>>;
};

export type NotifyConfig = { readonly channels: readonly ChannelConfig[] };

/** Without a notification file alerts are printed. */
export const PRINT_ONLY: NotifyConfig = {
  channels: [
    {
      name: 'console',
      kind: 'console',
      severity: SEVERITIES,
      resolved: true,
      title: DEFAULT_TITLE,
      options: {},
    },
  ],
};

/** Reads and checks a notification file. Names every fault; never throws for what is in the file. */
export async function checkNotify(file: string): Promise<{ config: NotifyConfig | undefined; faults: LogmillError[] }> {
  const checked = await checkYamlFile(file, NotifyFile, { page: PAGE });
  const faults = [...checked.faults];
  const entries = checked.usable?.channels ?? [];
  const channels = entries.map((entry, at) =>
    checkChannel(entry, {
      locate: (place, part) => checked.locate(['channels', at, ...place], part),
      folder: path.dirname(file),
      faults,
    }),
  );
  const names = entries.map(({ name }) => name);
  for (const [at, name] of names.entries()) {
    if (name === undefined || names.indexOf(name) === at) continue;
    const where = checked.locate(['channels', at, 'name']);
    faults.push(new LogmillError('NOTIFY_INVALID', { key: where.key!, detail: `"${name}" is taken` }, where));
  }
  const valid = channels.filter((channel) => channel !== undefined);
  return faults.length > 0 ? { config: undefined, faults } : { config: { channels: valid }, faults };
}

type Entry = Readonly<Record<string, unknown>>;
type Place = { readonly locate: Checked<unknown>['locate']; readonly folder: string; readonly faults: LogmillError[] };

/** Checks one entry in all its parts: a fault in one hides none in another. */
function checkChannel(entry: Entry, { locate, folder, faults }: Place): ChannelConfig | undefined {
  const kind = CHANNEL_KINDS.get(String(entry['kind']));
  if (kind === undefined && typeof entry['kind'] === 'string') {
    const suggestion = suggest(entry['kind'], [...CHANNEL_KINDS.keys()]);
    faults.push(new LogmillError('CHANNEL_KIND', { kind: entry['kind'], suggestion }, locate(['kind'])));
  }
  const schema = kind === undefined ? AnyChannel : schemaOf(kind);
  const { value, faults: found } = validateAgainst(schema, structuredClone(entry));
  faults.push(...found.map((fault) => schemaError(fault, locate, PAGE)));
  const left = salvage(schema, value, found, kind?.examples[0] ?? { name: 'a', kind: 'a' });
  if (left === undefined) return undefined;
  const { name, severity, resolved, title, ...rest } = left.value as ChannelConfig;
  const options = withPaths(rest, folder);
  const refused = [
    ...titleFaults(title),
    ...(kind === undefined ? [] : [...fileFaults(options), ...creationFaults(kind, options)]),
  ];
  const broken = found.map((fault) => String(fault.path[0]));
  for (const [key, detail] of new Map(refused.filter(([key]) => !broken.includes(key)))) {
    const where = locate([key]);
    faults.push(new LogmillError('NOTIFY_INVALID', { key: where.key!, detail }, where));
  }
  return kind === undefined ? undefined : { name, kind: kind.name, severity, resolved, title, options };
}

/** A key of an entry and what is wrong with its value. */
type Refused = [key: string, detail: string];

function titleFaults(title: string): Refused[] {
  const unknown = compileTemplate(title).names.filter((placeholder) => !TEXT_NAMES.includes(placeholder));
  return unknown.slice(0, 1).map((name) => ['title', `names {{ ${name} }}: ${suggest(name, TEXT_NAMES)}`]);
}

/** Files of secrets and certificates that cannot be read. */
function fileFaults(options: Entry): Refused[] {
  return Object.entries(options).flatMap(([key, value]): Refused[] => {
    const file = key === 'ca_file' ? { file: String(value) } : value;
    if (typeof file !== 'object' || file === null || !('file' in file)) return [];
    try {
      readSecret(file as SecretConfig);
      return [];
    } catch (error) {
      return [[key, `cannot be used: ${(error as Error).message}`]];
    }
  });
}

/** What only shows when the channel is made. A file that cannot be read is no news then. */
function creationFaults(kind: ChannelKind, options: Entry): Refused[] {
  try {
    void kind.create(options as never, { print: () => {} }).close();
    return [];
  } catch (error) {
    if (!(error instanceof LogmillError) || error.where.key === undefined) return [];
    return [[error.where.key, error.message.slice(error.where.key.length + 1)]];
  }
}

const schemas = new Map<ChannelKind, ReturnType<typeof channelSchema>>();

/** The schema of one entry: the common keys and the kind's own, nothing else. */
export function channelSchema(kind: ChannelKind) {
  return Type.Object({ ...CHANNEL_KEYS, ...kind.options }, { additionalProperties: false });
}

function schemaOf(kind: ChannelKind) {
  const schema = schemas.get(kind) ?? channelSchema(kind);
  schemas.set(kind, schema);
  return schema;
}

/** Files of secrets and certificates count from the folder of the notification file. */
function withPaths(options: Readonly<Record<string, unknown>>, folder: string): Record<string, unknown> {
  const entries = Object.entries(options).filter(([key]) => key !== 'kind');
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key === 'ca_file') return [key, path.resolve(folder, String(value))];
      const file = typeof value === 'object' && value !== null ? (value as { file?: unknown }).file : undefined;
      return [key, typeof file === 'string' ? { file: path.resolve(folder, file) } : value];
    }),
  );
}
