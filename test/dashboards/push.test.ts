import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { buildDashboards } from '../../src/dashboards/build.ts';
import { pushDashboards } from '../../src/dashboards/push.ts';
import { startKibana } from './kibana-stub.ts';

const built = await buildDashboards(path.join(import.meta.dirname, '..', '..', 'dashboards'));
const files = built.map(({ path: file, content }) => ({ name: path.basename(file, '.ndjson'), content }));
const account = { username: 'elastic', password: 'changeme' };

for (const release of ['8.19', '9.3'] as const) {
  test(`Kibana ${release} takes every dashboard, and takes it again`, async (context) => {
    const kibana = await startKibana(release);
    context.after(() => kibana.close());
    const first = await pushDashboards({ url: `${kibana.url}/`, ...account }, files);
    assert.deepEqual(
      first.map(({ name }) => name),
      ['error-aggregation', 'pipeline-health', 'security-events'],
    );
    assert.deepEqual(await pushDashboards({ url: kibana.url, ...account }, files), first);
    const ids = [...kibana.objects.keys()].filter((key) => key.startsWith('dashboard:'));
    assert.deepEqual(ids, ['dashboard:logmill-errors', 'dashboard:logmill-health', 'dashboard:logmill-security']);
  });
}

test('what Kibana refuses is named with its reason and what to do', async (context) => {
  const kibana = await startKibana('9.3');
  context.after(() => kibana.close());
  const target = { url: kibana.url, ...account };
  const [file] = files;
  const lines = (file?.content ?? '').trimEnd().split('\n');
  const refusal = (content: string) => ({ name: 'x', content });
  await assert.rejects(pushDashboards({ url: kibana.url }, files), {
    code: 'DASHBOARD_REFUSED',
    message: /status 401/,
    help: /API key/,
  });
  await assert.rejects(pushDashboards({ ...target, url: `${kibana.url}/kibana` }, files), {
    message: /status 404/,
    help: /base path/,
  });
  await assert.rejects(pushDashboards(target, [refusal(`${lines.at(-1)}\n`)]), {
    message: /missing_references \(logmill-logs/,
  });
  await assert.rejects(pushDashboards(target, [refusal(lines.concat(lines[0] ?? '').join('\n'))]), {
    message: /Non-unique/,
  });
  await assert.rejects(pushDashboards(target, [refusal((lines.at(-1) ?? '').replace('"10.2.0"', '"10.9.0"'))]), {
    message: /status 422/,
  });
  await assert.rejects(pushDashboards(target, [refusal((lines[0] ?? '').replace('index-pattern', 'map'))]), {
    message: /unsupported_type/,
  });
});

test('an address where nothing answers is named, without the password', async () => {
  const target = { url: 'http://127.0.0.1:9', ...account };
  await assert.rejects(pushDashboards(target, files), (error: { code: string; message: string }) => {
    assert.equal(error.code, 'KIBANA_UNREACHABLE');
    assert.match(error.message, /127\.0\.0\.1:9/);
    assert.doesNotMatch(error.message, /changeme/);
    return true;
  });
});
