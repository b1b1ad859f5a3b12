import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { renderBar } from '../demo/terminal.js';

/** Runs the demo without a terminal, on the build in dist/ (npm run build). */
async function runDemo(onOutput: (output: string, interrupt: () => void) => void = () => undefined) {
  const startMs = performance.now();
  const demo = spawn(process.execPath, ['--import', './scripts/ts.js', 'demo/main.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
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
  return { output, errors, exitCode, elapsedMs: performance.now() - startMs };
}

describe('npm run demo', () => {
  test('shows each scene in plain lines, in less than 20 s', async () => {
    const { output, errors, exitCode, elapsedMs } = await runDemo();
    expect({ errors, exitCode }).toEqual({ errors: '', exitCode: 0 });
    expect(elapsedMs).toBeLessThan(20_000);
    // eslint-disable-next-line no-control-regex
    expect(output).not.toMatch(/[\r\x1b█░]/);

    let from = 0;
    for (const line of [
      /^1 {2}Wait for an export and watch it$/m,
      /^ {3}0 % after 0\.0 s$/m,
      /^ {3}100 % after \d\.\d s$/m,
      /^ {3}→ an IExportAgentResponse, without a cast: agentUri is gs:\/\/demo-exports\/travel\.blob$/m,
      /^ {3}→ \d+ WaitOperation brought the end, \d+ GetOperation the progress$/m,
      /^ {3}→ one of them was answered UNAVAILABLE, and simply tried again$/m,
      /^ {3}→ OperationFailedError, PERMISSION_DENIED: /m,
      /^ {3}→ ErrorInfo: IAM_PERMISSION_DENIED, storage\.objects\.create on gs:\/\/demo-locked$/m,
      /^ {3}→ Help: .* https:/m,
      /^ {3}→ .* CANCELLED$/m,
      /^ {3}→ .* gs:\/\/demo-exports\/almost\.blob$/m,
      /^ {3}→ the wait ended \d+\.\d ms later, with the very reason: Error: time to go home$/m,
      /^ {3}→ .* no request is open, none was sent, and the export runs on$/m,
      /^ {3}→ process \d+ got gs:\/\/demo-exports\/overnight\.blob by \d+ GetOperation$/m,
      /^ {3}→ 5 operations on 3 pages/m,
      /^ {3}export-overnight +\d+ +\d+ +0 +gRPC, HTTP /m,
      /^ {3}→ \d+ calls in \d+\.\d s: 5 ExportAgent, \d+ WaitOperation, \d+ GetOperation, 2 CancelOperation, 3 ListOperations$/m,
    ]) {
      const rest = output.slice(from);
      expect(rest).toMatch(line);
      from += rest.search(line) + 1;
    }
  }, 30_000);

  test('stops at Ctrl-C', async () => {
    const { output, errors, exitCode } = await runDemo((text, interrupt) => {
      if (text.endsWith(' % after 0.0 s\n')) interrupt();
    });
    expect({ errors, exitCode }).toEqual({ errors: '', exitCode: 130 });
    expect(output).toMatch(/\n {3}Stopped\.\n$/);
  }, 30_000);
});

describe('renderBar()', () => {
  test('fits into the line', () => {
    for (let columns = 0; columns < 100; columns++) {
      for (const fraction of [-1, 0, 0.004, 0.5, 1, 2]) {
        expect(renderBar(fraction, columns).length).toBeLessThanOrEqual(Math.max(columns, '100 %'.length));
      }
    }
  });

  test('shows how much is done', () => {
    expect(renderBar(0.25, 14)).toBe('██░░░░░░  25 %');
    expect(renderBar(1, 200)).toBe(`${'█'.repeat(40)} 100 %`);
    expect(renderBar(0.5, 8)).toBe('50 %');
  });
});
