import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { escapeHtml, html } from '../../src/ui/html.ts';
import { renderFaultPage, renderPage } from '../../src/ui/page.ts';
import { ALL_HOSTILE, hostileText } from './hostile.ts';
import { modelOf } from './page-models.ts';

/** All of a document: a tag whose attributes are quoted or bare names, or text without any < or >. */
const PIECE = /<(\/?)([a-z][a-z0-9]*|!doctype)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*)\s*\/?>|([^<>]+)|([<>])/gy;
const ATTRIBUTE = /\s+([a-zA-Z][a-zA-Z0-9-]*)(?:="([^"]*)")?/gy;
const OUR_TAGS = new Set(tagsOf(renderPage(modelOf('harmless'))).map(({ name }) => name));
const OUR_ATTRIBUTES = new Set(
  tagsOf(renderPage(modelOf('harmless'))).flatMap(({ attributes }) => attributes.map(([name]) => name)),
);
const LINKS = new Set(['href', 'action', 'src', 'formaction']);

suite('what comes from logs', () => {
  test('never becomes a tag, an attribute or a link with a scheme of its own', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        checkDocument(renderPage(modelOf(text)));
        checkDocument(renderFaultPage(text, { message: text, help: text }));
      }),
      { numRuns: 150 },
    );
  });

  test('is all there, as text', () => {
    const page = renderPage(modelOf(ALL_HOSTILE));
    assert.ok(page.includes(`<td>${escapeHtml(ALL_HOSTILE)}</td>`));
    assert.ok(page.includes(`value="${escapeHtml(ALL_HOSTILE)}"`));
    assert.equal(page.includes(ALL_HOSTILE), false);
  });

  test('cannot make a runbook that runs', () => {
    const page = renderPage(modelOf('javascript:alert(1)'));
    assert.doesNotMatch(page, /href="javascript/i);
    assert.match(page, /runbook: javascript:alert\(1\)/);
  });
});

test('Escaping is undone by a browser to the same text, but for NUL, which no document may hold', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const escaped = escapeHtml(text);
      assert.doesNotMatch(escaped, /[<>"'\0]/);
      assert.equal(unescaped(escaped), text.replaceAll('\0', '\uFFFD'));
    }),
  );
});

test('A template shows nothing for undefined, null and false, and lists part by part', () => {
  assert.equal(
    html`<p>${undefined}${null}${false}${0}${['a<', html`<b>${'&'}</b>`]}</p>`.text,
    '<p>0a&lt;<b>&amp;</b></p>',
  );
});

function checkDocument(document: string): void {
  for (const { name, attributes } of tagsOf(document)) {
    assert.ok(OUR_TAGS.has(name), name);
    for (const [attribute, value] of attributes) {
      assert.ok(OUR_ATTRIBUTES.has(attribute) && attribute !== 'style' && !attribute.startsWith('on'), attribute);
      if (name === 'script') assert.ok(value === '/ui/app.js' || value === 'module');
      if (LINKS.has(attribute)) assert.match(unescaped(value), /^(?:\/(?!\/)|#|https?:\/\/)/);
    }
  }
}

function tagsOf(document: string): { name: string; attributes: [string, string][] }[] {
  const tags = [];
  for (const [piece, , name, attributes = '', , stray] of document.matchAll(PIECE)) {
    assert.equal(stray, undefined, `a stray ${piece}`);
    if (name !== undefined) tags.push({ name, attributes: attributesOf(attributes) });
  }
  return tags;
}

function attributesOf(text: string): [string, string][] {
  return [...text.matchAll(ATTRIBUTE)].map(([, name = '', value = '']) => [name, value]);
}

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name]!);
}
