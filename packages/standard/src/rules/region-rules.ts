import type { FixOperation, Severity } from '@huijiao/problem'
import type { Entity, Release } from '../model.ts'
import { recordDateOf } from '../record-date.ts'
import { type Region, type RegionIndex, regionIndexOf } from '../regions.ts'
import { type Data, type Finding, pointerOf } from '../validate/subject.ts'
import { shanghaiDay } from './date-rules.ts'
import { type Findings, hasFields, report, type Rule, type RuleMaker } from './rule.ts'

type Triple = readonly [string, string, string]

/**
 * Province, city and county stand in fields whose names differ in these words only: …Num in the national tables, …Code in a province's own; a
 * conduct form has the company's seat and, with `Happen`, the place.
 */
function triples(entity: Entity): Triple[] {
  return entity.fields
    .filter((field) => field.kind === 'region' && field.level === 'county')
    .map(({ code }): Triple => [code.replace(countyWord, 'Province$1'), code.replace(countyWord, 'City$1'), code])
    .filter((codes) => new Set(codes).size === 3 && hasFields(entity, ...codes))
}

const countyWord = /County(Num|Code)$/

function samePrefix(a: string, b: string, length: number): boolean {
  for (let i = 0; i < length; i++) if (a.charCodeAt(i) !== b.charCodeAt(i)) return false
  return true
}

/** The first six digits of the project number, when they are a region. */
function numberRegion(regions: RegionIndex, data: Data): string | null {
  const number = data['PrjNum']
  if (typeof number !== 'string' || !/^\d{16}/.test(number)) return null
  const code = number.slice(0, 6)
  return regions.isValid(code) ? code : null
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
  const regions = regionIndexOf(release)
  const countyFits = regions.within(county, city)
  const cityFits = regions.within(city, province)
  if (countyFits && cityFits) return
  const common = { code: 'region-not-nested', rule: 'region.nesting', ...release.rules.regions.nesting } as const
  if (!countyFits) {
    const number = numberRegion(regions, data)
    const fix = nestingFix(regions, number, province, city, county, cityField, countyField)
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
    hint: { zh: `${city} 属于 ${right} ${regions.nameOf(right) ?? ''}`, en: `${city} belongs to ${right}` },
    fix: [{ op: 'replace', path: pointerOf(provinceField), value: right }],
  })
}

/** Where the number names a county of the city, the county was mistyped; where it agrees with the county, the city was. */
function nestingFix(
  regions: RegionIndex,
  number: string | null,
  province: string,
  city: string,
  county: string,
  cityField: string,
  countyField: string,
): FixOperation | null {
  if (number === null) return null
  if (regions.isOfLevel(number, 'county') && regions.within(number, city))
    return { op: 'replace', path: pointerOf(countyField), value: number }
  const parent = regions.parentOf(county)
  const agrees = regions.within(county, number) && parent !== null && regions.within(parent, province)
  return agrees ? { op: 'replace', path: pointerOf(cityField), value: parent } : null
}

/** The region in the project number is the project's county, or an authority above it, or a zone of the same city. */
export const numberRegionAgrees: RuleMaker = (release, entity) => {
  if (entity.code !== 'TBProjectInfo') return null
  const regions = regionIndexOf(release)
  return (data, _at, findings) => {
    const number = data['PrjNum']
    const county = data['CountyNum']
    const city = data['CityNum']
    if (typeof number !== 'string' || typeof county !== 'string' || typeof city !== 'string') return
    if (samePrefix(number, county, 6)) return
    if (findings.bad.has('PrjNum') || findings.bad.has('CountyNum') || findings.bad.has('CityNum')) return
    const code = number.slice(0, 6)
    const known = regions.isValid(code)
    if (known && (regions.within(county, code) || (sharesZone(regions, code, county) && regions.within(code, city)))) return
    report(release, entity, data, findings, 'PrjNum', {
      code: 'number-region-mismatch',
      rule: 'number.region',
      ...release.rules.regions.number,
      allowed: `${county}，或其上级区划`,
      detail: known
        ? {
            zh: `编号前六位 ${code} ${regions.nameOf(code)} 与区县 ${county} ${regions.nameOf(county) ?? ''} 不一致`,
            en: `The number begins with ${code}, the county is ${county}`,
          }
        : { zh: `编号前六位 ${code} 不是已知的行政区划代码`, en: `The number begins with ${code}, which is no known region` },
    })
  }
}

/**
 * Who reports under a province's release lies in the province. A number beside it is of the same city; that is inferred, and works of several
 * cities are filed in each of them, so it is a doubt.
 */
export const reportingRegion: RuleMaker = (release, entity) => {
  const fields = reportedBy(release, entity)
  if (fields.length === 0) return null
  const regions = regionIndexOf(release)
  const { issuer } = release
  const numbers = entity.place?.numbers ?? []
  return (data, _at, findings) => {
    for (const field of fields) {
      const code = data[field]
      if (typeof code !== 'string' || findings.bad.has(field)) continue
      if (regions.within(code, issuer)) numberReported(release, entity, data, findings, numbers, code)
      else {
        report(release, entity, data, findings, field, {
          code: 'region-not-nested',
          rule: 'region.nesting',
          severity: release.rules.regions.nesting.severity,
          basis: 'GB/T 2260；RULES.md 2.4（推定）',
          allowed: `${issuer} ${regions.nameOf(issuer) ?? ''} 所辖区划`,
          detail: { zh: `上报地区 ${code} 不属于 ${issuer}`, en: `The reporting region ${code} is not in ${issuer}` },
          hint: { zh: '填写本省内的上报地区', en: 'Give a reporting region of this province' },
        })
      }
    }
  }
}

/** Where a province's own tables say who reports, and the same field among those that it added to national tables. */
function reportedBy(release: Release, entity: Entity): string[] {
  if (release.prefix === null) return []
  const names = [...release.entities.values()].flatMap(({ place }) => place?.reportedBy ?? [])
  const all = new Set(names.flatMap((name) => [name, `${release.prefix}${name}`]))
  return entity.fields.filter(({ kind, code }) => kind === 'region' && all.has(code)).map(({ code }) => code)
}

function numberReported(
  release: Release,
  entity: Entity,
  data: Data,
  findings: Findings,
  numbers: readonly string[],
  reporting: string,
): void {
  const field = numbers.find((one) => typeof data[one] === 'string')
  if (field === undefined || findings.bad.has(field)) return
  const number = data[field] as string
  // Numbers of a place's own form say nothing about a region.
  if (!/^\d{16}(?:$|-)|^\d{18}$/.test(number)) return
  const regions = regionIndexOf(release)
  const code = number.slice(0, 6)
  const known = regions.isValid(code)
  if (known && inOneCity(regions, code, reporting)) return
  const { severity } = release.rules.regions.number
  report(release, entity, data, findings, field, {
    code: 'number-region-mismatch',
    rule: 'number.region',
    severity: severity === 'error' ? 'doubt' : severity,
    basis: 'RULES.md 1.1；与上报地区相符为推定',
    allowed: `${reporting} 所在地市的区划，或其上级`,
    detail: known
      ? {
          zh: `编号前六位 ${code} ${regions.nameOf(code)} 与上报地区 ${reporting} ${regions.nameOf(reporting) ?? ''} 不在同一地市`,
          en: `The number begins with ${code}, the reporting region is ${reporting}: not the same city`,
        }
      : { zh: `编号前六位 ${code} 不是已知的行政区划代码`, en: `The number begins with ${code}, which is no known region` },
  })
}

/** One lies in the other, or both in one city; old codes count as what they have become. */
export function inOneCity(regions: RegionIndex, a: string, b: string): boolean {
  if (regions.within(a, b) || regions.within(b, a)) return true
  const cityOf = (code: string) => `${(regions.successorOf(code) ?? code).slice(0, 4)}00`
  return cityOf(a) === cityOf(b)
}

function sharesZone(regions: RegionIndex, a: string, b: string): boolean {
  return regions.isZone(a) || regions.isZone(b)
}

/** An abolished code is right for a record of its time; which date of the record tells the time, the release says. */
export const regionAbolished: RuleMaker = (release, entity) => {
  const fields = entity.fields.filter((field) => field.kind === 'region').map((field) => field.code)
  if (fields.length === 0) return null
  const regions = regionIndexOf(release)
  const dateOf = recordDateOf(release, entity, 'regions')
  const { severity } = release.rules.regions.validity
  return (data, at, findings) => {
    for (let i = 0; i < fields.length; i++) {
      const code = data[fields[i]!]
      if (typeof code !== 'string') continue
      const region = regions.get(code)
      if (region === undefined || (region.state === 'current' && region.validFrom === undefined)) continue
      const day = dateOf(data) ?? shanghaiDay(at)
      const state = regions.stateAt(code, day)
      if (state === 'no-more') report(release, entity, data, findings, fields[i]!, abolished(regions, region, fields[i]!, severity))
      else if (state === 'not-yet') {
        report(release, entity, data, findings, fields[i]!, {
          code: 'region-abolished',
          rule: 'region.validity',
          severity,
          basis: '区划有效期（标准版本）',
          detail: {
            zh: `${code} ${region.nameZh} 自 ${region.validFrom} 起设立，记录日期为 ${day}`,
            en: `${code} exists from ${region.validFrom}; the record is of ${day}`,
          },
        })
      }
    }
  }
}

function abolished(regions: RegionIndex, region: Region, field: string, severity: Severity): Finding {
  const { code, nameZh, successor, successorInferred, goneBy, validTo } = region
  return {
    code: 'region-abolished',
    rule: 'region.validity',
    severity,
    basis:
      validTo !== undefined
        ? `GB/T 2260（${validTo} 撤销）`
        : `GB/T 2260（${goneBy!.slice(0, 4)} 年 ${goneBy!.slice(4)} 月的清单已无此代码）`,
    detail: {
      zh: `${code} ${nameZh} 已撤销${successor === undefined ? '' : `，现为 ${successor} ${regions.nameOf(successor)}${successorInferred === true ? '（按名称推定）' : ''}`}`,
      en: `${code} was abolished${successor === undefined ? '' : `; it is now ${successor}${successorInferred === true ? ' (inferred from the name)' : ''}`}`,
    },
    ...(successor === undefined ? {} : { fix: [{ op: 'replace', path: pointerOf(field), value: successor }] }),
  }
}
