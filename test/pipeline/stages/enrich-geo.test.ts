import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { LogmillError } from '../../../src/errors.ts';
import { optionFiles } from '../../../src/pipeline/option-files.ts';
import { present, runnerOf } from '../stage-context.ts';

type Place = { readonly iso_code?: string; readonly code?: string; readonly names: Readonly<Record<string, string>> };
type Source = {
  readonly city?: Place;
  readonly continent?: Place;
  readonly country?: Place;
  readonly subdivisions?: readonly Place[];
  readonly postal?: { readonly code: string };
  readonly location?: { readonly latitude: number; readonly longitude: number; readonly time_zone?: string };
  readonly autonomous_system_number?: number;
  readonly autonomous_system_organization?: string;
};

const SHARED = fileURLToPath(new URL('../../../../shared/data/geoip/', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../../fixtures/stages/', import.meta.url));
const skip = existsSync(SHARED) ? false : 'the data shared by the developers are not here';
const BOTH = { city: 'GeoLite2-City-Test.mmdb', asn: 'GeoLite2-ASN-Test.mmdb' };

function networksOf(kind: 'City' | 'ASN'): (readonly [network: string, record: Source])[] {
  const list = JSON.parse(readFileSync(path.join(SHARED, `GeoLite2-${kind}-Test.json`), 'utf8')) as object[];
  return list.flatMap((entry) => Object.entries(entry) as [string, Source][]);
}

function found(options: object, ip: string) {
  const { 'destination.ip': _ip, ...facts } = present(runnerOf('enrich-geo', options)({ 'destination.ip': ip }));
  return facts;
}

/** Without the fields that are not there. */
const known = (fields: object) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

describe('every network of the test databases', () => {
  test('has its place', { skip }, () => {
    const run = runnerOf('enrich-geo', { city: BOTH.city });
    for (const [network, { city, continent, country, subdivisions, postal, location }] of networksOf('City')) {
      const ip = network.split('/')[0]!;
      const region = subdivisions?.at(-1);
      const expected = {
        'source.ip': ip,
        'source.geo.continent_code': continent?.code,
        'source.geo.continent_name': continent?.names['en'],
        'source.geo.country_iso_code': country?.iso_code,
        'source.geo.country_name': country?.names['en'],
        'source.geo.region_iso_code': region && country && `${country.iso_code}-${region.iso_code}`,
        'source.geo.region_name': region?.names['en'],
        'source.geo.city_name': city?.names['en'],
        'source.geo.postal_code': postal?.code,
        'source.geo.timezone': location?.time_zone,
        'source.geo.location': location && { lat: location.latitude, lon: location.longitude },
      };
      assert.deepEqual(present(run({ 'source.ip': ip })), known(expected), network);
    }
  });

  test('has its operator', { skip }, () => {
    const run = runnerOf('enrich-geo', { asn: BOTH.asn });
    for (const [network, record] of networksOf('ASN')) {
      const ip = network.split('/')[0]!;
      const expected = {
        'source.ip': ip,
        'source.as.number': record.autonomous_system_number,
        'source.as.organization.name': record.autonomous_system_organization,
      };
      assert.deepEqual(present(run({ 'source.ip': ip })), known(expected), network);
    }
  });
});

describe('an address', () => {
  test('that is private, unknown or none gets nothing', () => {
    for (const ip of [
      '10.0.0.1',
      '127.0.0.1',
      '172.20.1.1',
      '100.64.0.1',
      '::1',
      'fe80::1',
      'fd00::1',
      '8.8.4.4',
      'x',
      '1.2.3',
    ]) {
      assert.deepEqual(found(BOTH, ip), {}, ip);
    }
    assert.deepEqual(found({ ...BOTH, of: ['source'] }, '89.160.20.112'), {});
  });

  test('may be IPv4 written as IPv6, and names may be in another language', () => {
    const facts = found({ ...BOTH, language: 'ja' }, '::ffff:89.160.20.112');
    assert.equal(facts['destination.geo.country_name'], 'スウェーデン王国');
    assert.equal(facts['destination.as.number'], 29518);
  });

  test('keeps what the source says of it itself', () => {
    const event = present(
      runnerOf('enrich-geo', BOTH)({ 'source.ip': '89.160.20.112', 'source.geo.city_name': 'Elsewhere' }),
    );
    assert.equal(event['source.geo.city_name'], 'Elsewhere');
    assert.equal(event['source.geo.country_iso_code'], 'SE');
  });
});

describe('a database', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-geo-'));
  after(() => rmSync(folder, { recursive: true }));
  const files = optionFiles(path.join(folder, 'pipeline.yaml'));

  test('that is missing, no database, or of another kind is refused', () => {
    writeFileSync(path.join(folder, 'text.mmdb'), 'x'.repeat(100_000));
    copyFileSync(path.join(FIXTURES, BOTH.asn), path.join(folder, 'asn.mmdb'));
    for (const city of ['absent.mmdb', 'text.mmdb', 'asn.mmdb']) {
      assert.throws(
        () => runnerOf('enrich-geo', { city }, { files }),
        (error: LogmillError) => error.code === 'STAGE_OPTION' && error.where.key === 'city',
      );
    }
    assert.throws(() => runnerOf('enrich-geo', {}), /city or asn must be given/);
  });

  test('that is another one now is used at once, also for addresses seen before', () => {
    let value: { find: (ip: string) => object | undefined } = { find: () => undefined };
    const changing = {
      ...files,
      open: () => ({
        get value() {
          return value;
        },
      }),
    } as unknown as typeof files;
    const run = runnerOf('enrich-geo', { asn: 'x' }, { files: changing });
    assert.deepEqual(present(run({ 'source.ip': '8.8.8.8' })), { 'source.ip': '8.8.8.8' });
    value = { find: () => ({ autonomous_system_number: 15169 }) };
    assert.equal(present(run({ 'source.ip': '8.8.8.8' }))['source.as.number'], 15169);
  });
});
