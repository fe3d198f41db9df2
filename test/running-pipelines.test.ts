import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import type { Config } from '../src/config/schema.ts';
import { systemClock } from '../src/model/clock.ts';
import type { Chunk, Processed } from '../src/model/line.ts';
import type { PipelineDefinition } from '../src/pipeline/definition.ts';
import { Flow } from '../src/pipeline/flow/flow.ts';
import type { CompiledPipeline, Pipelines } from '../src/pipeline/pipelines.ts';
import { loadPipelines } from '../src/pipeline/pipelines.ts';
import { chunkOf } from '../src/pipeline/testing.ts';
import { runPipelines } from '../src/running-pipelines.ts';
import { createTelemetry } from '../src/telemetry.ts';
import { joinEach } from './pipeline/flow/flow-rig.ts';

const shipped = await loadPipelines();
const log = pino({ level: 'silent' });
const config = { inputs: [], namespace: 'default', delivery: { in_flight: '8MB' } } as unknown as Config;
const host = { id: 'h', name: 'h' };

/** The shipped pipelines, of which `plain-text` joins two lines each. */
function joining(): Pipelines {
  return {
    ...shipped,
    compile(name, binding): CompiledPipeline {
      if (name !== 'plain-text') return shipped.compile(name, binding);
      const flow: CompiledPipeline['flow'] = (emit) =>
        new Flow({
          pipeline: name,
          stages: [joinEach(2)],
          begin: (line) => ({ message: line.text }),
          make: () => ({ index: 'logs', document: '{"event":{"x":1' }),
          now: Date.now,
          clock: { ...systemClock, after: () => () => {} },
          enter: binding.enter!,
          onFault: binding.onFault!,
          kept: binding.kept!,
          emit,
        });
      return { name, dataset: 'plain', run: () => assert.fail('it holds events back'), flow };
    },
  };
}

function running(pipelines: Pipelines, under = config) {
  const accepted: Processed[] = [];
  const accept = async (processed: Processed) => void accepted.push(processed);
  return { accepted, ...runPipelines({ config: under, pipelines, host, log, telemetry: createTelemetry() }, accept) };
}

const chunk = (texts: string[], pipeline = 'plain-text'): Chunk => ({ ...chunkOf(texts, pipeline) });

describe('the pipelines at work', () => {
  test('hand chunks on as they are where every stage is done at once', async () => {
    const { take, accepted, close } = running(shipped);
    const one = chunk(['a', 'b']);
    await take(one);
    await close();
    assert.equal(accepted.length, 1);
    assert.equal(accepted[0]!.chunk, one);
  });

  test('hand on what stages held back when nothing comes any more', async () => {
    const { take, accepted, close } = running(joining());
    await take(chunk(['a', 'b', 'c']));
    assert.equal(accepted.flatMap(({ documents }) => documents).length, 1);
    await close();
    assert.equal(accepted.flatMap(({ documents }) => documents).length, 2);
  });

  test('take a chunk out of turn also where it comes out later', async () => {
    const { process, accepted, close } = running(joining());
    const { documents, chunk: empty } = process(chunk(['a']));
    assert.deepEqual([documents, empty.lines], [[], []]);
    await close();
    assert.equal(accepted.flatMap(({ documents: made }) => made).length, 1);
  });

  test('run in threads of their own where the input asks for some', async () => {
    const input = { name: 'test', files: ['x'], workers: 1 };
    const { take, accepted, close } = running(shipped, { ...config, inputs: [input] } as unknown as Config);
    await take(chunk(['a', 'b']));
    assert.equal(accepted.length, 0, 'another thread has it');
    await close();
    assert.deepEqual(
      accepted.map(({ documents }) => documents.length),
      [2],
    );
  });

  for (const workers of [0, 2]) {
    test(`tell of a field that drifts once, and count all that breaks a contract, in ${workers} threads`, async () => {
      const definition: PipelineDefinition = {
        ...shipped.get('plain-text'),
        stages: [
          { stage: 'parse-json', options: { field: 'message', mode: 'generic', otherwise: 'reject' }, when: undefined },
          {
            stage: 'validate-schema',
            options: { schema: 'web-access', mode: 'report', drift: true },
            when: undefined,
          },
        ],
      };
      const [telemetry, told] = [createTelemetry(), [] as string[]];
      const warn = (_what: object, text: string) => void told.push(text);
      const inputs = ['a', 'b'].map((name) => ({ name, files: ['x'], workers }));
      const { take, close } = runPipelines(
        {
          config: { ...config, inputs } as unknown as Config,
          pipelines: shipped.with(definition),
          host,
          log: { ...log, warn } as unknown as typeof log,
          telemetry,
        },
        async () => {},
      );
      for (let at = 0; at < 12; at++) {
        const one = chunk(['{"colour":"red"}', '{"colour":"blue"}']);
        await take({ ...one, source: { ...one.source, id: `s${at % 5}`, input: at % 2 === 0 ? 'a' : 'b' } });
      }
      await close();
      assert.deepEqual(told.map((text) => text.split(': ')[1]).toSorted(), [
        'http.response.status_code is missing',
        'plain.colour is new',
        'source.address is missing',
      ]);
      const { values: breaches } = await telemetry.contractBreaches.get();
      assert.deepEqual(
        breaches.map(({ labels, value }) => [labels, value]),
        [[{ dataset: 'plain', contract: 'web-access', outcome: 'reported' }, 24]],
      );
      const { values: drifts } = await telemetry.contractDrift.get();
      assert.deepEqual(drifts.map(({ labels, value }) => `${labels.change} ${value}`).toSorted(), [
        'missing 2',
        'new 1',
      ]);
    });
  }

  test('take a chunk out of turn also when nothing comes any more and their threads are gone', async () => {
    const input = { name: 'test', files: ['x'], workers: 1 };
    const { take, process, accepted, close } = running(shipped, { ...config, inputs: [input] } as unknown as Config);
    await take(chunk(['a', 'b']));
    await close();
    const { documents } = process(chunk(['c']));
    assert.equal(documents.length + accepted.flatMap(({ documents: made }) => made).length, 3);
  });

  test('reject lines of a pipeline that is not there any more', async () => {
    const { take, accepted } = running(shipped);
    await take(chunk(['a', 'b'], 'gone'));
    assert.equal(accepted[0]!.rejected.length, 2);
  });
});
