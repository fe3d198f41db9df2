/** Where a fault is: as much of it as is known. */
export type Where = { file?: string; line?: number; column?: number; key?: string };

type Entry = {
  /** HTTP status when it reaches the API; 500 marks a fault of ours. */
  readonly status: number;
  /** What happened, with {placeholders}. Lower case, no full stop. */
  readonly text: string;
  /** What to do about it, with the same placeholders. */
  readonly help: string;
};

function entry(status: number, text: string, help: string): Entry {
  return { status, text, help };
}

/**
 * Every error logmill raises on purpose. docs/reference/errors.md is generated from it, and a test holds both together.
 * Callers name a code and its placeholders; nobody builds messages elsewhere.
 */
export const ERRORS = {
  // configuration
  CONFIG_NOT_FOUND: entry(400, 'no configuration at {path}', 'name one with --config FILE'),
  CONFIG_SYNTAX: entry(400, 'not valid YAML: {detail}', 'mend the file at the place named'),
  CONFIG_UNKNOWN_KEY: entry(400, 'unknown key "{key}"', '{suggestion}'),
  CONFIG_INVALID: entry(400, '{key} {detail}', 'see {page}'),
  CONFIG_ENV_MISSING: entry(400, 'environment variable {name} is not set', 'set it, or give a default: {example}'),
  CONFIG_UNREADABLE: entry(400, 'cannot read {path}: {detail}', 'check the path and its permissions'),
  CONFIG_SECRET_FILE: entry(400, 'cannot read the secret file {path}: {detail}', 'check the path and its permissions'),
  // command line
  TIME_INVALID: entry(400, '"{text}" is no time', 'write 2026-11-21T10:00:00Z, now, or now-15m'),
  PLACE_INVALID: entry(
    400,
    '"{place}" is no FILE:OFFSET',
    'write the path, a colon, and the byte at which the line starts',
  ),
  INPUT_MISSING: entry(400, 'no file {path}', 'check the path; it counts from where you stand'),
  INPUT_FOLDER: entry(400, '{path} is a folder', 'name the files in it'),
  INPUT_NO_LINES: entry(400, '{path} has no lines', 'name a file that has some'),
  INPUT_NO_TEXT: entry(400, '{path} is no text: {detail}', 'unpack it, or name another file'),
  OUTPUT_FAILED: entry(400, 'cannot write {path}: {detail}', 'check the path and its permissions'),
  GOLDEN_MISSING: entry(400, 'nothing is kept at {path}', 'keep what the pipeline makes now with --update'),
  GOLDEN_INVALID: entry(400, '{path} is not what was kept of a file', 'keep what the pipeline makes now with --update'),
  FILE_UNKNOWN: entry(404, 'the ledger knows no file {path}', 'see which it knows with `logmill ledger`'),
  PORT_BUSY: entry(409, 'port {port} on {host} is in use', 'stop the other program, or choose another with --port'),
  STORE_STOPPED: entry(503, '{place} {detail}', 'see to the store and run this again: it goes on where it stopped'),
  STORE_UNREACHABLE: entry(503, '{place} does not answer: {detail}', 'check that it runs, its address and credentials'),
  TEMPLATES_REFUSED: entry(
    503,
    '{place} refuses the index templates: {detail}',
    'where it is a matter of rights: monitor and manage_index_templates, and all on logs-*, metrics-* and logmill-*',
  ),
  RELOAD_STDIN: entry(
    409,
    'the lines of standard input cannot be taken up again under another configuration',
    'start logmill anew',
  ),
  // data folder
  DATA_LOCKED: entry(
    409,
    'the data folder {path} is in use by process {pid}{command}{port}',
    'stop that one, or choose another folder with --data',
  ),
  DATA_ABSENT: entry(
    404,
    'the data folder {path} holds no {what}',
    'name the folder that logmill writes with --data, or its configuration with --config',
  ),
  DATA_UNWRITABLE: entry(
    500,
    'cannot write to the data folder {path}: {detail}',
    'check permissions and free space, or choose another with --data',
  ),
  DISK_FULL: entry(507, 'no space left on the device of {path}', 'free space; reading goes on where it stopped'),
  // embedded store
  STORE_NEWER: entry(
    409,
    'the store {path} was written by a newer version: {detail}',
    'run that version of logmill, or start with another data folder',
  ),
  STORE_UNREADABLE: entry(
    500,
    'cannot open the store {path}: {detail}',
    'see that no other program has it open; if it is damaged, restore it from a backup or move it away',
  ),
  // pipeline
  PIPELINE_UNKNOWN: entry(400, 'no pipeline is called "{name}"', '{suggestion}'),
  PIPELINE_DUPLICATE: entry(400, 'two pipelines are called "{name}": {first} and this one', 'rename one of them'),
  PIPELINE_FOLDER: entry(400, 'cannot read the pipeline folder {path}: {detail}', 'check the path and its permissions'),
  PIPELINE_CYCLE: entry(400, 'pipelines run each other in a circle: {way}', 'take one run-pipeline out'),
  PIPELINE_ONE_THREAD: entry(
    400,
    '{key} asks for worker threads, but pipeline {pipeline} cannot have them: its stage {stage} ({place}) holds events back',
    'leave workers out, or take the stage out',
  ),
  PIPELINE_FAULT: entry(
    500,
    'stage {stage} of pipeline {pipeline} failed at offset {offset}: {detail}',
    'this is a bug of logmill; the line is kept as a dead letter',
  ),
  STAGE_OPTION: entry(400, '{key} {detail}', 'see docs/reference/stages.md'),
  STAGE_FILE: entry(
    400,
    'cannot use the changed file {path}: {detail}',
    'mend the file; what was read of it before stays in use',
  ),
  PATTERN_SLOW: entry(
    400,
    'the pattern can take very long on hostile lines: {detail}',
    'rewrite it without nested or adjacent repetitions of the same characters',
  ),
  SCHEMA_UNKNOWN: entry(400, 'no stream contract at {path}', 'put the JSON Schema there, or name another one'),
  SCHEMA_INVALID: entry(400, 'the stream contract {path} is no valid JSON Schema: {detail}', 'mend the file'),
  SCHEMA_NO_EVENTS: entry(
    400,
    'pipeline {pipeline} makes no event{stream} of {path}; it rejected {rejected} lines',
    'name another with --pipeline; see what fits with `logmill detect`',
  ),
  // rules and notifications
  RULE_KIND: entry(400, 'no rule kind "{kind}"', '{suggestion}'),
  RULE_INVALID: entry(400, '{key} {detail}', 'see docs/reference/rules.md'),
  RULE_QUERY: entry(400, '{key} is no valid KQL: {detail}', 'mend the query at the mark'),
  RULE_TWICE: entry(400, 'rule "{name}" is also defined in {other}', 'give one of them another name'),
  ALERT_UNKNOWN: entry(404, 'no alert "{id}"', 'list them with GET /api/v1/alerts'),
  ALERT_BUSY: entry(409, 'the alert "{id}" is being changed by someone else', 'try again'),
  CHANNEL_KIND: entry(400, 'no channel kind "{kind}"', '{suggestion}'),
  NOTIFY_INVALID: entry(400, '{key} {detail}', 'see docs/reference/notifications.md'),
  // api
  TIME_RANGE_EMPTY: entry(400, 'the range ends ({to}) before it begins ({from})', 'swap the two, or leave one out'),
  INTERVAL_TOO_SMALL: entry(
    400,
    'steps of {interval} cut the range into {count} pieces, more than {most}',
    'ask for wider steps or a shorter range, or for "auto"',
  ),
  CURSOR_INVALID: entry(400, 'not a cursor of this server', 'pass on `cursor` of the answer before, or leave it out'),
  CURSOR_TIES: entry(400, 'more than {most} events share the same place in the order', 'sort by another field'),
  REQUEST_INVALID: entry(400, '{detail}', 'see /api/openapi.json'),
  BODY_TOO_LARGE: entry(413, 'the request body is too large', 'send less at once'),
  BODY_ENCODING: entry(400, 'cannot unpack the request body: {detail}', 'send it as it is, or packed with gzip'),
  MEDIA_TYPE_UNKNOWN: entry(415, 'this content type is not read here', 'send application/json'),
  REQUEST_SLOW: entry(
    408,
    'the request took longer than {timeout} to come in',
    'send less at once, or raise request_timeout',
  ),
  INGEST_OFF: entry(
    404,
    'nothing is taken here: no input {kind} is read by this process at this address',
    'add an input with `{kind}: {}` to the configuration of `logmill up` or `logmill agent`',
  ),
  INGEST_PIPELINE: entry(404, 'no pipeline is called "{name}"', '{suggestion}'),
  INGEST_TYPE: entry(
    415,
    'a body of the type {type} holds no lines',
    'send NDJSON or plain text; that it is packed says `Content-Encoding: gzip`',
  ),
  QUEUE_FULL: entry(
    429,
    'the disk queue is full, or logmill is stopping: nothing was taken',
    'send it again after a moment',
  ),
  QUEUE_FAILED: entry(503, 'the disk queue cannot be written: {detail}', 'send it again after a moment'),
  OTLP_INVALID: entry(400, 'no OTLP logs: {detail}', 'send an ExportLogsServiceRequest as JSON or protobuf'),
  SERVER_ABSENT: entry(
    503,
    'no logmill serves the data folder {data}',
    'start one with `logmill up`, or name its folder with --data or its configuration with --config',
  ),
  SERVER_BUSY: entry(429, 'too many large requests at once', 'send it again after a moment'),
  TOKENS_MISSING: entry(
    403,
    'no token is configured, so only this machine may connect, not {host}',
    'add http.tokens to the configuration, or bind to 127.0.0.1',
  ),
  TOKEN_WRONG: entry(401, 'this needs one of the configured tokens', 'send it as Authorization: Bearer TOKEN'),
  HOST_FOREIGN: entry(403, 'no server called "{host}" is here', 'use localhost, or add the name to http.allowed_hosts'),
  ORIGIN_FOREIGN: entry(
    403,
    'requests made by pages of {origin} are refused',
    'call from a page of this server, or from no page',
  ),
  ROUTE_UNKNOWN: entry(404, 'nothing answers {method} {path}', 'see /api/openapi.json'),
  ES_ELSEWHERE: entry(
    404,
    'the store is no embedded one but {place}',
    'send this there; /es serves only the embedded store',
  ),
  STORE_REFUSED: entry(
    400,
    'the store refused the query: {detail}',
    'check the fields and their types, see /api/v1/fields',
  ),
  STORE_FORBIDDEN: entry(
    502,
    '{place} refuses our credentials: {detail}',
    'check user, API key and role in the configuration',
  ),
  API_FAULT: entry(500, 'this request met a fault of logmill', 'its log has the details; please report it'),
  // agent
  LEDGER_UNBALANCED: entry(
    500,
    'a stretch of {lines} lines and {bytes} bytes was acknowledged as {settledLines} lines and {settledBytes} bytes{again}',
    'this is a fault of logmill: please report it with this message',
  ),
  // kql
  KQL_SYNTAX: entry(400, '{detail}\n  {line}\n  {caret}', 'mend the query at the mark'),
  KQL_NOW: entry(
    400,
    'now has no meaning here{mark}',
    'write a date; a pipeline treats a line the same whenever it runs',
  ),
  KQL_VALUE: entry(400, '{field} is {type}, and {value} is none', '{hint}'),
  // dashboards
  DASHBOARD_INVALID: entry(400, '{detail}', 'mend the dashboard at the place named'),
  DASHBOARD_REFUSED: entry(502, 'Kibana did not import {name}: {detail}', '{hint}'),
  KIBANA_UNREACHABLE: entry(502, 'no answer from Kibana at {url}: {detail}', 'check the address and that Kibana runs'),
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof ERRORS;

/** An error from the catalogue. `message` says what and where, `help` what to do. */
export class LogmillError extends Error {
  override readonly name = 'LogmillError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly help: string;
  readonly where: Where;

  constructor(
    code: ErrorCode,
    fields: Readonly<Record<string, string | number>> = {},
    where: Where = {},
    cause?: unknown,
  ) {
    const entry = ERRORS[code];
    // A text that names the key itself does not need it a second time.
    const place = describePlace(fields['key'] === where.key ? { ...where, key: undefined } : where);
    super(
      `${place === '' ? '' : `${place}: `}${fill(entry.text, fields)}`,
      cause === undefined ? undefined : { cause },
    );
    this.code = code;
    this.status = entry.status;
    this.help = fill(entry.help, fields);
    this.where = where;
  }
}

function fill(template: string, fields: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(fields[name] ?? whole));
}

function describePlace({ file, line, column, key }: Where): string {
  const known = [file, line, column].filter((part) => part !== undefined);
  const spot = known.length === 1 && column !== undefined ? `column ${column}` : known.join(':');
  return [spot, key].filter((part) => part !== undefined && part !== '').join(': ');
}
