import { Type } from 'typebox';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { compileGrok } from './grok/compile.ts';
import { LONGEST_TEXT, ownPatterns, patternsWith, readPatterns } from './grok/expand.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the text; it stays as it is' }),
    patterns: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description:
        'patterns such as %{IP:source.ip} %{WORD:http.request.method} %{NUMBER:took:float} (?<user.name>\\S+), tried in order; the first that matches counts',
    }),
    definitions: Type.Record(Type.String({ pattern: '^[\\w.-]+$' }), Type.String({ minLength: 1 }), {
      default: {},
      description: 'own patterns by name, which others may use; they replace shipped ones of the same name',
    }),
    pattern_files: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'files with own patterns, read at the start: a name, a blank and its pattern on each line',
    }),
    set: Type.Enum(['ecs', 'legacy'], {
      default: 'ecs',
      description: 'how fields of the shipped patterns of whole lines are called: source.address, or clientip',
    }),
    target: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'what fields go under whose names have no dot and are not of ECS; by default the dataset',
      }),
    ),
    max_length: Type.Integer({
      minimum: 1,
      maximum: 1_048_576,
      default: LONGEST_TEXT,
      description:
        'so many characters of a text are matched; a last field that reaches as far takes all that follows. A pattern that takes over a second for the worst text of that length is refused',
    }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a text that no pattern matches',
    }),
  },
  { additionalProperties: false },
);

/**
 * Fields that are empty fill nothing; a field that several groups fill becomes a list. ^ and $ are the ends of a line of
 * the text, as grok has them; (?m) at the beginning lets a dot match line ends, (?i) letters match in both cases.
 */
export const parseGrok = defineStage({
  name: 'parse-grok',
  summary: 'fills fields by grok patterns, as Logstash and Elasticsearch have them',
  notes:
    'The patterns of Logstash for httpd, Tomcat and Java, syslog, cron and PAM, HAProxy, Squid, BIND, Exim, Zeek and Bro, Cisco ASA, NetScreen, Junos, iptables, Shorewall and SuSE, Nagios, Bacula, Rails and Ruby, Redis, MongoDB, PostgreSQL, ELB, S3 and CloudFront come with logmill, in both sets of names. Unlike there a group inside of a repetition has what it matched the last time round, and nothing where it did not match then; fields below `[@metadata]` are not filled.',
  form: 'map',
  options,
  examples: [
    {
      title: 'parts by name, with fields and types',
      options: { patterns: ['^%{IP:client.ip} %{WORD:http.request.method} %{URIPATH:url.path} %{NUMBER:took:float}$'] },
      in: { message: '2001:db8::7 GET /a/b 0.043' },
      out: {
        message: '2001:db8::7 GET /a/b 0.043',
        'client.ip': '2001:db8::7',
        'http.request.method': 'GET',
        'url.path': '/a/b',
        'example.log.took': 0.043,
      },
    },
    {
      title: 'a whole line by the name of its format',
      options: { patterns: ['%{SYSLOGLINE}'] },
      in: { message: 'Nov 21 10:00:00 web-1 shop[77]: started' },
      out: {
        'example.log.timestamp': 'Nov 21 10:00:00',
        'host.hostname': 'web-1',
        'process.name': 'shop',
        'process.pid': 77,
        message: 'started',
      },
    },
    {
      title: 'own patterns, the first that matches counts',
      options: {
        definitions: { ORDER: '[A-Z]{2}\\d+' },
        patterns: ['order %{ORDER:shop.order} paid', '(?i)^cart (?<shop.cart>\\w+)'],
      },
      in: { message: 'Cart x7 is empty' },
      out: { message: 'Cart x7 is empty', 'shop.cart': 'x7' },
    },
    {
      title: 'a text that no pattern matches is rejected',
      options: { patterns: ['%{IP:source.ip}'] },
      in: { message: 'no address' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, patterns, definitions, pattern_files, set, target, max_length, otherwise }, { dataset, files }) {
    const read = (content: Buffer) => readPatterns(content.toString('utf8'));
    const own = pattern_files.map((name, at) => files.open(`pattern_files[${at}]`, name, 'grok patterns', read).value);
    const known = patternsWith(ownPatterns(definitions, own));
    const settings = { set, target: target ?? dataset, longest: max_length };
    const groks = patterns.map((pattern, index) => compileGrok(pattern, known, settings, `patterns[${index}]`));
    const refused = new Rejected('unparsable', 'no pattern matches', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      for (let index = 0; index < groks.length; index++) if (groks[index]!(event, text)) return event;
      return otherwise === 'pass' ? event : refused;
    };
  },
});
