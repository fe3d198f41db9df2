// npm run generate [-- --check]: documentation, schemas, the KQL parser and the dashboards, from their sources.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { configReference } from '../src/config/reference.ts';
import { buildDashboards } from '../src/dashboards/build.ts';
import { notifyReference } from '../src/notify/reference.ts';
import { pipelineReference } from '../src/pipeline/reference.ts';
import { ruleReference } from '../src/rules/reference.ts';
import { errorReference } from './error-reference.ts';
import { generateParser } from './kql-parser.ts';

const check = process.argv.includes('--check');
const files = [
  ...configReference(),
  ...(await pipelineReference()),
  ...ruleReference(),
  ...notifyReference(),
  ...errorReference(),
  ...generateParser(),
  ...(await buildDashboards()),
];
const stale: string[] = [];
for (const { path: file, content } of files) {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
  stale.push(file);
  if (check) continue;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}
for (const file of stale) console.log(check ? `${file} is out of date: npm run generate` : `wrote ${file}`);
if (!check && stale.length === 0) console.log(`all ${files.length} generated files are up to date`);
process.exitCode = check && stale.length > 0 ? 1 : 0;
