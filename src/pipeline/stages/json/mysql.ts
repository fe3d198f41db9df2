import { levelOfWord } from '../../../model/log-level.ts';
import { type Convention, type Take, takeInteger, takeMessage, takeText, takeTime } from './mapper.ts';
import { levelByTable } from './takes.ts';

/** "System" is for what an administrator wants to read whatever is filtered; it is no fault. */
const label = levelByTable((word) => (word === 'System' ? 'info' : levelOfWord(word)));

/** The number as the text format writes it: MY-010051. */
const code: Take = ({ event }, value) => {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  event['event.code'] = `MY-${String(value).padStart(6, '0')}`;
  return true;
};

const OWN_NAMES: Readonly<Record<string, string>> = { thread: 'thread_id' };

/** MySQL's error log by log_sink_json: dev.mysql.com, "Error Log Output Format". */
export const MYSQL: Convention = {
  ownName: (path) => OWN_NAMES[path] ?? path,
  takes: {
    time: takeTime(0),
    label,
    msg: takeMessage(0),
    err_code: code,
    source_file: takeText('log.origin.file.name'),
    source_line: takeInteger('log.origin.file.line'),
    function: takeText('log.origin.function'),
    user: takeText('user.name'),
  },
};
