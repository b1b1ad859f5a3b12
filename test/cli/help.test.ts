import { describe, expect, it } from '@jest/globals';
import { helpText } from '../../src/cli/help.js';
import { commandSpecs } from '../../src/cli/options.js';

describe('the help of the program', () => {
  it('names each command and fits 80 columns, apart from examples', () => {
    const [text] = helpText().split('\n\nExamples:');
    for (const command of commandSpecs) expect(text).toContain(`\n  ${command.name} `);
    expect(text!.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatch(/Exit status:\n {2}0/);
  });
});
