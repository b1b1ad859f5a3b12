// In the gate the property tests draw the same each time, so that it says the same of the same code twice. Elsewhere they
// draw anew each time, and find what they had not before. Not a setup file: most tests do without, and it takes long to load.
import fc from 'fast-check';

if (process.env.CI !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_260_101 });

export { fc };
