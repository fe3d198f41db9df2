import path from 'node:path';

type Sign = { readonly pipeline: string; readonly path: RegExp };

/** Where logs of known products lie, rotation suffixes aside. The first that fits counts. */
const PATHS: readonly Sign[] = [
  { pipeline: 'dpkg', path: /(^|\/)dpkg\.log$/ },
  { pipeline: 'nginx-access', path: /(^|\/)nginx\/([\w.-]*[._-])?access([._-][\w.-]*)?$/ },
  { pipeline: 'nginx-error', path: /(^|\/)nginx\/([\w.-]*[._-])?error([._-][\w.-]*)?$/ },
  {
    pipeline: 'apache-access',
    path: /(^|\/)(apache2?|httpd)\/([\w.-]*[._-])?(access|other_vhosts_access)([._-][\w.-]*)?$/,
  },
  { pipeline: 'apache-error', path: /(^|\/)(apache2?|httpd)\/([\w.-]*[._-])?error([._-][\w.-]*)?$/ },
  { pipeline: 'system-auth', path: /(^|\/)(auth\.log|secure)$/ },
  {
    pipeline: 'system-syslog',
    path: /(^|\/)(syslog|messages|daemon\.log|kern\.log|user\.log|mail\.log|cron(\.log)?)$/,
  },
];

/** `.1`, `-20261121`, `.gz` and the like. */
const ROTATION = /([._-]\d{1,8}([.-]\d{1,2}){0,3}|\.(gz|bz2|xz|zst|old|bak))+$/;
const ACCESS = /^\S.{0,400}? \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "/;
const SYSLOG =
  /^(<\d{1,3}>)?(1 )?([A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,20}) \S{1,255} (\S{1,128}(\[\w+\])?:|\S+ \S+ \S+ [-[])/;
const AUTH_PROGRAM =
  /^\S+ +\S+ \S+ \S+ (sshd|sudo|su|useradd|groupadd|systemd-logind)(\[\d+\])?:|T\S+ \S+ (sshd|sudo|su|useradd|groupadd|systemd-logind)(\[\d+\])?:/;
const DPKG =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (startup (archives|packages)|status |install |upgrade |configure |trigproc |remove |purge |conffile )/;

/**
 * The pipeline for a file nobody named one for: by a well-known path, then by what most of its first lines look like.
 * What nothing fits is plain text.
 */
export function choosePipeline(file: string | undefined, firstLines: readonly string[]): string {
  const lines = firstLines.map((line) => line.trim()).filter((line) => line !== '');
  const stem = file === undefined ? '' : file.split(path.sep).join('/').replace(ROTATION, '');
  const known = PATHS.find((sign) => sign.path.test(stem));
  // A well-known name may hold something else (a JSON access log is still nginx's; a container's "messages" is not syslog).
  if (known !== undefined && (lines.length === 0 || fits(known.pipeline, lines))) return known.pipeline;
  return byLines(lines);
}

function fits(pipeline: string, lines: readonly string[]): boolean {
  const found = byLines(lines);
  if (found === pipeline || found === 'plain-text') return !pipeline.startsWith('system-') || found !== 'plain-text';
  if (pipeline.endsWith('-access'))
    return found.endsWith('-access') || (pipeline.startsWith('nginx') && found === 'json');
  return pipeline.startsWith('system-') && found.startsWith('system-');
}

function byLines(lines: readonly string[]): string {
  const votes = new Map<string, number>();
  for (const line of lines) {
    const pipeline = byLine(line);
    votes.set(pipeline, (votes.get(pipeline) ?? 0) + 1);
  }
  const [best] = [...votes].sort(([, a], [, b]) => b - a);
  // Half the lines: a stack trace between JSON lines must not turn the file into plain text, nor one odd line the reverse.
  return best !== undefined && best[1] * 2 >= lines.length ? best[0] : 'plain-text';
}

function byLine(line: string): string {
  if (line.startsWith('{')) return byObject(line);
  if (ACCESS.test(line)) return 'apache-access';
  if (/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[\w+\] \d+#\d+: /.test(line)) return 'nginx-error';
  if (/^\[\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d(\.\d+)? \d{4}\] \[[\w:-]+\] /.test(line)) return 'apache-error';
  if (DPKG.test(line)) return 'dpkg';
  if (SYSLOG.test(line)) return AUTH_PROGRAM.test(line) ? 'system-auth' : 'system-syslog';
  return 'plain-text';
}

function byObject(line: string): string {
  let keys: Record<string, unknown>;
  try {
    keys = JSON.parse(line) as Record<string, unknown>;
  } catch {
    // Cut by the agent's look at the first bytes, or broken: still nothing but JSON.
    return /^\{"level":\d\d,"time":\d/.test(line) ? 'pino' : 'json';
  }
  if ('__REALTIME_TIMESTAMP' in keys) return 'journald';
  if (typeof keys['level'] === 'number' && 'time' in keys) return 'pino';
  if (('remote_ip' in keys || 'remote_addr' in keys) && ('request' in keys || 'request_uri' in keys))
    return 'nginx-access';
  return 'json';
}
