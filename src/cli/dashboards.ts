import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { buildDashboards } from '../dashboards/build.ts';
import { pushDashboards } from '../dashboards/push.ts';
import { SHIPPED_DASHBOARDS } from './runtime.ts';

type BuildOptions = { source: string; out?: string };
type PushOptions = { source: string; url: string; username?: string };

export function define(command: Command): void {
  command
    .command('build')
    .description('make Kibana import files of *.dashboard.yaml')
    .option('--source <folder>', 'folder of *.dashboard.yaml', SHIPPED_DASHBOARDS)
    .option('--out <folder>', 'where the NDJSON files go (default: built/ in the source folder)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill dashboards build\n  $ logmill dashboards build --source my-dashboards --out /tmp',
    )
    .action(build);
  command
    .command('push')
    .description('import the dashboards into Kibana, replacing those of an earlier version')
    .requiredOption('--url <url>', 'address of Kibana, with its base path and space', process.env['LOGMILL_KIBANA_URL'])
    .option('--username <name>', 'user; the password comes from LOGMILL_KIBANA_PASSWORD')
    .option('--source <folder>', 'folder of *.dashboard.yaml', SHIPPED_DASHBOARDS)
    .addHelpText(
      'after',
      '\nSecrets come from the environment: LOGMILL_KIBANA_API_KEY, or LOGMILL_KIBANA_PASSWORD with --username.\n\nExample:\n  $ logmill dashboards push --url http://127.0.0.1:5601',
    )
    .action(push);
}

async function build({ source, out }: BuildOptions): Promise<void> {
  for (const { path: file, content } of await buildDashboards(path.resolve(source))) {
    const target = out === undefined ? file : path.join(path.resolve(out), path.basename(file));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
    process.stdout.write(`wrote ${target}\n`);
  }
}

async function push({ source, url, username }: PushOptions): Promise<void> {
  const built = await buildDashboards(path.resolve(source));
  const files = built.map(({ path: file, content }) => ({ name: path.basename(file, '.ndjson'), content }));
  const apiKey = process.env['LOGMILL_KIBANA_API_KEY'];
  const password = process.env['LOGMILL_KIBANA_PASSWORD'];
  const account = { ...(apiKey === undefined ? {} : { apiKey }), ...(username === undefined ? {} : { username }) };
  const target = { url, ...account, ...(password === undefined ? {} : { password }) };
  for (const { name, objects } of await pushDashboards(target, files)) {
    process.stdout.write(`imported ${name}: ${objects} objects\n`);
  }
}
