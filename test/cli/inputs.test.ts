import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { namedFiles } from '../../src/cli/inputs.ts';
import { LogmillError } from '../../src/errors.ts';
import { scratch, write } from '../process/command.ts';

test('files named on the command line count from where the person stands', (t) => {
  const folder = scratch(t);
  const file = write(folder, 'app.log', '');
  assert.deepEqual(namedFiles(['app.log', file], { folder }), [{ name: 'files', files: [file, file] }]);
});

test('a name that is no file is refused before anything starts', (t) => {
  const folder = scratch(t);
  for (const [name, code] of [
    ['missing.log', 'INPUT_MISSING'],
    ['.', 'INPUT_FOLDER'],
  ] as const) {
    assert.throws(
      () => namedFiles([name], { folder }),
      (error) =>
        error instanceof LogmillError && error.code === code && error.message.includes(path.resolve(folder, name)),
    );
  }
});
