import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LogmillError } from '../../src/errors.ts';
import { documentId, type Line, type Processed } from '../../src/model/line.ts';
import type { StageUse } from '../../src/pipeline/definition.ts';
import { createFinish } from '../../src/pipeline/finish.ts';
import { type Binding, loadPipelines } from '../../src/pipeline/pipelines.ts';
import { createRunner } from '../../src/pipeline/run.ts';
import type { MapRunner } from '../../src/pipeline/stage.ts';
import { chunkOf } from '../../src/pipeline/testing.ts';
import { BINDING, fieldsOf } from './documents.ts';

const pipelines = await loadPipelines();
const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const AT_NOW: Binding = { ...BINDING, sourceTime: () => NOW, now: () => NOW };

const open = ({ documents }: Processed, at = 0) => fieldsOf(documents[at]!);

/** A pipeline of given stages after `plain-text`'s name and dataset. */
function withStages(stages: StageUse[], binding: Partial<Binding> = {}) {
  const set = pipelines.with({ ...pipelines.get('plain-text'), stages });
  return set.compile('plain-text', { ...AT_NOW, ...binding });
}

describe('a document', () => {
  test('has what the line does not say itself: time of reading, message, host, file, offset', () => {
    const compiled = withStages([]);
    const processed = compiled.run(chunkOf(['one', 'two'], 'plain-text', '/var/log/a.log'));
    assert.deepEqual(open(processed, 1), {
      '@timestamp': '2026-11-21T12:00:00.000Z',
      message: 'two',
      'ecs.version': '9.5.0',
      'host.id': 'h1',
      'host.name': 'this-host',
      'log.file.path': '/var/log/a.log',
      'log.offset': 4,
      'event.dataset': 'plain',
    });
    assert.equal(processed.documents[1]!.index, 'logs-plain-default');
    assert.equal(processed.documents[1]!.id, documentId(processed.chunk.lines[1]!));
  });

  test('gets service, fields, dataset and namespace of its input, but a line’s own service counts more', () => {
    const input = { name: 'in', service: 'shop', fields: { 'labels.team': 'a', n: 1 }, dataset: 'shop.web' };
    const compiled = pipelines.compile('json', { ...AT_NOW, input, namespace: 'prod' });
    const processed = compiled.run(chunkOf(['{"msg":"x"}', '{"msg":"y","service":"cart"}'], 'json'));
    const first = open(processed, 0);
    assert.deepEqual(
      [first['service.name'], first['labels.team'], first['event.dataset'], first['n']],
      ['shop', 'a', 'shop.web', 1],
    );
    assert.equal(open(processed, 1)['service.name'], 'cart');
    assert.equal(processed.documents[0]!.index, 'logs-shop.web-prod');
  });

  test('goes where a route sends it', () => {
    const route = {
      stage: 'route',
      options: { dataset: 'other', namespace: 'far', when: 'message: b' },
      when: undefined,
    };
    const processed = withStages([route]).run(chunkOf(['a', 'b'], 'plain-text'));
    assert.deepEqual(
      processed.documents.map(({ index }) => index),
      ['logs-plain-default', 'logs-other-far'],
    );
    assert.equal(open(processed, 1)['event.dataset'], 'other');
  });

  test('of a line that is not valid UTF-8 is flagged', () => {
    const chunk = chunkOf(['a\ufffdb'], 'plain-text');
    const lines = [{ ...chunk.lines[0]!, raw: Buffer.from([97, 255, 98]) }];
    assert.deepEqual(open(withStages([]).run({ ...chunk, lines }))['log.flags'], ['invalid_utf8']);
  });

  test('keeps the line itself where the pipeline asks for it', () => {
    const set = pipelines.with({ ...pipelines.get('pino'), keep_original: true });
    const line = '{"level":30,"msg":"x"}';
    assert.equal(open(set.compile('pino', AT_NOW).run(chunkOf([line], 'pino')))['event.original'], line);
  });
});

describe('a line', () => {
  test('over the limit is rejected without being looked at', () => {
    const chunk = chunkOf(['{"msg":'], 'json');
    const lines: Line[] = [{ ...chunk.lines[0]!, overlong: { length: 50_000_000, sha256: 'x' } }];
    const { rejected, documents } = pipelines.compile('json', AT_NOW).run({ ...chunk, lines });
    assert.equal(documents.length, 0);
    assert.deepEqual([rejected[0]!.rejected.reason, rejected[0]!.line], ['too_long', 0]);
    assert.match(rejected[0]!.rejected.detail, /50000000/);
  });

  test('has no secret in the message that it gets back where a stage took it away', () => {
    const line = '{"remote_addr":"10.0.0.7","request":"GET /x?access_token=hunter22 HTTP/1.1","status":200}';
    const processed = pipelines.compile('nginx-access', BINDING).run(chunkOf([line], 'nginx-access'));
    assert.ok(!processed.documents[0]!.document.includes('hunter22'));
    assert.match(String(open(processed, 0)['message']), /remote_addr.*access_token=\[REDACTED\]/);
  });

  test('passes by a stage whose condition it does not meet', () => {
    const stage = { stage: 'set', options: { fields: { a: 1 }, override: true }, when: 'message: x' };
    const processed = withStages([stage]).run(chunkOf(['x', 'y'], 'plain-text'));
    assert.deepEqual([open(processed, 0)['a'], open(processed, 1)['a']], [1, undefined]);
  });
});

/** A runner of hand-made stages. */
function runnerOf(stages: MapRunner[], faults: LogmillError[] = []) {
  return createRunner({
    pipeline: 'p',
    stages: stages.map((run, index) => ({ name: `stage-${index}`, run })),
    finish: createFinish({
      dataset: 'd',
      namespace: 'n',
      host: BINDING.host,
      service: undefined,
      fields: {},
      routes: false,
    }),
    keepOriginal: false,
    underWay: { text: '' },
    now: () => NOW,
    onFault: (fault) => faults.push(fault),
  });
}

describe('a line without a time', () => {
  const texts = [
    'Reading package lists...',
    'Start-Date: 2026-06-24  14:36:25',
    'Commandline: apt-get -qqy upgrade',
    'End-Date: 2026-06-24  14:37:02',
    '2026-11-20 10:00:00 ERROR boom',
    '2026-02-30 10:00:00 a day that does not exist',
    '\tat f (a.js:1:2)',
  ];
  const times = ['11-21T12:00:00', '06-24T14:36:25', '06-24T14:36:25', '06-24T14:37:02', '11-20T10:00:00'];
  const wanted = [...times, '11-20T10:00:00'].map((time) => `2026-${time}.000Z`);
  const binding: Binding = { ...AT_NOW, input: { name: 'apt', dataset: 'apt', service: 'apt' } };

  test('has the time of the line before it, wherever chunks end, and always the same id', () => {
    const whole = chunkOf(texts, 'plain-text');
    fc.assert(
      fc.property(fc.subarray([1, 2, 3, 4, 5, 6]), (cuts) => {
        const compiled = pipelines.compile('plain-text', binding);
        const bounds = [0, ...cuts, texts.length];
        const parts = bounds
          .slice(1)
          .map((to, at) => compiled.run({ ...whole, lines: whole.lines.slice(bounds[at], to) }));
        const documents = parts.flatMap((part) => part.documents.map((_document, at) => open(part, at)['@timestamp']));
        assert.deepEqual(documents, wanted);
        const ids = parts.flatMap((part) => part.documents.map(({ id }) => id));
        assert.deepEqual(
          ids,
          whole.lines.filter((_line, at) => at !== 5).map((line) => documentId(line)),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('has nothing to do with the lines of another source', () => {
    const [first, second] = [pipelines.compile('plain-text', binding), pipelines.compile('plain-text', binding)];
    first.run(chunkOf(['2026-11-20 10:00:00 x'], 'plain-text'));
    assert.equal(open(second.run(chunkOf(['y'], 'plain-text')))['@timestamp'], '2026-11-21T12:00:00.000Z');
  });
});

describe('the runner', () => {
  test('keeps a line on which a stage throws, says where, and goes on with the next', () => {
    const faults: LogmillError[] = [];
    const run = runnerOf(
      [
        (event) => event,
        (event) => {
          if (event['message'] === 'b') throw new TypeError('oops');
          return event;
        },
      ],
      faults,
    );
    const { documents, rejected } = run(chunkOf(['a', 'b', 'c'], 'p'));
    assert.equal(documents.length, 2);
    assert.deepEqual([rejected[0]!.line, rejected[0]!.rejected.reason], [1, 'fault']);
    assert.deepEqual(
      faults.map(({ code }) => code),
      ['PIPELINE_FAULT'],
    );
    assert.match(faults[0]!.message, /stage-1 of pipeline p failed at offset 2: oops/);
  });

  test('a stage that returns nothing at all is a fault, and the line is kept', () => {
    const { rejected } = runnerOf([() => []])(chunkOf(['a'], 'p'));
    assert.equal(rejected[0]!.rejected.reason, 'fault');
  });

  test('gives children of a split their own ids and sends each through the rest', () => {
    const run = runnerOf([
      (event) =>
        String(event['message'])
          .split(',')
          .map((message) => ({ message })),
      (event) => {
        event['n'] = Number(event['message']);
        return event;
      },
    ]);
    const processed = run(chunkOf(['1,2'], 'p'));
    const line = processed.chunk.lines[0]!;
    assert.deepEqual(
      processed.documents.map(({ id }) => id),
      [documentId(line), documentId(line, 1)],
    );
    assert.deepEqual([open(processed, 0)['n'], open(processed, 1)['n']], [1, 2]);
  });

  test('accounts for every line in exactly one of documents, rejected and dropped', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom('{"msg":"x"}', '{"level":30,"time":"no"}', '{"msg":"drop me"}'));
    const json = pipelines.get('json');
    const drop = { stage: 'drop', options: { when: 'message: drop*' }, when: undefined };
    const compiled = pipelines.with({ ...json, stages: [...json.stages, drop] }).compile('json', AT_NOW);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (texts) => {
        const { documents, rejected, dropped } = compiled.run(chunkOf(texts, 'json'));
        const lines = [...documents, ...rejected, ...dropped].map((entry) => entry.line).sort((a, b) => a - b);
        assert.deepEqual(
          lines,
          texts.map((_text, index) => index),
        );
      }),
    );
  });

  test('gives the same documents however the lines are cut into chunks', () => {
    const texts = Array.from({ length: 20 }, (_, index) => `{"level":${(index % 6) * 10 + 10},"msg":"m${index}"}`);
    const whole = chunkOf(texts, 'pino');
    const once = pipelines
      .compile('pino', AT_NOW)
      .run(whole)
      .documents.map(({ id, document }) => id + document);
    const compiled = pipelines.compile('pino', AT_NOW);
    const cut = whole.lines.flatMap((single) => compiled.run({ ...whole, lines: [single] }).documents);
    assert.deepEqual(
      cut.map(({ id, document }) => id + document),
      once,
    );
  });
});
