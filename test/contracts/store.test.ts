import { after, before, describe, it } from 'node:test';
import { HOMES, type Home } from './store-homes.ts';
import { type Bench, CASES, fillRequests } from './store-suite.ts';

/** What a home lacks, by the case's title, with the reason. */
const LACKS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Elasticsearch: {},
  'the embedded store': {},
};

for (const kind of HOMES) {
  describe(`the store in ${kind.name}`, { skip: kind.skip }, () => {
    let home: Home;
    let bench: Bench;

    before(async () => {
      home = await kind.open();
      const prefix = `suite-${process.pid}`;
      bench = { client: home.client, index: `${prefix}-requests`, name: (part) => `${prefix}-${part}` };
      await fillRequests(bench);
    });

    after(async () => {
      const { client, name } = bench;
      // The Elasticsearch core cannot delete data streams; its data folder goes with it.
      for (const part of ['requests', 'bulk', 'state', 'mapping', 'digits']) {
        await client.indices.delete({ index: name(part), ignore_unavailable: true });
      }
      await home.close();
    });

    for (const one of CASES) {
      it(one.title, { skip: LACKS[kind.name]?.[one.title] }, () => one.run(bench));
    }
  });
}
