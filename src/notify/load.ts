import path from 'node:path';
import { type Static, Type } from 'typebox';
import { type Path, suggest, validateAgainst } from '../config/schema-check.ts';
import { checkYamlFile } from '../config/yaml-file.ts';
import { LogmillError, type Where } from '../errors.ts';
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
const NotifyFile = Type.Object(
  {
    channels: Type.Array(Type.Object({ name: Type.String(), kind: Type.String() }, { additionalProperties: true }), {
      default: [],
    }),
  },
  { additionalProperties: false },
);

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
  const checked = await checkYamlFile(file, NotifyFile);
  if (checked.value === undefined) return { config: undefined, faults: checked.faults };
  const faults: LogmillError[] = [];
  const channels = checked.value.channels.map((entry, at) => {
    const locate = (place: Path) => checked.locate(['channels', at, ...place]);
    return checkChannel(entry, locate, path.dirname(file), faults);
  });
  const names = channels.map((channel) => channel?.name);
  for (const [at, name] of names.entries()) {
    if (name === undefined || names.indexOf(name) === at) continue;
    const where = checked.locate(['channels', at, 'name']);
    faults.push(new LogmillError('NOTIFY_INVALID', { key: 'name', detail: `"${name}" is taken` }, where));
  }
  const valid = channels.filter((channel) => channel !== undefined);
  return faults.length > 0 ? { config: undefined, faults } : { config: { channels: valid }, faults };
}

function checkChannel(
  entry: { readonly name: string; readonly kind: string },
  locate: (place: Path) => Where,
  folder: string,
  faults: LogmillError[],
): ChannelConfig | undefined {
  const kind = CHANNEL_KINDS.get(entry.kind);
  if (kind === undefined) {
    const suggestion = suggest(entry.kind, [...CHANNEL_KINDS.keys()]);
    faults.push(new LogmillError('CHANNEL_KIND', { kind: entry.kind, suggestion }, locate(['kind'])));
    return undefined;
  }
  const { value, faults: found } = validateAgainst(schemaOf(kind), entry);
  for (const fault of found) {
    const key = String(fault.path.at(-1) ?? 'the entry');
    faults.push(
      fault.kind === 'unknown-key'
        ? new LogmillError('CONFIG_UNKNOWN_KEY', { key, suggestion: fault.detail }, locate(fault.path))
        : new LogmillError('NOTIFY_INVALID', { key, detail: fault.detail }, locate(fault.path)),
    );
  }
  if (found.length > 0) return undefined;
  const { name, severity, resolved, title, ...options } = value as ChannelConfig;
  const unknown = compileTemplate(title).names.find((placeholder) => !TEXT_NAMES.includes(placeholder));
  if (unknown !== undefined) {
    const detail = `names {{ ${unknown} }}: ${suggest(unknown, TEXT_NAMES)}`;
    faults.push(new LogmillError('NOTIFY_INVALID', { key: 'title', detail }, locate(['title'])));
  }
  return { name, kind: kind.name, severity, resolved, title, options: withPaths(options, folder) };
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
