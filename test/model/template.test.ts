import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileTemplate } from '../../src/model/template.ts';

describe('a template', () => {
  it('fills in placeholders and leaves other braces alone', () => {
    const template = compileTemplate('{{ group }}: {{value}} { {{ }} {{a b}}');
    assert.deepEqual(template.names, ['group', 'value']);
    assert.equal(template.render({ group: 'shop', value: '5' }), 'shop: 5 { {{ }} {{a b}}');
  });

  it('leaves a placeholder without a value empty', () => {
    assert.equal(compileTemplate('a{{ x }}b').render({}), 'ab');
  });

  it('never looks into values, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (value) => {
        assert.equal(compileTemplate('<{{ x }}>').render({ x: value, y: 'no' }), `<${value}>`);
        assert.equal(compileTemplate('<{{ x }}>').render({ x: `{{ y }}${value}`, y: 'no' }), `<{{ y }}${value}>`);
      }),
    );
  });

  it('cuts a value that would make the line endless', () => {
    assert.equal(compileTemplate('{{ x }}').render({ x: 'a'.repeat(10_000) }).length, 501);
  });
});
