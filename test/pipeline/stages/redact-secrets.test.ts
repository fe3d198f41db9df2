import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LogmillError } from '../../../src/errors.ts';
import { present, runnerOf } from '../stage-context.ts';

const SECRET = 'Xq7Zk2Lw9Vb4Nt6R';
const run = runnerOf('redact-secrets');

function redacted(message: string): string {
  return String(present(run({ message }))['message']);
}

test('secrets inside texts are replaced and the words around them stay', () => {
  const texts = [
    `login password=${SECRET} ok`,
    `{"password":"${SECRET}","a":1} ok`,
    `Authorization: Bearer ${SECRET} ok`,
    `authorization: Basic ${SECRET}== ok`,
    `curl -H "X: Bearer ${SECRET}" ok`,
    `api_key: ${SECRET} ok`,
    `client_secret = '${SECRET}' ok`,
    `GET /x?access_token=${SECRET}&b=1 ok`,
    `postgres://bob:${SECRET}@db/x ok`,
    `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY----- ok`,
    `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx${SECRET}.${SECRET} ok`,
    `aws AKIA${SECRET.toUpperCase()} ok`,
    `password: "two words ${SECRET}, and" ok`,
    `passphrase='it is ${SECRET}' ok`,
    `CREATE ROLE a ENCRYPTED PASSWORD '${SECRET}' ok`,
    `SET PASSWORD FOR 'bob'@'%' = PASSWORD('${SECRET}') ok`,
    `{"password":"a\\"b ${SECRET}"} ok`,
    `{"body":"{\\"password\\":\\"${SECRET}\\"}"} ok`,
    `github_pat_11ABCDEFG_${SECRET} ok`,
    `glpat-abcdefg${SECRET} ok`,
    `AIza${SECRET}${SECRET}abc ok`,
    `sk_test_${SECRET} ok`,
    `SG.${SECRET}.${SECRET} ok`,
    `Parameters: {"user"=>"bob", "password"=>"${SECRET}"} ok`,
    `{:api_key => '${SECRET}'} ok`,
    `<soap:Body><ns:password>${SECRET}</ns:password></soap:Body> ok`,
    `<db-password type="text">${SECRET}</db-password> ok`,
    `COMMAND=/usr/bin/mysql --password ${SECRET} ok`,
    `vault --client-token ${SECRET} ok`,
  ];
  for (const text of texts) {
    const clean = redacted(text);
    assert.ok(!clean.toLowerCase().includes(SECRET.toLowerCase()), clean);
    assert.ok(clean.includes('[REDACTED]') && clean.endsWith(' ok'), clean);
  }
});

test('values under secret names go whole, however deep and of whatever type', () => {
  const event = present(
    run({
      'json.db.password': SECRET,
      'json.api-key': 12345,
      'json.list': [{ token: SECRET, b: 1 }],
      'json.X-Auth-Token': SECRET,
      'json.db_password': SECRET,
      'json.MYSQL_ROOT_PASSWORD': SECRET,
      'json.apiSecret': SECRET,
      'json.userToken': SECRET,
      'json.auth.pass': SECRET,
      'json.req.cookies.sid': SECRET,
    }),
  );
  assert.deepEqual(event, {
    'json.db.password': '[REDACTED]',
    'json.api-key': '[REDACTED]',
    'json.list': [{ token: '[REDACTED]', b: 1 }],
    'json.X-Auth-Token': '[REDACTED]',
    'json.db_password': '[REDACTED]',
    'json.MYSQL_ROOT_PASSWORD': '[REDACTED]',
    'json.apiSecret': '[REDACTED]',
    'json.userToken': '[REDACTED]',
    'json.auth.pass': '[REDACTED]',
    'json.req.cookies.sid': '[REDACTED]',
  });
});

test('a value under a secret name is taken out of texts beside it, a short word out of the line alone', () => {
  const event = { 'json.cookie': `sid=${SECRET}`, 'json.token': 'admin', message: `admin sent sid=${SECRET}` };
  assert.deepEqual(present(run({ ...event })), {
    'json.cookie': '[REDACTED]',
    'json.token': '[REDACTED]',
    message: 'admin sent [REDACTED]',
  });
  const line = '{"token":"admin","by":"admin"}';
  const ofLine = runnerOf('redact-secrets', {}, { line: () => line });
  for (const message of [line, undefined]) {
    const read = present(ofLine({ 'json.token': 'admin', ...(message === undefined ? {} : { message }) }));
    assert.equal(read['message'], '{"token":"[REDACTED]","by":"[REDACTED]"}');
  }
});

test('ordinary texts and names are left alone', () => {
  for (const message of [
    'password changed for bob',
    "password for user 'bob' is wrong",
    'tokens: 7 left',
    'secretary of state',
    'user passed',
    'see https://a/b@c',
    'usage: login --password --token FILE',
    '<token/> and <password></password>',
    'password <= 8 characters',
    'User [bob] has logged in using basic provider',
    'RequestHeader(apiKey=PRODUCE, apiVersion=9, clientId=x)',
    "Access denied for user 'root'@'localhost' (using password: YES)",
  ]) {
    assert.equal(redacted(message), message);
  }
  const harmless = {
    'json.author': 'x',
    'json.passenger': 'y',
    'json.tokens': 3,
    'json.nextPageToken': 'abc',
    'json.client_token': 'abc',
    'json.secretName': 'db',
    'json.OLDPWD': '/srv',
  };
  assert.deepEqual(present(run({ ...harmless })), harmless);
});

test('a password that begins like a yes or a no is one', () => {
  assert.equal(redacted('password=no-really, token: true1'), 'password=[REDACTED], token: [REDACTED]');
});

test('the line that a document has as its message where no stage left one is searched', () => {
  const line = `{"request_uri":"/x?access_token=${SECRET}"}`;
  const event = { 'url.original': `/x?access_token=${SECRET}` };
  assert.deepEqual(present(runnerOf('redact-secrets', {}, { line: () => line })(event)), {
    'url.original': '/x?access_token=[REDACTED]',
    message: '{"request_uri":"/x?access_token=[REDACTED]"}',
  });
});

test('what a message says of its parts holds: a secret is found wherever it stands', () => {
  const word = fc.constantFrom('password=', SECRET, ' ', 'GET /x', 'token: ', '"', 'https://a:', '@b', 'plain text');
  const texts = fc.array(
    fc.array(word).map((words) => words.join('')),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(texts, fc.nat(40), fc.nat(40), ([message = '', ...others], from, length) => {
      const event = Object.fromEntries(others.map((text, at) => [`x.n${at}`, text]));
      const part = message.slice(from, from + length);
      const alone = [part, ...others].map((text) => present(run({ a: text }))['a']);
      const together = present(run({ message, 'x.part': part, ...event }));
      assert.deepEqual([together['x.part'], ...others.map((_, at) => together[`x.n${at}`])], alone);
    }),
  );
});

test('own names and patterns are taken into account', () => {
  const own = runnerOf('redact-secrets', { fields: ['iban'], patterns: ['K-\\d{6}'], replacement: '***' });
  assert.deepEqual(present(own({ message: 'card K-123456', 'json.iban': 'DE1' })), {
    message: 'card ***',
    'json.iban': '***',
  });
  assert.throws(() => runnerOf('redact-secrets', { patterns: ['('] }), LogmillError);
});

test('redacting twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('password=', 'Bearer ', '://u:', 'token: '), (text, mark) => {
      const once = redacted(`${text}${mark}${text}`);
      assert.equal(redacted(once), once);
    }),
  );
});
