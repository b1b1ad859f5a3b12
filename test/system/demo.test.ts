import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { renderBar } from '../../demo/terminal.js';

const root = new URL('../..', import.meta.url);
const command = ['--import', './scripts/ts.js', 'demo/main.ts'];

/** Runs the demo without a terminal, on the build in dist/ (npm run build). */
async function runDemo(onOutput: (output: string, interrupt: () => void) => void = () => undefined) {
  const demo = spawn(process.execPath, command, {
    cwd: fileURLToPath(root),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  demo.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  demo.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    onOutput(output, () => demo.kill('SIGINT'));
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    demo.once('error', reject);
    demo.once('close', resolve);
  });
  return { output, errors, exitCode };
}

describe('npm run demo', () => {
  test('runs the program that is tested here', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      scripts: { demo: string };
    };
    expect(scripts.demo).toBe(`npm run --silent build && node ${command.join(' ')}`);
  });

  test('prints each step in plain lines', async () => {
    const { output, errors, exitCode } = await runDemo();
    expect({ errors, exitCode }).toEqual({ errors: '', exitCode: 0 });
    // eslint-disable-next-line no-control-regex
    expect(output).not.toMatch(/[\r\x1b█░]/);

    let from = 0;
    for (const line of [
      /^1 {2}Wait for an export and show its progress$/m,
      /^ {3}\d+ % after \d+\.\d s$/m,
      /^ {3}100 % after \d\.\d s$/m,
      /^ {3}→ an IExportAgentResponse, without a cast: agentUri is gs:\/\/demo-exports\/travel\.blob$/m,
      /^ {3}→ \d+ WaitOperation returned the outcome, \d+ GetOperation the progress$/m,
      /^ {3}→ one GetOperation failed with UNAVAILABLE and was retried$/m,
      /^ {3}→ OperationFailedError, PERMISSION_DENIED: /m,
      /^ {3}→ ErrorInfo: IAM_PERMISSION_DENIED, storage\.objects\.create on gs:\/\/demo-locked$/m,
      /^ {3}→ Help: .* https:/m,
      /^ {3}→ .* CANCELLED$/m,
      /^ {3}→ .* gs:\/\/demo-exports\/almost\.blob$/m,
      /^ {3}→ promise\(\) rejected after \d+\.\d ms with the reason: Error: time to go home$/m,
      /^ {3}→ .* no request is open, none was sent, and the export is still running$/m,
      /^ {3}→ process \d+ got gs:\/\/demo-exports\/overnight\.blob after \d+ GetOperation$/m,
      /^ {3}→ 5 operations on 3 pages/m,
      /^ {3}export-overnight +\d+ +\d+ +0 +gRPC, HTTP /m,
      /^ {3}→ \d+ calls in \d+\.\d s: 5 ExportAgent, \d+ WaitOperation, \d+ GetOperation, 2 CancelOperation, 3 ListOperations$/m,
    ]) {
      const rest = output.slice(from);
      expect(rest).toMatch(line);
      from += rest.search(line) + 1;
    }
  }, 120_000);

  test('stops at Ctrl-C', async () => {
    const { output, errors, exitCode } = await runDemo((text, interrupt) => {
      if (/ % after \d+\.\d s\n$/.test(text)) interrupt();
    });
    expect({ errors, exitCode }).toEqual({ errors: '', exitCode: 130 });
    expect(output).toMatch(/\n {3}Stopped\.\n$/);
  }, 120_000);
});

describe('renderBar()', () => {
  test('fits into the columns', () => {
    for (let columns = 0; columns < 100; columns++) {
      for (const fraction of [-1, 0, 0.004, 0.5, 1, 2]) {
        expect(renderBar(fraction, columns).length).toBeLessThanOrEqual(Math.max(columns, '100 %'.length));
      }
    }
  });

  test('shows the percentage', () => {
    expect(renderBar(0.25, 14)).toBe('██░░░░░░  25 %');
    expect(renderBar(1, 200)).toBe(`${'█'.repeat(40)} 100 %`);
    expect(renderBar(0.5, 8)).toBe('50 %');
  });
});
