import { isIP } from 'node:net';
import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { defineStage, optionFault } from '../stage.ts';
import { isPrivateAddress } from './address/mask.ts';
import { type Facts, networkFacts, openNetworks, openPlaces, placeFacts } from './geo/database.ts';
import { createRecentCache } from './user-agent/recent-cache.ts';

const options = Type.Object(
  {
    city: Type.Optional(
      Type.String({ minLength: 1, description: 'MaxMind DB of cities or countries, for geo.*; counts from this file' }),
    ),
    asn: Type.Optional(Type.String({ minLength: 1, description: 'MaxMind DB of autonomous systems, for as.*' })),
    of: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      default: ['source', 'destination', 'client', 'server'],
      description: 'whose ip is looked up; what is found goes to the geo and as of the same',
    }),
    language: Type.String({ minLength: 2, default: 'en', description: 'of names, where the database has it' }),
  },
  { additionalProperties: false },
);

const MOST_REMEMBERED = 8192;
const NOTHING: Facts = [];

export const enrichGeo = defineStage({
  name: 'enrich-geo',
  summary: 'adds place and network operator of public addresses from MaxMind databases',
  notes:
    'Each database is in memory once, whatever the number of inputs, and read again within seconds when its file has changed. Addresses of private networks are not looked up. Fields that are there already stay.',
  form: 'map',
  options,
  examples: [
    {
      title: 'place and operator',
      options: { city: 'GeoLite2-City-Test.mmdb', asn: 'GeoLite2-ASN-Test.mmdb' },
      in: { 'source.ip': '89.160.20.112' },
      out: {
        'source.ip': '89.160.20.112',
        'source.geo.continent_code': 'EU',
        'source.geo.continent_name': 'Europe',
        'source.geo.country_iso_code': 'SE',
        'source.geo.country_name': 'Sweden',
        'source.geo.region_iso_code': 'SE-E',
        'source.geo.region_name': 'Östergötland County',
        'source.geo.city_name': 'Linköping',
        'source.geo.timezone': 'Europe/Stockholm',
        'source.geo.location': { lat: 58.4167, lon: 15.6167 },
        'source.as.number': 29518,
        'source.as.organization.name': 'Bredband2 AB',
      },
    },
    {
      title: 'a private address',
      options: { city: 'GeoLite2-City-Test.mmdb' },
      in: { 'client.ip': '192.168.0.7' },
      out: { 'client.ip': '192.168.0.7' },
    },
  ],
  create({ city, asn, of, language }, { files }) {
    if (city === undefined && asn === undefined) throw optionFault('city', 'or asn must be given');
    const places = city === undefined ? undefined : files.open('city', city, 'places', openPlaces);
    const networks = asn === undefined ? undefined : files.open('asn', asn, 'networks', openNetworks);
    const sides = of.map((side) => ({ side, ip: `${side}.ip` }));
    let recent = createRecentCache<Facts>(MOST_REMEMBERED);
    let known: readonly unknown[] = [];
    const find = (ip: string): Facts => {
      if (isIP(ip) === 0 || isPrivateAddress(ip)) return NOTHING;
      const plain = /^::ffff:(?=\d+\.)/i.test(ip) ? ip.slice(7) : ip;
      const place = places?.value.find(plain);
      const network = networks?.value.find(plain);
      return [
        ...(place === undefined ? NOTHING : placeFacts(place, language)),
        ...(network === undefined ? NOTHING : networkFacts(network)),
      ];
    };
    const remembered = (ip: string): Facts => {
      if (places?.value !== known[0] || networks?.value !== known[1]) {
        known = [places?.value, networks?.value];
        recent = createRecentCache(MOST_REMEMBERED);
      }
      const kept = recent.get(ip);
      if (kept !== undefined) return kept;
      const facts = find(ip);
      recent.set(ip, facts);
      return facts;
    };
    return (event) => {
      for (const { side, ip } of sides) {
        const address = event[ip];
        if (typeof address === 'string' && address.length <= 64) addFacts(event, side, remembered(address));
      }
      return event;
    };
  },
});

function addFacts(event: Event, side: string, facts: Facts): void {
  for (const [field, value] of facts) {
    const name = `${side}.${field}`;
    if (event[name] === undefined) event[name] = value;
  }
}
