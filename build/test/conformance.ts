// `npm run test:conformance`: the conformance suite against our everything server alone, and behind the gateway over
// HTTP and over stdio. Nothing is expected to fail. `--only <word>` runs the settings whose name holds the word.

import { runSuite, summaryOf } from '../../test/conformance/run-suite.ts';
import {
  startAlone,
  startBehindHttp,
  startBehindStdio,
  type UnderTest,
} from '../../test/conformance/settings.ts';
import { LEGACY, MODERN, STABLE, type Suite } from '../../test/conformance/suites.ts';
import { writeTally } from './tally.ts';

interface Setting {
  readonly name: string;
  readonly start: () => Promise<UnderTest>;
  readonly suites: readonly Suite[];
}

const SETTINGS: readonly Setting[] = [
  { name: 'server alone', start: startAlone, suites: [LEGACY, MODERN, STABLE] },
  { name: 'gateway, backend over HTTP', start: startBehindHttp, suites: [LEGACY, MODERN, STABLE] },
  { name: 'gateway, backend over stdio', start: startBehindStdio, suites: [LEGACY, MODERN, STABLE] },
];

const word = process.argv[2] === '--only' ? (process.argv[3] ?? '') : '';
const failed: string[] = [];
let ran = 0;
for (const { name, start, suites } of SETTINGS.filter((setting) => setting.name.includes(word))) {
  await using server = await start();
  for (const suite of suites) {
    const outcome = await runSuite(suite, server.url);
    ran++;
    if (!outcome.passed) failed.push(`${name}: ${suite.name}`);
    process.stdout.write(
      `${outcome.passed ? 'ok    ' : 'FAILED'} ${name}: ${suite.name}: ${outcome.total}\n`,
    );
    if (!outcome.passed) process.stdout.write(summaryOf(outcome));
  }
}
process.stdout.write(`conformance: ${ran - failed.length} of ${ran} runs passed\n`);
writeTally({ passed: ran - failed.length, failed, skipped: 0 });
process.exitCode = failed.length === 0 && ran > 0 ? 0 : 1;
