/** Counts a test run and names what was left out, in the file that `TEST_COUNTS_FILE` names, for scripts/test.mjs. */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** What was left out, one line for each group with the same reason. */
  skips: string[];
  /** Files that could not be loaded, and errors outside any test. Each is counted as failed. */
  errors: string[];
}

export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    const file = process.env['TEST_COUNTS_FILE'];
    if (!file) return;
    writeFileSync(file, JSON.stringify(count(modules, unhandled)));
  }
}

function count(modules: readonly TestModule[], unhandled: readonly { message: string }[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, skips: [], errors: unhandled.map(({ message }) => message) };
  const skips = new Map<string, number>();
  for (const module of modules) {
    for (const error of module.errors()) counts.errors.push(`${module.relativeModuleId}: ${error.message}`);
    for (const suite of module.children.allSuites()) {
      for (const error of suite.errors()) counts.errors.push(`${module.relativeModuleId} > ${suite.fullName}: ${error.message}`);
    }
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') counts.passed += 1;
      else if (result.state === 'skipped') {
        counts.skipped += 1;
        const group = skipGroup(module, test, result.note);
        skips.set(group, (skips.get(group) ?? 0) + 1);
      } else counts.failed += 1;
    }
  }
  // Tests whose `beforeAll` failed were never run: the error stands for them.
  counts.failed += counts.errors.length;
  counts.skips = [...skips].map(([group, tests]) => (tests === 1 ? group : `${group}: ${tests} tests`));
  return counts;
}

/** A test that was skipped with its suite is told with the suite, whose title says why. */
function skipGroup(module: TestModule, test: TestCase, note: string | undefined): string {
  let named: TestCase | TestSuite = test;
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) {
    if (parent.options.mode === 'skip') named = parent;
  }
  return `${module.relativeModuleId} > ${named.fullName}${note ? ` (${note})` : ''}`;
}
