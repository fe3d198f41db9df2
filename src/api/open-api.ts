import type { SwaggerOptions } from '@fastify/swagger';
import type { FastifySchema } from 'fastify';

/** Options of the plugin that writes the OpenAPI document from the routes' schemas. */
export function openApiOptions(version: string, secured: boolean): SwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'logmill', version },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic' } },
      },
      security: secured ? [{ bearer: [] }, { basic: [] }] : [],
    },
    hideUntagged: true,
    transform: ({ schema, url }) => ({ schema: described(schema), url }),
  };
}

/**
 * The schema as callers see it. The server requires what has a default, because it fills it in first; callers may leave
 * it out.
 */
function described(schema: FastifySchema | undefined): FastifySchema {
  const { body, querystring, response, summary, ...others } = (schema ?? {}) as FastifySchema & { summary?: string };
  return {
    ...others,
    ...(summary === undefined ? {} : { summary }),
    ...(body === undefined ? {} : { body: optional(body) }),
    ...(querystring === undefined ? {} : { querystring: optional(querystring) }),
    ...(response === undefined ? {} : { response: withDescriptions(response as object, summary) }),
  } as FastifySchema;
}

/** A JSON Schema, and all those within, in which nothing with a default is required. */
function optional(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(optional);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, optional(value)]));
  const { properties, required } = copy as { properties?: Record<string, object>; required?: unknown };
  if (properties === undefined || !Array.isArray(required)) return copy;
  return { ...copy, required: required.filter((name: string) => !Object.hasOwn(properties[name] ?? {}, 'default')) };
}

function withDescriptions(response: object, summary: string | undefined): object {
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => [status, { description: summary, ...(schema as object) }]),
  );
}
