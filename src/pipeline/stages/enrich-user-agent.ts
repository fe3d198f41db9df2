import { Type } from 'typebox';
import { defineStage } from '../stage.ts';
import { createUserAgentParser } from './user-agent/parse.ts';

const options = Type.Object(
  { field: Type.String({ minLength: 1, default: 'user_agent.original', description: 'field with the user agent' }) },
  { additionalProperties: false },
);

/** One parser for the process: its patterns are large, and many files name the same agents. */
const parse = createUserAgentParser();

/** Patterns by uap-core. A name or device that no pattern knows is `Other`, as its specification says; a system gets no field. */
export const enrichUserAgent = defineStage({
  name: 'enrich-user-agent',
  summary: 'names browser, operating system and device of a user agent',
  form: 'map',
  options,
  examples: [
    {
      title: 'a browser',
      options: {},
      in: { 'user_agent.original': 'Mozilla/5.0 (Windows NT 6.1; rv:15.0) Gecko/20120716 Firefox/15.0a2' },
      out: {
        'user_agent.original': 'Mozilla/5.0 (Windows NT 6.1; rv:15.0) Gecko/20120716 Firefox/15.0a2',
        'user_agent.name': 'Firefox Alpha',
        'user_agent.version': '15.0.a2',
        'user_agent.os.name': 'Windows',
        'user_agent.os.version': '7',
        'user_agent.os.full': 'Windows 7',
        'user_agent.device.name': 'Other',
      },
    },
    {
      title: 'an event without a user agent',
      options: {},
      in: { message: 'x' },
      out: { message: 'x' },
    },
  ],
  create({ field }) {
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string' || text === '') return event;
      const { name, version, osName, osVersion, device } = parse(text);
      event['user_agent.name'] = name ?? 'Other';
      if (version !== undefined) event['user_agent.version'] = version;
      if (osName !== undefined) {
        event['user_agent.os.name'] = osName;
        if (osVersion !== undefined) event['user_agent.os.version'] = osVersion;
        event['user_agent.os.full'] = osVersion === undefined ? osName : `${osName} ${osVersion}`;
      }
      event['user_agent.device.name'] = device ?? 'Other';
      return event;
    };
  },
});
