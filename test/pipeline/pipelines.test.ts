import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { framedText } from '../../src/agent/framing/frame-text.ts';
import { LogmillError } from '../../src/errors.ts';
import { uncoveredStages } from '../../src/pipeline/coverage.ts';
import { checkPipelines, loadPipelines, SHIPPED_PIPELINES } from '../../src/pipeline/pipelines.ts';
import { checkPatterns } from '../../src/pipeline/slow-patterns.ts';
import { runPipelineTests, type TestOutcome } from '../../src/pipeline/testing.ts';
import { hashOf, readProven } from './proven-patterns.ts';

const shipped = await loadPipelines();
const outcomes = new Map<string, TestOutcome[]>();
for (const definition of shipped.definitions) {
  outcomes.set(definition.name, await runPipelineTests(shipped, definition, framedText));
}

describe('shipped pipelines', () => {
  for (const definition of shipped.definitions) {
    for (const { test: name, faults } of outcomes.get(definition.name)!) {
      test(`${definition.name}: ${name}`, () => assert.deepEqual(faults, []));
    }

    test(`${definition.name} has at least three cases, one of them rejected where its lines can be wrong`, () => {
      assert.ok(definition.tests.length >= 3);
      assert.ok(definition.tests.some(({ rejected }) => rejected !== undefined));
    });

    test(`${definition.name} is in a file of its name`, () => {
      assert.equal(path.basename(definition.file), `${definition.name}.yaml`);
    });
  }

  test('have no pattern that a hostile line can make slow', async () => {
    const proven = readProven();
    assert.deepEqual(await checkPatterns(shipped.definitions, (pattern) => proven.has(hashOf(pattern))), []);
  });

  test('the coverage names a stage that no case needs', async () => {
    const json = shipped.get('json');
    const idle = { stage: 'set', options: { fields: { 'json.never': 'looked at' }, override: true }, when: undefined };
    const widened = { ...json, stages: [...json.stages, idle] };
    const found = (await uncoveredStages(shipped.with(widened), widened)).map(({ index }) => index);
    assert.ok(found.includes(json.stages.length));
    assert.ok(!found.includes(0));
  });

  test('the coverage names patterns that no case needs and conditions that cases answer one way', async () => {
    const regex = (patterns: string[]) => ({
      stage: 'parse-regex',
      options: { field: 'message', patterns: patterns.map((pattern) => ({ pattern })), types: {}, otherwise: 'reject' },
      when: undefined,
    });
    const set = { stage: 'set', options: { fields: { b: 1 }, override: true }, when: 'message: *' };
    const definition = {
      ...shipped.get('plain-text'),
      stages: [regex(['^(?<a>x)$', '^(?<a>y)$']), set],
      tests: [{ name: 'x', in: 'x', out: { a: 'x', b: 1 } }],
    };
    assert.deepEqual(await uncoveredStages(shipped.with(definition), definition), [
      { pipeline: 'plain-text', stage: 'parse-regex', index: 0, branch: { pattern: 1 } },
      { pipeline: 'plain-text', stage: 'set', index: 1, branch: 'when never false' },
    ]);
  });
});

describe('pipelines of one’s own', () => {
  const faultsOf = async (text: string, more: Record<string, string> = {}) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'logmill-pipelines-'));
    try {
      await writeFile(path.join(folder, 'own.yaml'), text);
      await mkdir(path.join(folder, 'schemas'));
      for (const [name, content] of Object.entries(more)) await writeFile(path.join(folder, name), content);
      const { faults, pipelines } = await checkPipelines([SHIPPED_PIPELINES, folder]);
      return { faults, pipelines, file: path.join(folder, 'own.yaml') };
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  const own = (stages: string) => `name: own\nsummary: x\ndataset: own.log\nstages:\n${stages}\n`;

  const cases: [title: string, stages: string, code: string, wanted: RegExp][] = [
    ['an unknown stage is refused with the nearest one named', '  - parse-jsn: {}', 'CONFIG_UNKNOWN_KEY', /parse-json/],
    [
      'a misspelt option is refused with the right one named',
      '  - parse-json: { mod: pino }',
      'CONFIG_UNKNOWN_KEY',
      /mode/,
    ],
    ['a value that no option takes is refused', '  - parse-json: { mode: bunjan }', 'CONFIG_INVALID', /pino/],
    ['bad KQL is refused with its stage', "  - drop: { when: 'a: (' }", 'STAGE_OPTION', /stages\[0\]\.drop\.when/],
    [
      'bad KQL in a condition of any stage is refused',
      "  - set: { fields: { a: 1 }, when: 'a: (' }",
      'STAGE_OPTION',
      /stages\[0\]\.set\.when/,
    ],
    [
      'a regex that is none is refused',
      "  - parse-regex: { patterns: [{ pattern: '(' }] }",
      'STAGE_OPTION',
      /patterns\[0\]/,
    ],
    [
      'of two patterns only the one that is none is refused, though types name fields of both',
      "  - parse-regex: { patterns: [{ pattern: '(?<a>x)' }, { pattern: '(' }], types: { a: long } }",
      'STAGE_OPTION',
      /patterns\[1\]/,
    ],
    [
      'a type for a field that no pattern fills is refused',
      "  - parse-regex: { patterns: [{ pattern: '(?<shop__took>x)' }], types: { shop.tok: long } }",
      'STAGE_OPTION',
      /types\["shop\.tok"\] is filled by no group; groups fill shop\.took/,
    ],
    [
      'a regex that a hostile line makes slow is refused',
      "  - parse-regex: { patterns: [{ pattern: '^(?<a>(x+x+)+y)$' }] }",
      'PATTERN_SLOW',
      /exponential/,
    ],
    [
      'a contract that does not exist is refused',
      '  - validate-schema: { schema: nowhere }',
      'STAGE_OPTION',
      /nowhere\.json/,
    ],
    [
      'an unknown zone is refused',
      '  - parse-time: { field: a, timezone: Mars/Olympus }',
      'STAGE_OPTION',
      /parse-time/,
    ],
  ];
  for (const [title, stages, code, wanted] of cases) {
    test(title, async () => {
      const { faults } = await faultsOf(own(stages));
      assert.deepEqual(
        faults.map((fault) => fault.code),
        [code],
      );
      assert.match(`${faults[0]!.message} ${faults[0]!.help}`, wanted);
    });
  }

  test('every pattern that a pipeline brings is searched for what is slow, and named; patterns that are no regexes are not', async () => {
    const slow = '^(x+x+)+y';
    const stages: [stage: string, key: string | undefined][] = [
      [`parse-regex: { patterns: [{ pattern: '(?<a>b)' }, { pattern: '${slow}(?<a>b)' }] }`, 'parse-regex.patterns[1]'],
      [`parse-grok: { patterns: ['^%{SLOW:a}y'], definitions: { SLOW: '(x+x+)+' } }`, 'parse-grok.patterns[0]'],
      [`gsub: { fields: [message], pattern: '${slow}', ignore_case: true }`, 'gsub.pattern'],
      [`translate: { field: a, patterns: [{ pattern: '${slow}', value: b }] }`, 'translate.patterns[0]'],
      [`redact-secrets: { patterns: [a, '${slow}'] }`, 'redact-secrets.patterns[1]'],
      [`parse-kv: { pair_pattern: '${slow}' }`, 'parse-kv.pair_pattern'],
      [`parse-kv: { value_pattern: '${slow}' }`, 'parse-kv.value_pattern'],
      [`parse-kv: { pair_pattern: '\\s+(?=\\w+=)', value_pattern: '[=:]\\s*' }`, undefined],
      [`parse-dissect: { patterns: ['[%{a}] .*.*.*.*x%{b}'] }`, undefined],
    ];
    const own = (stage: string) => `name: own\nsummary: s\ndataset: own\nstages:\n  - ${stage}\n`;
    for (const [stage, key] of stages) {
      const { faults } = await faultsOf(own(stage));
      assert.deepEqual(
        faults.map(({ code, where }) => [code, where.key]),
        key === undefined ? [] : [['PATTERN_SLOW', `stages[0].${key}`]],
        stage,
      );
    }
    const detect = own('drop: { when: a }').replace('stages:', `detect: { lines: ['${slow}'], }\nstages:`);
    const { faults } = await faultsOf(detect);
    assert.ok(
      faults.some(({ code, where }) => code === 'PATTERN_SLOW' && where.key === 'detect.lines[0]'),
      String(faults),
    );
  });

  test('a multiline that says nothing, is no regex, or is slow is refused with its place', async () => {
    const keys: [multiline: string, code: string, key: string][] = [
      ['{ max_lines: 5 }', 'CONFIG_INVALID', 'multiline'],
      ["{ start: '(' }", 'CONFIG_INVALID', 'multiline.start'],
      ["{ start: '^(x+x+)+y' }", 'PATTERN_SLOW', 'multiline.start'],
    ];
    for (const [multiline, code, key] of keys) {
      const { faults, file } = await faultsOf(
        own('  - set: { fields: { a: 1 } }').replace('stages', `multiline: ${multiline}\nstages`),
      );
      assert.deepEqual(
        faults.map(({ code: found, where }) => [found, where.file === file, where.line, where.key]),
        [[code, true, 4, key]],
      );
    }
  });

  test('pipelines that run each other in a circle are refused, and one that runs another that is at fault is not', async () => {
    const other = (name: string, stage: string) => own(`  - ${stage}`).replace('name: own', `name: ${name}`);
    const circle = await faultsOf(own('  - run-pipeline: { name: other }'), {
      'other.yaml': other('other', 'run-pipeline: { name: own }'),
    });
    assert.deepEqual(
      circle.faults.map(({ code }) => code),
      ['PIPELINE_CYCLE', 'PIPELINE_CYCLE'],
    );
    const { faults } = await faultsOf(own('  - run-pipeline: { name: other }'), {
      'other.yaml': other('other', "drop: { when: 'a: (' }"),
    });
    assert.deepEqual(
      faults.map(({ code, where }) => [code, path.basename(where.file ?? '')]),
      [['STAGE_OPTION', 'other.yaml']],
    );
  });

  test('a case whose lines the pipeline does not join fails and names the events', async () => {
    const definition = {
      ...shipped.get('plain-text'),
      multiline: { indentation: true, max_lines: 10, timeout: '5s' } as const,
      tests: [
        { name: 'one', in: 'a\n b', out: { message: 'a\n b', 'log.flags': ['multiline'] } },
        { name: 'two', in: 'a\nb' },
      ],
    };
    const [one, two] = await runPipelineTests(shipped.with(definition), definition, framedText);
    assert.deepEqual(one?.faults, []);
    assert.deepEqual(two?.faults, ['multiline makes 2 events of its lines: "a", "b"']);
  });

  test('every fault of every stage is found at once, each with its line and column', async () => {
    const { faults, file } = await faultsOf(
      own(
        [
          '  - parse-regex:',
          '      patterns:',
          "        - { pattern: '(' }",
          "        - { pattern: '(?<message>.*)' }",
          "        - { pattern: 'x' }",
          "  - drop: { when: 'a: (' }",
          "  - set: { fields: { a: 1 }, when: 'b: (' }",
          "  - parse-regex: { patterns: [{ pattern: '^(?<a>(x+x+)+y)$' }] }",
        ].join('\n'),
      ),
    );
    const places = faults.map(({ where }) => [where.file === file, where.line, where.column, where.key]);
    assert.deepEqual(places.toSorted(), [
      [true, 10, 19, 'stages[1].drop.when'],
      [true, 11, 36, 'stages[2].set.when'],
      [true, 12, 31, 'stages[3].parse-regex.patterns[0]'],
      [true, 7, 22, 'stages[0].parse-regex.patterns[0].pattern'],
      [true, 9, 22, 'stages[0].parse-regex.patterns[2].pattern'],
    ]);
  });

  test('a pipeline replaces a shipped one of its name', async () => {
    const { pipelines, faults } = await faultsOf(
      own('  - set: { fields: { a: 1 } }').replace('name: own', 'name: json'),
    );
    assert.deepEqual(faults, []);
    assert.equal(pipelines.get('json').dataset, 'own.log');
  });

  test('a contract beside the pipelines is found', async () => {
    const schema = JSON.stringify({
      type: 'object',
      required: ['message'],
      properties: { message: { type: 'string' } },
    });
    const { faults } = await faultsOf(own('  - validate-schema: { schema: mine }'), { 'schemas/mine.json': schema });
    assert.deepEqual(faults, []);
  });

  test('two files with one name are refused', async () => {
    const text = own('  - set: { fields: { a: 1 } }');
    const { faults } = await faultsOf(text, { 'z.yaml': text });
    assert.deepEqual(
      faults.map(({ code }) => code),
      ['PIPELINE_DUPLICATE'],
    );
  });

  test('a folder that cannot be read is a fault that names it', async () => {
    const { faults } = await checkPipelines([SHIPPED_PIPELINES, '/nowhere/at/all']);
    assert.deepEqual(
      faults.map(({ code }) => code),
      ['PIPELINE_FOLDER'],
    );
  });

  test('an unknown pipeline is refused with the nearest one named', () => {
    const wanted = (error: unknown) => error instanceof LogmillError && /nginx-access/.test(error.help);
    assert.throws(() => shipped.get('nginx-acces'), wanted);
  });
});
