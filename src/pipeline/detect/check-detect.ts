import { keyOf } from '../../config/schema-check.ts';
import type { Checked } from '../../config/yaml-file.ts';
import { LogmillError } from '../../errors.ts';
import type { Detect } from './signature.ts';

/** The patterns of a signature that are no regexes. */
export function detectFaults(
  detect: Detect | undefined,
  locate: Checked<unknown>['locate'],
  page: string,
): LogmillError[] {
  return (detect?.lines ?? []).flatMap((pattern, index) => {
    const path = ['detect', 'lines', index];
    try {
      new RegExp(pattern);
      return [];
    } catch (error) {
      const params = { key: keyOf(path), detail: `is no regex: ${(error as Error).message}`, page };
      return [new LogmillError('CONFIG_INVALID', params, locate(path), error)];
    }
  });
}
