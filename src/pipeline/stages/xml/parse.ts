import { createRequire } from 'node:module';
import type { X2jOptions } from 'fast-xml-parser';
import type { JsonValue } from '../../../model/event.ts';
import type { JsonObject } from '../json/parse.ts';

/** Where attributes and text of an element stand in the tree, as converters of Windows' events have them. */
const ATTRIBUTES = '#attributes';
const TEXT = '#text';
const DEEPEST = 60;

/**
 * Makes the reader of a text that is one XML element; undefined for any other text. A document type is refused: it may define
 * entities that grow. The parser is loaded here, because few pipelines need it.
 * @param lists names of elements that are lists even where they stand alone.
 */
export function createXmlReader(lists: readonly string[]): (text: string) => JsonObject | undefined {
  const load = createRequire(import.meta.url);
  const { XMLParser, XMLValidator } = load('fast-xml-parser') as typeof import('fast-xml-parser');
  let hasGuarded = false;
  const guardedName = (name: string): string => {
    if (!(name in Object.prototype || name === 'prototype')) return name;
    hasGuarded = true;
    return GUARD + name;
  };
  const options: X2jOptions = {
    attributeNamePrefix: '',
    attributesGroupName: ATTRIBUTES,
    // Names of characters, and their numbers.
    htmlEntities: true,
    ignoreAttributes: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    isArray: (name) => lists.includes(name),
    maxNestedTags: DEEPEST,
    parseAttributeValue: false,
    parseTagValue: false,
    processEntities: { enabled: true, maxExpandedLength: Number.POSITIVE_INFINITY },
    removeNSPrefix: true,
    textNodeName: TEXT,
    // The parser renames or refuses what objects of JavaScript have.
    transformAttributeName: guardedName,
    transformTagName: guardedName,
  };
  const parser = new XMLParser(options);
  return (text) => {
    const trimmed = text.trim();
    if (!trimmed.startsWith('<') || !trimmed.endsWith('>')) return undefined;
    // A page in a CDATA section may have one; one of the text itself makes it no XML now.
    const guarded = trimmed.replace(DOCUMENT_TYPE, GUARDED);
    hasGuarded = false;
    try {
      if (XMLValidator.validate(guarded) !== true) return undefined;
      const tree = parser.parse(guarded) as JsonObject;
      if (Object.keys(tree).length !== 1) return undefined;
      return guarded === trimmed && !hasGuarded ? tree : (unguarded(tree) as JsonObject);
    } catch {
      return undefined;
    }
  };
}

const DOCUMENT_TYPE = /<!(?=DOCTYPE|ENTITY)/gi;
/** A character without a meaning of its own. */
const GUARD = '\ue000';
/** It stands between the two that begin a document type: then it is none for a parser. */
const GUARDED = `<${GUARD}!`;

/** The tree with the document types of texts, and the names, as they were. */
function unguarded(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.replaceAll(GUARDED, '<!');
  if (Array.isArray(value)) return value.map(unguarded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name.startsWith(GUARD) ? name.slice(1) : name, unguarded(part)]),
  );
}

/**
 * The content of an element as an object: attributes and elements by their names, a text beside them as `text`, elements of
 * the same name as a list.
 */
export function contentOf(element: JsonValue): JsonValue {
  if (Array.isArray(element)) return element.map(contentOf);
  if (typeof element !== 'object' || element === null) return element;
  const { [ATTRIBUTES]: attributes, [TEXT]: text, ...children } = element as Record<string, JsonValue>;
  const parts: [string, JsonValue][] = [
    ...Object.entries((attributes ?? {}) as JsonObject).filter(([name]) => name !== 'xmlns'),
    ...Object.entries(children).map(([name, child]): [string, JsonValue] => [name, contentOf(child)]),
  ];
  if (parts.length === 0) return text ?? '';
  if (text !== undefined && text !== '') parts.push(['text', text]);
  const content: Record<string, JsonValue> = {};
  for (const [name, value] of parts) {
    const present = Object.hasOwn(content, name) ? content[name] : undefined;
    // An assignment would set the prototype.
    if (name === '__proto__') Object.defineProperty(content, name, { value, enumerable: true });
    else if (present === undefined) content[name] = value;
    else content[name] = Array.isArray(present) ? [...present, value] : [present, value];
  }
  return content;
}
