import { type Static, Type } from 'typebox';
import { BYTES_PATTERN, DURATION_PATTERN } from '../model/units.ts';
import { ENCODING_NAMES } from './encodings.ts';
import { MultilineSchema } from './multiline.ts';
import { HttpInputSchema, OtlpInputSchema, QueueSchema, SyslogInputSchema } from './network-schema.ts';
import { RotateSchema } from './rotate-schema.ts';

/** JSON Schemas of the configuration files: types, validation, defaults, docs and config/schema.json all come from here. */

const duration = (description: string, value?: string) =>
  Type.String({ pattern: DURATION_PATTERN, description, ...(value === undefined ? {} : { default: value }) });
const bytes = (description: string, value?: string) =>
  Type.String({ pattern: BYTES_PATTERN, description, ...(value === undefined ? {} : { default: value }) });
const closed = { additionalProperties: false };

/** A secret as text (usually `${NAME}`) or as the content of a file. Never printed. */
export const Secret = Type.Union([
  Type.String({ minLength: 1 }),
  Type.Object({ file: Type.String({ description: 'file whose trimmed content is the secret' }) }, closed),
]);

export const InputSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9_.-]*$', description: 'stable id of the input' }),
    files: Type.Optional(Type.Array(Type.String(), { minItems: 1, description: 'globs of files to tail' })),
    journald: Type.Optional(Type.Boolean({ description: 'read the systemd journal through journalctl' })),
    stdin: Type.Optional(Type.Boolean({ description: 'read standard input' })),
    http: Type.Optional(HttpInputSchema),
    syslog: Type.Optional(SyslogInputSchema),
    otlp: Type.Optional(OtlpInputSchema),
    queue: Type.Optional(QueueSchema),
    exclude: Type.Optional(Type.Array(Type.String(), { description: 'globs of files to leave out' })),
    pipeline: Type.Optional(
      Type.String({
        description: 'pipeline that reads it, or auto (by default): chosen from its path and its first lines',
      }),
    ),
    workers: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 64,
        description:
          'threads that the pipeline runs in, for heavy ones; by default as its file says, else none of its own (0); of the pipelines that auto chooses those whose stages hold events back have none',
      }),
    ),
    dataset: Type.Optional(
      Type.String({ pattern: '^[a-z0-9_.]+$', description: 'overrides the dataset of the pipeline' }),
    ),
    namespace: Type.Optional(Type.String({ pattern: '^[a-z0-9_.]+$', description: 'overrides the namespace' })),
    service: Type.Optional(Type.String({ description: 'service.name where the line says none' })),
    fields: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: 'fields added to every event, dotted names',
      }),
    ),
    start: Type.Union([Type.Literal('beginning'), Type.Literal('end')], {
      default: 'beginning',
      description: 'where a file never seen before starts',
    }),
    ignore_older: Type.Optional(duration('leave out files not modified for so long')),
    close_inactive: Type.Optional(
      duration('close files that have not grown for so long (by default 5m); they are opened again when they do'),
    ),
    poll: Type.Optional(
      Type.Boolean({ description: 'look for changes instead of being told: for file systems of other machines' }),
    ),
    rotate: Type.Optional(RotateSchema),
    timezone: Type.Optional(
      Type.String({ description: 'IANA zone of times that carry none; by default the machine’s' }),
    ),
    encoding: Type.Enum(ENCODING_NAMES, {
      default: 'utf-8',
      description:
        'character encoding of the files; a byte order mark of UTF-16 counts for itself with utf-8 (auto), too',
    }),
    delimiter: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'what ends a line: newline (LF or CRLF, by default), nul, or this text itself',
      }),
    ),
    max_line_bytes: bytes('what longer lines are is said by on_long_line', '1MB'),
    on_long_line: Type.Optional(
      Type.Enum(['dead-letter', 'truncate'], {
        description: 'what becomes of longer lines: dead letters (by default), or events of their first max_line_bytes',
      }),
    ),
    multiline: Type.Optional(MultilineSchema),
    container: Type.Optional(
      Type.Enum(['docker', 'cri', 'auto'], {
        description: 'lines are in the frames of a container runtime: they are taken out, and joined where it cut them',
      }),
    ),
  },
  closed,
);

export const EmbeddedSchema = Type.Object(
  {
    memory_limit: bytes('memory DuckDB may use', '512MB'),
    threads: Type.Integer({ minimum: 1, maximum: 64, default: 2, description: 'threads DuckDB may use' }),
  },
  closed,
);

export const ElasticsearchSchema = Type.Object(
  {
    node: Type.Union([Type.String({ format: 'uri' }), Type.Array(Type.String({ format: 'uri' }), { minItems: 1 })], {
      description: 'URL, or several, of the cluster',
    }),
    apiKey: Type.Optional(Secret),
    username: Type.Optional(Type.String({ description: 'goes together with password; not beside apiKey' })),
    password: Type.Optional(Secret),
    caFile: Type.Optional(Type.String({ description: 'PEM file of the certificate authority' })),
    dataStreams: Type.Boolean({ default: true, description: 'false: plain indices (use another namespace then)' }),
    timeout: duration('of one request', '30s'),
  },
  closed,
);

export const ConfigSchema = Type.Object(
  {
    data: Type.String({ default: './data', description: 'folder of state and embedded store' }),
    namespace: Type.String({ pattern: '^[a-z0-9_.]+$', default: 'default', description: 'last part of stream names' }),
    host: Type.Object(
      {
        id: Type.Optional(
          Type.String({ minLength: 1, description: 'identity in document ids; by default the machine id' }),
        ),
        name: Type.Optional(Type.String({ minLength: 1, description: 'host.name; by default the host name' })),
      },
      { ...closed, default: {} },
    ),
    http: Type.Object(
      {
        host: Type.String({ default: '127.0.0.1', description: 'address to bind; any but loopback needs tokens' }),
        port: Type.Integer({ minimum: 0, maximum: 65535, default: 4600, description: '0 takes a free one' }),
        public_url: Type.Optional(
          Type.String({ description: 'address of the page as people reach it; notifications link to it' }),
        ),
        tokens: Type.Array(Secret, { default: [], description: 'bearer tokens; none means loopback only' }),
        allowed_hosts: Type.Array(Type.String(), { default: [], description: 'further Host header names to answer' }),
      },
      { ...closed, default: {} },
    ),
    store: Type.Object(
      { embedded: Type.Optional(EmbeddedSchema), elasticsearch: Type.Optional(ElasticsearchSchema) },
      { ...closed, default: { embedded: {} }, minProperties: 1, maxProperties: 1 },
    ),
    inputs: Type.Array(InputSchema, {
      default: [],
      description: 'what is read; each has one of files, journald, stdin, http, syslog, otlp',
    }),
    delivery: Type.Object(
      {
        in_flight: bytes('bytes read but not yet acknowledged, over all inputs', '8MB'),
        batch: bytes('largest bulk body', '1MB'),
        concurrency: Type.Integer({ minimum: 1, maximum: 64, default: 4, description: 'bulks under way at once' }),
        linger: duration('longest wait for a fuller batch', '200ms'),
        compression: Type.Union([Type.Literal('none'), Type.Literal('gzip')], {
          default: 'none',
          description: 'of bulk bodies to Elasticsearch; the embedded store needs none',
        }),
      },
      { ...closed, default: {} },
    ),
    dead_letters: Type.Object(
      {
        max_bytes: bytes(
          'room for the dead letters of this namespace; from 80 % on a warning, and when full no more are written until there is room: what makes them waits',
          '1GB',
        ),
      },
      { ...closed, default: {} },
    ),
    pipelines: Type.Array(Type.String(), {
      default: ['pipelines'],
      description:
        'folders of pipelines of your own, relative to this file; one by the name of a shipped one replaces it',
    }),
    rules: Type.Array(Type.String(), { default: [], description: 'globs of rule files, relative to this file' }),
    notify: Type.Optional(Type.String({ description: 'notification file, relative to this file' })),
    retention: Type.Object(
      {
        default: duration('age at which slices are deleted', '30d'),
        datasets: Type.Record(Type.String(), Type.String({ pattern: DURATION_PATTERN }), {
          default: {},
          description: 'other ages by dataset',
        }),
        schedule: Type.String({ default: '17 3 * * *', description: 'cron expression of the sweep' }),
      },
      { ...closed, default: {} },
    ),
    log: Type.Object(
      {
        level: Type.Union(
          ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => Type.Literal(level)),
          { default: 'info', description: 'least level that logmill’s own log keeps' },
        ),
        rotate: Type.Object(
          {
            size: bytes('of logmill’s own log', '10MB'),
            keep: Type.Integer({ minimum: 1, default: 3, description: 'rotated files kept' }),
            compress: Type.Boolean({ default: false, description: 'gzip rotated files' }),
          },
          { ...closed, default: {} },
        ),
      },
      { ...closed, default: {} },
    ),
  },
  closed,
);

/** The configuration after loading: defaults filled in, environment substituted, paths absolute, secrets still as written. */
export type Config = Static<typeof ConfigSchema>;
export type InputConfig = Static<typeof InputSchema>;
export type SecretConfig = Static<typeof Secret>;
