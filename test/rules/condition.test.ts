import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatValue, parseCondition, type Quantity, quantityOfField } from '../../src/rules/condition.ts';

describe('when:', () => {
  const cases: readonly (readonly [string, Quantity, number])[] = [
    ['> 100', 'count', 100],
    ['>= 5%', 'share', 0.05],
    ['> 0.5 %', 'share', 0.005],
    ['>= 1s', 'ns', 1e9],
    ['> 250ms', 'us', 250_000],
    ['> 1.5s', 'ms', 1500],
    ['< 2m', 's', 120],
    ['> 10MB', 'bytes', 10 * 1024 ** 2],
    ['<= -3', 'number', -3],
    ['> 1000', 'ns', 1000],
  ];
  for (const [text, quantity, bound] of cases) {
    it(`reads "${text}" against ${quantity} as ${bound}`, () => {
      assert.equal(parseCondition(text, quantity).bound, bound);
    });
  }

  const faults: readonly (readonly [string, Quantity, RegExp])[] = [
    ['more than 5', 'count', /must be a comparison such as "> 100"/],
    ['> 5', 'share', /needs a percentage/],
    ['> 5%', 'count', /takes no percentage/],
    ['> 5s', 'number', /say in which unit the field is/],
    ['> 5s', 'count', /takes a plain number of events/],
    ['> 5MB', 'ns', /unknown unit/],
    ['> 5parsec', 'ns', /unknown unit/],
    ['== 5', 'count', /must be a comparison/],
  ];
  for (const [text, quantity, message] of faults) {
    it(`refuses "${text}" against ${quantity} and says what would be right`, () => {
      assert.throws(() => parseCondition(text, quantity), message);
    });
  }

  it('compares as it says, for every operator and value', () => {
    const operators = {
      '>': (a: number, b: number) => a > b,
      '>=': (a: number, b: number) => a >= b,
      '<': (a: number, b: number) => a < b,
      '<=': (a: number, b: number) => a <= b,
    };
    const operator = fc.constantFrom(...(Object.keys(operators) as (keyof typeof operators)[]));
    fc.assert(
      fc.property(
        operator,
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: -50, max: 50 }),
        (sign, bound, value) => {
          assert.equal(parseCondition(`${sign} ${bound}`, 'number').met(value), operators[sign](value, bound));
        },
      ),
    );
  });
});

describe('the unit of a field', () => {
  it('comes from ECS or from the end of its name', () => {
    const fields = {
      'event.duration': 'ns',
      'db.took_ms': 'ms',
      'http.response.body.bytes': 'bytes',
      'process.pid': 'number',
      items: 'number',
    };
    for (const [field, quantity] of Object.entries(fields)) assert.equal(quantityOfField(field), quantity, field);
  });
});

describe('a value for people', () => {
  it('carries its unit', () => {
    assert.equal(formatValue(0.0731, 'share'), '7.31%');
    assert.equal(formatValue(1_420_000_000, 'ns'), '1.42 s');
    assert.equal(formatValue(12_000_000, 'ns'), '12 ms');
    assert.equal(formatValue(12_000, 'ns'), '12 µs');
    assert.equal(formatValue(12_582_912, 'bytes'), '12 MB');
    assert.equal(formatValue(10_500, 'count'), '10500');
    assert.equal(formatValue(null, 'count'), 'no value');
  });
});
