import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { buildDashboards } from '../../src/dashboards/build.ts';
import { checkDashboards, importFaults } from '../../src/dashboards/load.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'logmill-dashboards-'));
after(() => rmSync(folder, { recursive: true }));

/** What `check` says about one panel, without the folder. */
async function faultsOf(panel: string): Promise<string[]> {
  writeFileSync(path.join(folder, 'a.dashboard.yaml'), `id: logmill-a\ntitle: A\npanels:\n  - ${panel}\n`);
  const { faults } = await checkDashboards(folder);
  return faults.map(({ message }) => message.replace(`${folder}/a.dashboard.yaml:`, ''));
}

const GRID = 'grid: { x: 0, y: 0, w: 12, h: 6 }';
const panel = (rest: string, kind = 'metric') => `{ id: p, title: P, kind: ${kind}, ${GRID}, ${rest} }`;

test('a sound panel has no fault', async () => {
  assert.deepEqual(await faultsOf(panel('filter: "log.level: error"')), []);
});

const FAULTS: [panel: string, fault: RegExp][] = [
  [panel('filtr: x'), /unknown key "filtr"/],
  [panel('', 'pie'), /panels\[0\]\.kind must be one of metric, series, bars, table, donut, treemap, lines/],
  [panel('filter: "a: ("'), /panels\[0\]\.filter: is no valid KQL: column 5: expected/],
  [panel('filter: "source.ip: 10.*"'), /is no valid KQL: .*source\.ip is an address/],
  [panel('metrics: [{ label: L, op: sum, field: event.durration }]'), /there is no field "event.durration"/],
  [
    panel('metrics: [{ label: L, op: sum, field: service.name }]'),
    /sum does not work on "service.name", which is keyword/,
  ],
  [
    panel('metrics: [{ label: L, op: distinct, field: message }]'),
    /distinct does not work on "message", which is text/,
  ],
  [panel('metrics: [{ label: L, op: distinct }]'), /distinct needs a field/],
  [panel('metrics: [{ label: L, field: service.name }]'), /count takes no field/],
  [panel('metrics: [{ label: L, op: share }]'), /goes with share/],
  [panel('metrics: [{ label: L, op: percentile, field: event.duration }]'), /goes with percentile/],
  [panel('splits: [{ terms: log.level }]'), /a metric panel takes 0 splits, here are 1/],
  [panel('splits: [{ terms: message }]', 'bars'), /terms does not work on "message", which is text/],
  [panel('splits: [{ size: 3 }]', 'bars'), /a split has either terms or filters/],
  [
    panel('splits: [{ terms: log.level }], metrics: [{ label: L, op: latest, field: message }]', 'table'),
    /nothing to order the terms by/,
  ],
  [panel('columns: [message]'), /only lines have columns/],
  [panel('', 'lines').replace(', ,', ','), /lines need columns/],
  [panel('columns: [massage]', 'lines'), /there is no field "massage"/],
  ['{ id: p, title: P, kind: metric, grid: { x: 40, y: 0, w: 12, h: 6 } }', /ends at 52; the grid is 48 wide/],
  [
    `${panel('')}\n  - { id: q, title: Q, kind: metric, grid: { x: 11, y: 5, w: 4, h: 4 } }`,
    /panels\[1\]\.grid: covers part of panels\[0\] \("P"\)/,
  ],
  [
    `${panel('')}\n  - { id: p, title: Q, kind: metric, grid: { x: 20, y: 0, w: 4, h: 4 } }`,
    /"p" is the id of panels\[0\] already/,
  ],
];

for (const [text, fault] of FAULTS) {
  test(`a dashboard with ${fault.source} says so with its place`, async () => {
    const found = await faultsOf(text);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', /^\d+:\d+/);
    assert.match(found[0] ?? '', fault);
  });
}

test('what is wrong in one panel hides nothing in another', async () => {
  const panels = [
    '{ id: p, title: P, kind: pie, grid: { x: 0, y: 0, w: 12, h: 6 } }',
    '{ id: q, title: Q, kind: metric, grid: { x: 12, y: 0, w: 12, h: 6 }, filter: "a: (" }',
  ];
  const faults = await faultsOf(panels.join('\n  - '));
  assert.equal(faults.length, 2, faults.join('\n'));
  assert.match(faults[0] ?? '', /^4:30: panels\[0\]\.kind must be one of/);
  assert.match(faults[1] ?? '', /^5:82: panels\[1\]\.filter: is no valid KQL/);
});

test('what Kibana would not import is a fault of the source it was made of', () => {
  const [fault] = importFaults('{ "type": "dashboard"', '/folder/a.dashboard.yaml');
  assert.match(fault?.message ?? '', /^\/folder\/a\.dashboard\.yaml: json-string: line 1: /);
});

test('two dashboards of one id are refused, and nothing is built', async () => {
  const text = `id: logmill-a\ntitle: A\npanels: [${panel('')}]\n`;
  writeFileSync(path.join(folder, 'a.dashboard.yaml'), text);
  writeFileSync(path.join(folder, 'b.dashboard.yaml'), text);
  await assert.rejects(buildDashboards(folder), {
    code: 'DASHBOARD_INVALID',
    message: /a\.dashboard\.yaml has the same id/,
  });
});
