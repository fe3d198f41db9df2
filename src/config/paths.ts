import path from 'node:path';
import type { Config, InputConfig, SecretConfig } from './schema.ts';

/** Makes every path of a configuration absolute; relative ones count from the folder of the file they stand in. */
export function resolvePaths(config: Config, folder: string): Config {
  const at = (name: string) => path.resolve(folder, name);
  const { elasticsearch } = config.store;
  return {
    ...config,
    data: at(config.data),
    http: { ...config.http, tokens: config.http.tokens.map((token) => secretAt(token, at)) },
    store: elasticsearch === undefined ? config.store : { elasticsearch: connectionAt(elasticsearch, at) },
    inputs: config.inputs.map((input) => inputAt(input, at)),
    pipelines: config.pipelines.map(at),
    rules: config.rules.map(at),
    ...(config.notify === undefined ? {} : { notify: at(config.notify) }),
  };
}

type Resolve = (name: string) => string;
type Connection = NonNullable<Config['store']['elasticsearch']>;

function secretAt(secret: SecretConfig, at: Resolve): SecretConfig {
  return typeof secret === 'string' ? secret : { file: at(secret.file) };
}

function connectionAt(connection: Connection, at: Resolve): Connection {
  const { apiKey, password, caFile } = connection;
  return {
    ...connection,
    ...(apiKey === undefined ? {} : { apiKey: secretAt(apiKey, at) }),
    ...(password === undefined ? {} : { password: secretAt(password, at) }),
    ...(caFile === undefined ? {} : { caFile: at(caFile) }),
  };
}

function tlsAt<T extends { cert: string; key: string; ca?: string }>(tls: T, at: Resolve): T {
  return { ...tls, cert: at(tls.cert), key: at(tls.key), ...(tls.ca === undefined ? {} : { ca: at(tls.ca) }) };
}

function inputAt(input: InputConfig, at: Resolve): InputConfig {
  const { files, exclude, rotate, syslog } = input;
  return {
    ...input,
    ...(syslog?.tls === undefined ? {} : { syslog: { ...syslog, tls: tlsAt(syslog.tls, at) } }),
    ...(files === undefined ? {} : { files: files.map(at) }),
    ...(rotate?.signal === undefined
      ? {}
      : { rotate: { ...rotate, signal: { ...rotate.signal, pid_file: at(rotate.signal.pid_file) } } }),
    // A name without a folder leaves out such files wherever they are.
    ...(exclude === undefined
      ? {}
      : { exclude: exclude.map((name) => (name.includes('/') ? at(name) : path.join('**', name))) }),
  };
}
