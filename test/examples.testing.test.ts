// The tests that docs/testing.md shows register themselves. They are apart because their hooks fake the time of a file.
import '../docs/examples/testing.js';
