import { GENERIC_TAKES } from './generic.ts';
import { type Convention, takeInteger, takeText } from './mapper.ts';

/** An Erlang process is none of the system's. */
const OWN_NAMES: Readonly<Record<string, string>> = { pid: 'process' };
const { pid: _system, ...TAKES } = GENERIC_TAKES;

/** RabbitMQ's log.*.formatter = json: rabbitmq.com, "Logging". */
export const RABBITMQ: Convention = {
  ownName: (path) => OWN_NAMES[path] ?? path,
  takes: {
    ...TAKES,
    file: takeText('log.origin.file.name'),
    line: takeInteger('log.origin.file.line'),
  },
};
