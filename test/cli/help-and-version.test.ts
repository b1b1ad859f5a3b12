import { describe, expect, it } from '@jest/globals';
import { parseArguments } from '../../src/cli/parse.js';

describe('parseArguments()', () => {
  it.each([
    [['--version'], { kind: 'version' }],
    [['wait', '--version'], { kind: 'version' }],
    [['--help'], { kind: 'help', command: undefined }],
    [['-h'], { kind: 'help', command: undefined }],
    [['help'], { kind: 'help', command: undefined }],
    [['help', 'wait'], { kind: 'help', command: 'wait' }],
    [['wait', 'operations/1', '--help'], { kind: 'help', command: 'wait' }],
  ])('reads %j', (args, parsed) => {
    expect(parseArguments(args)).toEqual(parsed);
  });

  it.each([
    ['--timeout', '', /--timeout/],
    ['--timeout', 'soon', /90s, 30m or 1h30m/],
    ['--poll-every', '0x', /--poll-every/],
    ['--output', 'jsn', /did you mean 'json'/],
  ])('refuses %s=%s', (option, value, message) => {
    expect(() => parseArguments(['wait', 'a', `${option}=${value}`, '--service', 'speech.googleapis.com'])).toThrow(
      message,
    );
  });

  it('refuses the help of a command that does not exist', () => {
    expect(() => parseArguments(['help', 'wiat'])).toThrow("there is no command 'wiat': did you mean 'wait'?");
  });

  it.each([
    ["option '-t, --timeout <value>' argument missing", ['wait', 'a', '--timeout']],
    ["unknown option '-timeout'", ['wait', 'a', '-timeout']],
  ])('says that %s', (_, args) => {
    expect(() => parseArguments(args)).toThrow(/^(?:unknown )?option/);
  });
});
