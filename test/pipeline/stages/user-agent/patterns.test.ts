import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readPatterns } from '../../../../src/pipeline/stages/user-agent/patterns.ts';

test('the lean reader sees in the pattern file exactly what a YAML parser sees', () => {
  const file = createRequire(import.meta.url).resolve('uap-core/regexes.yaml');
  assert.deepEqual(readPatterns(), parse(readFileSync(file, 'utf8')));
});

test('every pattern is a valid regular expression', () => {
  for (const patterns of Object.values(readPatterns())) {
    for (const { regex, regex_flag } of patterns) assert.doesNotThrow(() => new RegExp(regex, regex_flag ?? ''));
  }
});
