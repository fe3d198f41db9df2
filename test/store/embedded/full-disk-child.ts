import { openEngine } from '../../../src/store/embedded/open.ts';

/**
 * A process whose files may not grow past a limit its parent set: writes until that is refused, says so, and after a line
 * on standard input (the limit is gone then) goes on. Prints one JSON line per step.
 */

const BULKS_AFTER = 3;
const DOCUMENTS = 500;

async function run(folder: string): Promise<void> {
  const engine = await openEngine({ folder, memoryBytes: 256 * 1024 * 1024, threads: 1 });
  const ask = async (method: 'GET' | 'POST', path: string, text: string) => {
    const answer = await engine.handle({ method, path, query: {}, headers: {}, body: Buffer.from(text) });
    return {
      status: answer.status,
      body: JSON.parse(answer.body.toString()) as { errors?: boolean; error?: { reason: string }; count?: number },
    };
  };
  let stored = 0;
  const bulk = async () => {
    const lines = Array.from({ length: DOCUMENTS }, (_, at) => {
      const id = `fulldisk00000000-${String(stored + at).padStart(10, '0')}-x`;
      return `{"create":{"_id":"${id}"}}\n{"n":${stored + at},"text":"${id.repeat(10)}"}\n`;
    });
    const { status, body } = await ask('POST', '/full/_bulk', lines.join(''));
    if (status === 200 && body.errors === false) stored += DOCUMENTS;
    return { status, reason: body.error?.reason };
  };
  const count = async () => (await ask('GET', '/full/_count', '')).body.count;

  let last = await bulk();
  while (last.status === 200) last = await bulk();
  const again = await bulk();
  console.log(JSON.stringify({ ...last, again: again.status, stored, count: await count() }));
  await new Promise((resolve) => process.stdin.once('data', resolve));
  for (let at = 0; at < BULKS_AFTER; at++) await bulk();
  console.log(JSON.stringify({ stored, count: await count() }));
  await engine.close();
  process.exit(0);
}

await run(process.argv[2]!);
