import { type AsnResponse, type CityResponse, Reader } from 'mmdb-lib';
import type { JsonValue } from '../../../model/event.ts';

/** A MaxMind DB, as `Reader` has it. */
export type Database<Record extends CityResponse | AsnResponse> = { readonly find: (ip: string) => Record | undefined };

/** Fields and values, with the names that come after `source.`. */
export type Facts = readonly (readonly [field: string, value: JsonValue])[];

/** Makes the function that opens a file whose records are of a kind. Throws Error for a file of another kind. */
export function opener<Record extends CityResponse | AsnResponse>(kind: RegExp): (content: Buffer) => Database<Record> {
  return (content) => {
    const reader = new Reader<Record>(content);
    const { databaseType, searchTreeSize } = reader.metadata;
    if (!kind.test(databaseType)) throw new Error(`it is a database of another kind: ${databaseType}`);
    if (searchTreeSize > content.length) throw new Error('it is cut off');
    return { find: (ip) => reader.get(ip) ?? undefined };
  };
}

export const openPlaces = opener<CityResponse>(/City|Country|Enterprise|Insights/);
export const openNetworks = opener<AsnResponse>(/ASN|ISP/);

/** The place as ECS has it. @param language of names; where there is none in it the English one. */
export function placeFacts(record: CityResponse, language: string): Facts {
  const { city, continent, country, location, postal, subdivisions } = record;
  const region = subdivisions?.at(-1);
  const point =
    location?.latitude === undefined || location.longitude === undefined
      ? undefined
      : { lat: location.latitude, lon: location.longitude };
  return present([
    ['geo.continent_code', continent?.code],
    ['geo.continent_name', nameIn(continent, language)],
    ['geo.country_iso_code', country?.iso_code],
    ['geo.country_name', nameIn(country, language)],
    [
      'geo.region_iso_code',
      country?.iso_code === undefined || region?.iso_code === undefined
        ? undefined
        : `${country.iso_code}-${region.iso_code}`,
    ],
    ['geo.region_name', nameIn(region, language)],
    ['geo.city_name', nameIn(city, language)],
    ['geo.postal_code', postal?.code],
    ['geo.timezone', location?.time_zone],
    ['geo.location', point],
  ]);
}

/** Who runs the network, as ECS has it. */
export function networkFacts(record: AsnResponse): Facts {
  return present([
    ['as.number', record.autonomous_system_number],
    ['as.organization.name', record.autonomous_system_organization],
  ]);
}

function nameIn(place: { readonly names?: object } | undefined, language: string): string | undefined {
  const names = (place?.names ?? {}) as Readonly<Record<string, string>>;
  return names[language] ?? names['en'];
}

function present(facts: readonly (readonly [string, JsonValue | undefined])[]): Facts {
  return facts.filter((fact): fact is [string, JsonValue] => fact[1] !== undefined);
}
