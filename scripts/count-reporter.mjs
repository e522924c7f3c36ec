import { writeFileSync } from 'node:fs'

/**
 * A vitest reporter that writes `{passed, failed, skipped, failures}` to the file named by HUIJIAO_TEST_COUNTS; `failures` names each with
 * the first line of what went wrong. A file that could not be loaded and an error outside any test count as one failure each, so that
 * nothing can fail without being counted.
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: 0, skipped: 0, failures: [] }
    const failed = (where, errors) => {
      counts.failed += 1
      counts.failures.push(`${where}: ${firstLine(errors[0])}`)
    }
    for (const error of unhandledErrors) failed('outside any test', [error])
    for (const module of modules) {
      const file = module.relativeModuleId
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result()
        if (state === 'failed') failed(`${file} > ${test.fullName}`, errors)
        else counts[state === 'pending' ? 'skipped' : state] += 1
      }
      for (const error of module.errors()) failed(file, [error])
      for (const suite of module.children.allSuites()) for (const error of suite.errors()) failed(`${file} > ${suite.fullName}`, [error])
    }
    writeFileSync(process.env.HUIJIAO_TEST_COUNTS, JSON.stringify(counts))
  }
}

function firstLine(error) {
  return String(error?.message ?? error).split('\n', 1)[0]
}
