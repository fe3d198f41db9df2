import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Page } from '../../src/pipeline/reference/stage-pages.ts';
import { pipelineReference } from '../../src/pipeline/reference.ts';
import { STAGES } from '../../src/pipeline/registry.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

let pages: readonly Page[];
before(async () => {
  pages = await pipelineReference();
});

test('every link of the pages about stages and pipelines leads to a page', () => {
  const known = new Set(pages.map((page) => page.path));
  const dead: string[] = [];
  for (const { path: from, content } of pages.filter((page) => page.path.endsWith('.md'))) {
    // Samples of logs have brackets of their own.
    const prose = content.replace(/^(`{3,4})[\s\S]*?^\1$/gm, '');
    for (const [, target = ''] of prose.matchAll(/\]\(([^)#\s]+\.md)[^)]*\)/g)) {
      const to = path.posix.join(path.posix.dirname(from), target);
      if (!known.has(to) && !existsSync(path.join(CHECKOUT, to))) dead.push(`${from}: ${target}`);
    }
  }
  assert.deepEqual(dead, []);
});

test('every stage has a page with all its examples', () => {
  for (const { name, examples } of STAGES) {
    const page = pages.find((one) => one.path === `docs/reference/stages/${name}.md`);
    for (const { title } of examples) assert.ok(page?.content.includes(`## Example: ${title}\n`), `${name}: ${title}`);
  }
});

test('every contract that is made of cases is a JSON Schema that validators take', () => {
  const contracts = pages.filter((page) => page.path.startsWith('config/schemas/'));
  assert.ok(contracts.length > 80);
  for (const { path: file, content } of contracts) {
    const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true });
    (addFormats as unknown as (instance: Ajv) => void)(ajv);
    assert.doesNotThrow(() => ajv.compile(JSON.parse(content)), file);
  }
});

test('pages do not depend on the machine that they are made on', async () => {
  const again = await pipelineReference();
  assert.deepEqual(
    again.filter(({ content }, at) => content !== pages[at]?.content).map((page) => page.path),
    [],
  );
  assert.equal(pages.filter(({ content }) => content.includes('"host.os.')).length, 0);
});
