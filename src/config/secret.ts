import { readFileSync } from 'node:fs';
import { LogmillError } from '../errors.ts';
import type { SecretConfig } from './schema.ts';

/**
 * The secret itself: the text, or the trimmed content of its file. For use only where it is sent; never log it.
 * Read each time, so that a rotated secret is seen. Throws LogmillError CONFIG_SECRET_FILE.
 */
export function readSecret(secret: SecretConfig): string {
  if (typeof secret === 'string') return secret;
  let text: string;
  try {
    text = readFileSync(secret.file, 'utf8').trim();
  } catch (error) {
    const detail = (error as NodeJS.ErrnoException).code ?? 'unknown fault';
    throw new LogmillError('CONFIG_SECRET_FILE', { path: secret.file, detail }, {}, error);
  }
  if (text === '') throw new LogmillError('CONFIG_SECRET_FILE', { path: secret.file, detail: 'it is empty' });
  return text;
}
