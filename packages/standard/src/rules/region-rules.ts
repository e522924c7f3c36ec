import type { FixOperation } from '@huijiao/problem'
import type { Entity, Release } from '../model.ts'
import { regionIndex } from '../regions.ts'
import { type Data, pointerOf } from '../validate/subject.ts'
import { type Findings, hasFields, report, type Rule, type RuleMaker } from './rule.ts'

type Triple = readonly [string, string, string]

/** Province, city and county stand in fields of these names; a conduct form has the company's seat and, with `Happen`, the place. */
function triples(entity: Entity): Triple[] {
  return ['', 'Happen']
    .map((prefix): Triple => [`${prefix}ProvinceNum`, `${prefix}CityNum`, `${prefix}CountyNum`])
    .filter((codes) => hasFields(entity, ...codes))
}

function samePrefix(a: string, b: string, length: number): boolean {
  for (let i = 0; i < length; i++) if (a.charCodeAt(i) !== b.charCodeAt(i)) return false
  return true
}

/** The first six digits of the project number, when they are a region. */
function numberRegion(data: Data): string | null {
  const number = data['PrjNum']
  if (typeof number !== 'string' || !/^\d{16}/.test(number)) return null
  const code = number.slice(0, 6)
  return regionIndex.isValid(code) ? code : null
}

/** The county lies in the city, and the city in the province; a city may have been renumbered since. */
export const regionNesting: RuleMaker = (release, entity) => {
  const rules = triples(entity).map((codes) => nestingOf(release, entity, codes))
  if (rules.length === 0) return null
  return rules.length === 1 ? rules[0]! : (data, at, findings) => rules.forEach((rule) => rule(data, at, findings))
}

function nestingOf(release: Release, entity: Entity, codes: Triple): Rule {
  const [provinceField, cityField, countyField] = codes
  return (data, _at, findings) => {
    const province = data[provinceField]
    const city = data[cityField]
    const county = data[countyField]
    if (typeof province !== 'string' || typeof city !== 'string' || typeof county !== 'string') return
    if (province.length === 6 && samePrefix(county, city, 4) && samePrefix(city, province, 2)) return
    if (findings.bad.has(provinceField) || findings.bad.has(cityField) || findings.bad.has(countyField)) return
    judge(release, entity, data, findings, codes, [province, city, county])
  }
}

function judge(
  release: Release,
  entity: Entity,
  data: Data,
  findings: Findings,
  [provinceField, cityField, countyField]: Triple,
  [province, city, county]: Triple,
): void {
  const countyFits = regionIndex.within(county, city)
  const cityFits = regionIndex.within(city, province)
  if (countyFits && cityFits) return
  const common = { code: 'region-not-nested', rule: 'region.nesting', basis: 'GB/T 2260' } as const
  if (!countyFits) {
    const number = numberRegion(data)
    const fix = nestingFix(number, province, city, county, cityField, countyField)
    report(release, entity, data, findings, countyField, {
      ...common,
      allowed: `${city} 所辖区县`,
      detail: { zh: `${county} 不属于 ${city}`, en: `${county} is not in ${city}` },
      ...(number === null ? {} : { hint: { zh: `PrjNum 前六位为 ${number}`, en: `PrjNum begins with ${number}` } }),
      ...(fix === null ? {} : { fix: [fix] }),
    })
    return
  }
  const right = `${city.slice(0, 2)}0000`
  report(release, entity, data, findings, provinceField, {
    ...common,
    detail: { zh: `城市 ${city} 不属于 ${province}`, en: `City ${city} is not in ${province}` },
    hint: { zh: `${city} 属于 ${right} ${regionIndex.nameOf(right) ?? ''}`, en: `${city} belongs to ${right}` },
    fix: [{ op: 'replace', path: pointerOf(provinceField), value: right }],
  })
}

/** Where the number names a county of the city, the county was mistyped; where it agrees with the county, the city was. */
function nestingFix(
  number: string | null,
  province: string,
  city: string,
  county: string,
  cityField: string,
  countyField: string,
): FixOperation | null {
  if (number === null) return null
  if (regionIndex.isOfLevel(number, 'county') && regionIndex.within(number, city))
    return { op: 'replace', path: pointerOf(countyField), value: number }
  const parent = regionIndex.parentOf(county)
  const agrees = regionIndex.within(county, number) && parent !== null && regionIndex.within(parent, province)
  return agrees ? { op: 'replace', path: pointerOf(cityField), value: parent } : null
}

/** The region in the project number is the project's county, or an authority above it, or a zone of the same city. */
export const numberRegionAgrees: RuleMaker = (release, entity) => {
  if (entity.code !== 'TBProjectInfo') return null
  return (data, _at, findings) => {
    const number = data['PrjNum']
    const county = data['CountyNum']
    const city = data['CityNum']
    if (typeof number !== 'string' || typeof county !== 'string' || typeof city !== 'string') return
    if (samePrefix(number, county, 6)) return
    if (findings.bad.has('PrjNum') || findings.bad.has('CountyNum') || findings.bad.has('CityNum')) return
    const code = number.slice(0, 6)
    const known = regionIndex.isValid(code)
    if (known && (regionIndex.within(county, code) || (sharesZone(code, county) && regionIndex.within(code, city)))) return
    report(release, entity, data, findings, 'PrjNum', {
      code: 'number-region-mismatch',
      rule: 'number.region',
      basis: 'RULES.md 1.1',
      allowed: `${county}，或其上级区划`,
      detail: known
        ? {
            zh: `编号前六位 ${code} ${regionIndex.nameOf(code)} 与区县 ${county} ${regionIndex.nameOf(county) ?? ''} 不一致`,
            en: `The number begins with ${code}, the county is ${county}`,
          }
        : { zh: `编号前六位 ${code} 不是已知的行政区划代码`, en: `The number begins with ${code}, which is no known region` },
    })
  }
}

function sharesZone(a: string, b: string): boolean {
  return regionIndex.isZone(a) || regionIndex.isZone(b)
}

/** An abolished code is right for a record of its time; the project number tells the time. */
export const regionAbolished: RuleMaker = (release, entity) => {
  const fields = entity.fields.filter((field) => field.kind === 'region').map((field) => field.code)
  if (fields.length === 0) return null
  const rule: Rule = (data, _at, findings) => {
    for (let i = 0; i < fields.length; i++) {
      const code = data[fields[i]!]
      if (typeof code !== 'string') continue
      const region = regionIndex.get(code)
      if (region === undefined || region.state !== 'former') continue
      const time = recordMonth(data)
      if (time !== null && time < region.goneBy!) continue
      const successor = region.successor
      report(release, entity, data, findings, fields[i]!, {
        code: 'region-abolished',
        rule: 'region.validity',
        severity: 'warning',
        basis: `GB/T 2260（${region.goneBy!.slice(0, 4)} 年 ${region.goneBy!.slice(4)} 月的清单已无此代码）`,
        detail: {
          zh: `${code} ${region.nameZh} 已撤销${successor === undefined ? '' : `，现为 ${successor} ${regionIndex.nameOf(successor)}${region.successorInferred === true ? '（按名称推定）' : ''}`}`,
          en: `${code} was abolished${successor === undefined ? '' : `; it is now ${successor}${region.successorInferred === true ? ' (inferred from the name)' : ''}`}`,
        },
        ...(successor === undefined ? {} : { fix: [{ op: 'replace', path: pointerOf(fields[i]!), value: successor }] }),
      })
    }
  }
  return rule
}

/** yyyymm of the record, from the date in its project number. */
function recordMonth(data: Data): string | null {
  const number = data['PrjNum']
  return typeof number === 'string' && /^\d{16}$/.test(number) ? `20${number.slice(6, 10)}` : null
}
