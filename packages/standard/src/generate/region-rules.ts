import { digestText, sha256 } from '@huijiao/merkle'
import type { RegionRules } from '../model.ts'
import { buildRegions } from './region-table.ts'
import { readCsv, readRuling } from './sources.ts'

/** The bulk table of divisions as it is committed, one code a line. */
export function regionsText(): string {
  const { current, extra, former, ...head } = buildRegions()
  return joinObject({ ...head }, { current: lines(current), extra: lines(extra), former: lines(former) })
}

/** What a release says of divisions: the table by its digest, and the codes of `data/regions` with their basis. */
export function regionRules(): RegionRules {
  return {
    table: { digest: digestText(sha256(Buffer.from(regionsText()))), lists: buildRegions().sources.map((s) => `${s.package}: ${s.list}`) },
    levels: readRuling<Pick<RegionRules, 'levels'>>('regions.json').levels,
    succession: readCsv('regions/succession.csv').map((row) => ({
      code: row['code']!,
      successor: row['successor']!,
      ...(row['valid_to'] === '' ? {} : { validTo: row['valid_to']! }),
      basis: row['basis']!,
    })),
    registered: readCsv('regions/registered.csv').map((row) => ({
      code: row['code']!,
      nameZh: row['name_zh']!,
      kind: row['kind'] as 'zone' | 'corps' | 'made-up',
      parent: row['parent'] === '' ? null : row['parent']!,
      ...(row['successor'] === '' ? {} : { successor: row['successor']! }),
      basis: row['basis']!,
    })),
  }
}

function lines(rows: Readonly<Record<string, unknown>>): string {
  return `{\n${Object.entries(rows)
    .map(([key, row]) => `${JSON.stringify(key)}:${JSON.stringify(row)}`)
    .join(',\n')}\n}`
}

function joinObject(head: Record<string, unknown>, members: Record<string, string>): string {
  const body = Object.entries(members).map(([key, text]) => `${JSON.stringify(key)}:${text}`)
  return `${JSON.stringify(head).slice(0, -1)},\n${body.join(',\n')}}\n`
}
