import { setSource } from '../http/fields.ts';
import { severityOf } from '../postgresql/severity.ts';
import { type Convention, type Take, takeInteger, takeMessage, takeText } from './mapper.ts';
import { levelByTable } from './takes.ts';

const severity = levelByTable((word) => severityOf(word).level);

const host: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '' || value === '[local]') return false;
  setSource(event, value);
  return true;
};

/** jsonlog's names of what the other two formats call otherwise; the time stays for parse-time, for its zone's letters. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  timestamp: 'time',
  dbname: 'database',
  line_num: 'session_line',
  ps: 'command_tag',
  vxid: 'virtual_transaction_id',
  txid: 'transaction_id',
  statement: 'query',
  remote_host: 'remote',
};

/** PostgreSQL's jsonlog, from 15 on: postgresql.org, "Using JSON-Format Log Output". */
export const POSTGRESQL: Convention = {
  ownName: (path) => OWN_NAMES[path] ?? path,
  takes: {
    error_severity: severity,
    message: takeMessage(0),
    user: takeText('user.name'),
    pid: takeInteger('process.pid'),
    remote_host: host,
    remote_port: takeInteger('source.port'),
    state_code: takeText('event.code'),
    func_name: takeText('log.origin.function'),
    file_name: takeText('log.origin.file.name'),
    file_line_num: takeInteger('log.origin.file.line'),
  },
};
