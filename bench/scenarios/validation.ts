/**
 * Validation of faultless records by everything a release asks, beside bare `JSON.parse` of the same bytes in the same run. Pure CPU: no node,
 * no database.
 */
import { releases, validateRecord } from '@huijiao/standard'
import { projectLine } from '../data.ts'
import type { Scenario } from '../scenario.ts'
import { type Figure, figure, median } from '../figures.ts'

const records = 2000
const at = new Date('2027-01-01T00:00:00Z')

/** Records a second of a function that handles one of them, over at least half a second. */
function perSecond(each: (index: number) => unknown): number {
  const from = performance.now()
  let done = 0
  while (performance.now() - from < 500) {
    for (let i = 0; i < records; i += 1) each(i)
    done += records
  }
  return (done * 1000) / (performance.now() - from)
}

/** @throws Error when a record of the sample has a problem: then something else would be measured */
function measureValidation(rounds: number): Figure {
  const release = releases.get('2018')
  const entity = release?.entities.get('TBProjectInfo')
  if (release === undefined || entity === undefined) throw new Error('release 2018 has no TBProjectInfo')
  const texts = Array.from({ length: records }, (_, i) => JSON.stringify((JSON.parse(projectLine(i)) as { data: object }).data))
  const data = texts.map((text) => JSON.parse(text) as Record<string, unknown>)
  const parse = () => perSecond((i) => JSON.parse(texts[i] as string))
  const validate = () =>
    perSecond((i) => {
      if (validateRecord(release, entity, data[i] as Record<string, unknown>, at).length > 0) throw new Error(`record ${i} has problems`)
    })
  parse()
  validate()
  const limits: number[] = []
  const values: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    limits.push(parse())
    values.push(validate())
  }
  return figure({
    id: 'validate_vs_json_parse',
    title: {
      zh: '校验：全部规则，对比同样字节的 JSON.parse',
      en: 'Validation by all rules, against bare JSON.parse of the same bytes',
    },
    value: median(values),
    unit: 'rec/s',
    limit: median(limits),
    goal: { kind: 'ratio-min', at: 0.25 },
    rounds: values,
  })
}

export const validation: Scenario = {
  name: 'validation',
  zh: '校验本身',
  en: 'Validation alone',
  run: async ({ rounds }) => [measureValidation(rounds)],
}
