import { expect, test } from 'vitest';
import { withAskerInAnswer, withAskerInRequest } from '../../../shared/mcp/who-asks.ts';

const inRequest = (text: string): string =>
  Buffer.from(withAskerInRequest(Buffer.from(text), 'billing')).toString('utf8');
const inAnswer = (text: string): string =>
  Buffer.from(withAskerInAnswer(Buffer.from(text), 'billing')).toString('utf8');

test('a question bears its backend; every other byte stays', () => {
  const before =
    ' {"params": {"message":"\\u0041ll?","n":1.0e2,"requestedSchema":{"message":"m"}},\n"method":"elicitation/create", "id":7}';
  expect(inRequest(before)).toBe(before.replace('\\u0041ll?', '[billing] \\u0041ll?'));
  const url =
    '{"method":"elicitation\\/create","params":{"mode":"url","message":"","url":"https://a.example"}}';
  expect(inRequest(url)).toBe(url.replace('"message":""', '"message":"[billing] "'));
});

test('of two messages the one that clients read is named', () => {
  expect(inRequest('{"method":"elicitation/create","params":{"message":"a","message":"b"}}')).toBe(
    '{"method":"elicitation/create","params":{"message":"a","message":"[billing] b"}}',
  );
});

test.each([
  '{"method":"sampling/createMessage","params":{"message":"a"}}',
  '{"method":"elicitation/create"}',
  '{"method":"elicitation/create","params":[{"message":"a"}]}',
  '{"method":"elicitation/create","params":{"message":7}}',
  '{"method":"elicitation/create","params":{"requestedSchema":{"message":"a"}}}',
])('what asks nobody in words stays as it is: %s', (text) => {
  expect(inRequest(text)).toBe(text);
});

test('the questions of one round are named each, other requests of the round are not', () => {
  const ask = (message: string): string =>
    `{"method":"elicitation/create","params":{"message":"${message}"}}`;
  const round = (first: string, second: string): string =>
    `{"result":{"inputRequests":{"a":${first},"b":{"method":"roots/list"},"c":${second},"d":7},"message":"m"}}`;
  expect(inAnswer(round(ask('one'), ask('two')))).toBe(round(ask('[billing] one'), ask('[billing] two')));
});

test('the addresses that a refused call names are named, too', () => {
  const refusal = (code: string, message: string): string =>
    `{"id":1,"error":{"code":${code},"message":"m","data":{"elicitations":[{"message":"${message}"},7]}}}`;
  expect(inAnswer(refusal('-32042', 'Pay?'))).toBe(refusal('-32042', '[billing] Pay?'));
  expect(inAnswer(refusal('-32000', 'Pay?'))).toBe(refusal('-32000', 'Pay?'));
});

test.each([
  '{"result":{"message":"m","inputRequests":[1]}}',
  '{"result":7}',
  '{"error":{"code":-32042}}',
  '{"result":{"inputRequests":{"a":{"method":broken}}}}',
  '',
])('an answer without questions stays as it is: %s', (text) => {
  expect(inAnswer(text)).toBe(text);
});
