import { Type } from 'typebox';
import { defineStage } from '../stage.ts';
import { fillSuricata } from './dns/suricata.ts';
import { fillZeek } from './dns/zeek.ts';

const options = Type.Object(
  {
    from: Type.Enum(['suricata', 'zeek'], { description: 'whose record it is' }),
    field: Type.String({ minLength: 1, description: 'field below which the keys of the record are' }),
  },
  { additionalProperties: false },
);

/** What has one name in the source and one in ECS, such as the question, a pipeline renames by itself. */
export const normaliseDns = defineStage({
  name: 'normalise-dns',
  summary: 'gives answers, resolved addresses and flags of DNS, as Suricata and Zeek write them, the form of ECS',
  form: 'map',
  options,
  examples: [
    {
      title: 'an answer of Suricata, version 2',
      options: { from: 'suricata', field: 's.dns' },
      in: {
        's.dns.flags': '8180',
        's.dns.answers': [
          { rrname: 'www.example', rrtype: 'CNAME', ttl: 60, rdata: 'shop.example' },
          { rrname: 'shop.example', rrtype: 'A', ttl: 30, rdata: '203.0.113.9' },
        ],
      },
      out: {
        's.dns.flags': '8180',
        'dns.answers': [
          { name: 'www.example', type: 'CNAME', ttl: 60, data: 'shop.example' },
          { name: 'shop.example', type: 'A', ttl: 30, data: '203.0.113.9' },
        ],
        'dns.resolved_ip': ['203.0.113.9'],
        'dns.header_flags': ['RD', 'RA'],
      },
    },
    {
      title: 'an answer of Zeek',
      options: { from: 'zeek', field: 'z' },
      in: { 'z.answers': ['2001:db8::1'], 'z.TTLs': [30.0], 'z.AA': true, 'z.RD': true },
      out: {
        'z.answers': ['2001:db8::1'],
        'z.TTLs': [30.0],
        'z.AA': true,
        'z.RD': true,
        'dns.answers': [{ data: '2001:db8::1', ttl: 30 }],
        'dns.resolved_ip': ['2001:db8::1'],
        'dns.header_flags': ['AA', 'RD'],
        'dns.type': 'answer',
      },
    },
  ],
  create({ from, field }) {
    const fill = from === 'suricata' ? fillSuricata : fillZeek;
    return (event) => {
      fill(event, field);
      return event;
    };
  },
});
