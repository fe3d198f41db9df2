import { glob } from './dynamic-rules.ts';
import { asObject, type JsonObject, Mapping } from './mapping.ts';
import { EsError } from './route.ts';

/** Bodies as `PUT _index_template` and `PUT _component_template` take them. */
export type IndexTemplate = {
  readonly index_patterns: readonly string[];
  readonly priority?: number;
  readonly composed_of?: readonly string[];
  readonly template?: TemplateBody;
  readonly data_stream?: JsonObject;
  readonly version?: number;
  readonly _meta?: JsonObject;
};
export type ComponentTemplate = { readonly template: TemplateBody; readonly version?: number };
type TemplateBody = {
  readonly mappings?: JsonObject;
  readonly settings?: JsonObject;
  readonly aliases?: JsonObject;
  readonly lifecycle?: JsonObject;
};

export type Composed = { mappings: JsonObject; settings: JsonObject; aliases: JsonObject };

/** The template for a new index or stream: the highest priority whose pattern fits; undefined when none does. */
export function findTemplate(
  name: string,
  templates: ReadonlyMap<string, IndexTemplate>,
): { name: string; template: IndexTemplate } | undefined {
  let best: { name: string; template: IndexTemplate } | undefined;
  for (const [key, template] of templates) {
    if (!template.index_patterns.some((pattern) => glob(pattern).test(name))) continue;
    if (best === undefined || (template.priority ?? 0) > (best.template.priority ?? 0)) best = { name: key, template };
  }
  return best;
}

/** A template's mappings, settings and aliases with its components' underneath. Throws EsError 400 when one is missing. */
export function compose(
  template: IndexTemplate | undefined,
  components: ReadonlyMap<string, ComponentTemplate>,
): Composed {
  const parts: TemplateBody[] = (template?.composed_of ?? []).map((name) => {
    const component = components.get(name);
    if (component !== undefined) return component.template;
    throw invalid(`composable template specifies a component template [${name}] that does not exist`);
  });
  if (template?.template !== undefined) parts.push(template.template);
  const mapping = new Mapping();
  for (const part of parts) if (part.mappings !== undefined) mapping.merge(part.mappings);
  return {
    mappings: mapping.toBody(),
    settings: Object.assign({}, ...parts.map((part) => part.settings ?? {})) as JsonObject,
    aliases: Object.assign({}, ...parts.map((part) => part.aliases ?? {})) as JsonObject,
  };
}

/** Checks a body of `PUT _index_template`. Throws EsError 400. */
export function checkIndexTemplate(
  body: unknown,
  components: ReadonlyMap<string, ComponentTemplate>,
  others: ReadonlyMap<string, IndexTemplate>,
  name: string,
): IndexTemplate {
  const template = asObject(body, 'index template') as JsonObject & IndexTemplate;
  const patterns = typeof template.index_patterns === 'string' ? [template.index_patterns] : template.index_patterns;
  if (!Array.isArray(patterns) || patterns.length === 0) {
    throw invalid(`index template [${name}] must have at least one index pattern`);
  }
  const checked = { ...template, index_patterns: patterns.map(String) };
  const same = [...others].find(
    ([other, { index_patterns: theirs, priority }]) =>
      other !== name &&
      (priority ?? 0) === (checked.priority ?? 0) &&
      theirs.some((pattern) => checked.index_patterns.includes(pattern)),
  );
  if (same !== undefined) {
    const priority = checked.priority ?? 0;
    throw invalid(
      `index template [${name}] has index patterns [${checked.index_patterns.join(', ')}] matching patterns from existing templates [${same[0]}] with the same priority [${priority}], multiple index templates may not match during index creation, please use a different priority`,
    );
  }
  compose(checked, components);
  return checked;
}

function invalid(reason: string): EsError {
  return new EsError(400, 'illegal_argument_exception', reason);
}
