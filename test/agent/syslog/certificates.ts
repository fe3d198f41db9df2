import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { findProgram } from '../../lanes.ts';

const openssl = findProgram('openssl');

/** Why no certificates can be made here; false where they can. */
export const OPENSSL_SKIP = openssl === undefined ? 'no openssl' : false;

/** PEM files of an authority, and of a server and a client that it has signed, made in a folder. */
export function makeCertificates(folder: string) {
  const at = (name: string) => path.join(folder, name);
  const run = (...args: string[]) => execFileSync(openssl!, args, { stdio: 'ignore', cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  run('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority', '-days', '2');
  for (const name of ['server', 'client']) {
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
    run(
      'req',
      '-x509',
      ...key,
      ...names,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${name}.test`,
      '-days',
      '2',
    );
  }
  return {
    ca: at('ca.pem'),
    server: { cert: at('server.pem'), key: at('server.key') },
    client: { cert: at('client.pem'), key: at('client.key') },
  };
}
