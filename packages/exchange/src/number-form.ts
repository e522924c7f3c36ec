import { coversRegion } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import { type Entity, isDate, regionIndexOf, type Release } from '@huijiao/standard'
import type { Caller, Hub } from './hub.ts'

/** What a caller asks for. Members are strings as JSON has them; `region`, `date`, `type` are for a project number, `prjNum`, `class` for a phase. */
export interface NumberRequest {
  /** UUID of the caller's choice: the same id, the same number. */
  readonly id: string
  readonly entity: string
  readonly kind?: 'project' | 'phase'
  /** Release whose codes `type` and `class` are; 2018 when absent. */
  readonly standard?: string
  readonly region?: string
  /** Day of registration, YYYY-MM-DD; today in Asia/Shanghai when absent. */
  readonly date?: string
  readonly type?: string
  readonly prjNum?: string
  readonly class?: string
}

/** How the numbers of one counter look. */
export interface NumberForm {
  readonly entity: Entity
  readonly release: Release
  /** The entity's key field that takes the number. */
  readonly field: string
  /** Names the counter: one for each project and letters, or region, day and type. */
  readonly scope: string
  readonly sequenceMax: number
  /** The day that the number names, YYYY-MM-DD; never after today. */
  readonly day: string
  numberOf(sequence: number): string
}

const wrong = (pointer: string, zh: string, en: string) => new Problem('parameter-invalid', { zh, en }, { pointer })
const shanghaiDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' })

/**
 * Judges what is asked for, and says how its numbers look (RULES.md 1.1 and 1.2).
 * @throws Problem standard-unknown, parameter-invalid, not-allowed (another region), number-letters-unknown
 */
export function numberForm(hub: Hub, caller: Caller, request: NumberRequest): NumberForm {
  const { releases } = hub.standards()
  const release = releases.get(request.standard ?? '2018')
  if (release === undefined) {
    const served = [...releases.keys()]
    throw new Problem(
      'standard-unknown',
      {
        zh: `没有“${request.standard}”版；可用：${served.join('、')}`,
        en: `There is no release "${request.standard}"; served: ${served.join(', ')}`,
      },
      { pointer: '/standard' },
    )
  }
  const entity = release.entities.get(request.entity)
  const field = entity?.key.length === 1 ? (entity.key[0] as string) : ''
  const phase = release.rules.numbers.own[field]
  if (entity === undefined || (field !== 'PrjNum' && phase === undefined))
    throw wrong(
      '/entity',
      `${request.entity.slice(0, 100)} 没有可编发的编号`,
      `${request.entity.slice(0, 100)} has no number that is given out`,
    )
  const kind = field === 'PrjNum' ? 'project' : 'phase'
  if (request.kind !== undefined && request.kind !== kind)
    throw wrong('/kind', `${entity.code} 的编号是 ${kind}`, `The number of ${entity.code} is a ${kind} number`)
  const stray = (kind === 'project' ? (['prjNum', 'class'] as const) : (['region', 'date', 'type'] as const)).find(
    (name) => request[name] !== undefined,
  )
  if (stray !== undefined) throw wrong(`/${stray}`, `${entity.code} 的编号不用 ${stray}`, `The number of ${entity.code} takes no ${stray}`)
  return kind === 'project' ? projectForm(hub, caller, release, entity, request) : phaseForm(caller, release, entity, field, request)
}

function projectForm(hub: Hub, caller: Caller, release: Release, entity: Entity, request: NumberRequest): NumberForm {
  const { region = '', type = '' } = request
  if (!/^\d{6}$/.test(region) || !regionIndexOf(release).isValid(region))
    throw wrong('/region', 'region 应为登记机关的六位区划代码', 'region must be the six-digit code of the registering authority')
  granted(caller, region)
  const types = release.dictionaries.get('TBPRJTYPEDIC')?.codes
  if (!/^\d{2}$/.test(type) || types?.has(type) !== true)
    throw wrong(
      '/type',
      `type 应为 ${[...(types?.keys() ?? [])].join('、')} 之一`,
      `type must be one of ${[...(types?.keys() ?? [])].join(', ')}`,
    )
  const today = shanghaiDay.format(hub.clock.now())
  const day = request.date ?? today
  if (!isDate(day) || day > today || day < '2000-01-01')
    throw wrong('/date', `date 应为 2000-01-01 至 ${today} 的日期`, `date must be a day from 2000-01-01 to ${today}`)
  const beginning = `${region}${day.slice(2).replaceAll('-', '')}${type}`
  return {
    entity,
    release,
    field: 'PrjNum',
    day,
    scope: `project/${region}/${day}/${type}`,
    sequenceMax: 99,
    numberOf: (sequence) => `${beginning}${String(sequence).padStart(2, '0')}`,
  }
}

function phaseForm(caller: Caller, release: Release, entity: Entity, field: string, request: NumberRequest): NumberForm {
  const { prjNum = '' } = request
  const [, yy, mm, dd] = /^\d{6}(\d\d)(\d\d)(\d\d)\d{4}$/.exec(prjNum) ?? []
  if (yy === undefined || !isDate(`20${yy}-${mm}-${dd}`))
    throw wrong('/prjNum', 'prjNum 应为 16 位项目编号', 'prjNum must be a project number of 16 digits')
  granted(caller, prjNum.slice(0, 6))
  const { by, letters: all } = release.rules.numbers.own[field] as Release['rules']['numbers']['own'][string]
  const letters = typeof all === 'string' ? all : all[request.class ?? '']
  if (typeof all === 'string' && request.class !== undefined)
    throw wrong('/class', `${entity.code} 不分类别`, `${entity.code} has no classes`)
  if (letters === undefined) {
    const known = typeof all === 'string' ? [] : Object.keys(all)
    if (request.class === undefined) throw wrong('/class', `class 应为 ${by} 的代码`, `class must be a code of ${by}`)
    throw new Problem(
      'number-letters-unknown',
      {
        zh: `${by} 的 ${request.class.slice(0, 20)} 没有已公布的字母；有字母的代码：${known.join('、')}`,
        en: `No letters are published for ${by} ${request.class.slice(0, 20)}; there are letters for ${known.join(', ')}`,
      },
      { pointer: '/class' },
    )
  }
  return {
    entity,
    release,
    field,
    day: `20${yy}-${mm}-${dd}`,
    scope: `phase/${prjNum}/${letters}`,
    sequenceMax: 999,
    numberOf: (sequence) => `${prjNum}-${letters}-${String(sequence).padStart(3, '0')}`,
  }
}

/** @throws Problem not-allowed */
function granted(caller: Caller, region: string): void {
  if (coversRegion(caller.regions, region)) return
  throw new Problem('not-allowed', {
    zh: `${region} 不在获授权的区域（${caller.regions.join('、')}）内`,
    en: `${region} is not in the regions granted to you (${caller.regions.join(', ')})`,
  })
}
