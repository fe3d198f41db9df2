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
  CONFIG_INVALID: entry(400, '{key} {detail}', 'see docs/reference/configuration.md'),
  CONFIG_ENV_MISSING: entry(400, 'environment variable {name} is not set', 'set it, or give a default: {example}'),
  CONFIG_UNREADABLE: entry(400, 'cannot read {path}: {detail}', 'check the path and its permissions'),
  CONFIG_SECRET_FILE: entry(400, 'cannot read the secret file {path}: {detail}', 'check the path and its permissions'),
  // command line
  TIME_INVALID: entry(400, '"{text}" is no time', 'write 2026-11-21T10:00:00Z, now, or now-15m'),
  INPUT_MISSING: entry(400, 'no file {path}', 'check the path; it counts from where you stand'),
  PORT_BUSY: entry(409, 'port {port} on {host} is in use', 'stop the other program, or choose another with --port'),
  STORE_UNREACHABLE: entry(503, '{place} does not answer: {detail}', 'check that it runs, its address and credentials'),
  // data folder
  DATA_LOCKED: entry(
    409,
    'the data folder {path} is in use by process {pid}{port}',
    'stop that one, or choose another folder with --data',
  ),
  DATA_UNWRITABLE: entry(
    500,
    'cannot write to the data folder {path}: {detail}',
    'check permissions and free space, or choose another with --data',
  ),
  DISK_FULL: entry(
    507,
    'no space left on the device of {path}',
    'free space; reading goes on by itself when there is some',
  ),
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
  const spot = [file, line, column].filter((part) => part !== undefined).join(':');
  return [spot, key].filter((part) => part !== undefined && part !== '').join(' ');
}
