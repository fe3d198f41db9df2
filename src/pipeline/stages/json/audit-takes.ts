import type { JsonValue } from '../../../model/event.ts';
import { setSource, setUrl } from '../http/fields.ts';
import { fit } from './ecs.ts';
import { keep, type Take } from './mapper.ts';

/** Fills an ECS field that is still free, and leaves the key itself under the product: rules ask for it by both names. */
export function also(...fields: readonly string[]): Take {
  return ({ event }, value) => {
    const first = Array.isArray(value) ? (value[0] as JsonValue | undefined) : value;
    if (typeof first !== 'string' && typeof first !== 'number') return false;
    if (first === '') return false;
    for (const field of fields) event[field] ??= String(first);
    return false;
  };
}

/** The same for a number. */
export function alsoNumber(field: string): Take {
  return ({ event }, value) => {
    const fitted = fit(value, 'long');
    if (fitted !== undefined) event[field] ??= fitted;
    return false;
  };
}

/** An address, or the first of several, also in one text (`203.0.113.9, 10.0.0.2`); the others stay under the product. */
export const alsoSource: Take = ({ event }, value) => {
  const first = Array.isArray(value) ? (value[0] as JsonValue | undefined) : value;
  if (typeof first !== 'string' || event['source.address'] !== undefined) return false;
  const address = first.split(',', 1)[0]!.trim();
  if (address !== '') setSource(event, address);
  return false;
};

export const takeUrl: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '' || event['url.original'] !== undefined) return false;
  setUrl(event, value);
  return true;
};

/** Objects whose keys are anybody's: as text, since their fields would fill a mapping and contradict each other. */
export const asText: Take = ({ event, own }, value) => {
  if (typeof value !== 'object' || value === null) return false;
  keep(event, own, JSON.stringify(value));
  return true;
};
