import { writeFileSync } from 'node:fs'

/**
 * A vitest reporter that writes `{passed, failed, skipped}` to the file named by HUIJIAO_TEST_COUNTS. A file that could not be loaded and
 * an error outside any test count as one failure each, so that nothing can fail without being counted.
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        counts[state === 'pending' ? 'skipped' : state] += 1
      }
      counts.failed += module.errors().length
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
    }
    writeFileSync(process.env.HUIJIAO_TEST_COUNTS, JSON.stringify(counts))
  }
}
