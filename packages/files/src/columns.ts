import { Problem } from '@huijiao/problem'
import type { Entity, Field } from '@huijiao/standard'
import { editsBetween } from './levenshtein.ts'

/** Columns that are not fields: what stands around a record's data. */
export type Member = 'sourceId' | 'sourceVersion' | 'operation' | 'enteredBy' | 'reason'

export const memberNames: Readonly<Record<Member, readonly string[]>> = {
  sourceId: ['来源编号', '来源行编号', '行编号'],
  sourceVersion: ['来源版本', '来源版本号'],
  operation: ['操作', '操作类型'],
  enteredBy: ['录入人', '录入人账号'],
  reason: ['撤回原因'],
}

export type ColumnTarget = { readonly field: Field } | { readonly member: Member }

export interface Column {
  /** 0-based. */
  readonly index: number
  /** As the sender wrote it, cut to 100 characters. */
  readonly header: string
  /** Null: no field of the entity has this name. */
  readonly target: ColumnTarget | null
  /** Fields that may have been meant, at most three. */
  readonly near: readonly Field[]
}

interface Names {
  readonly byCode: ReadonlyMap<string, Field>
  readonly byName: ReadonlyMap<string, readonly Field[]>
}

const namesOf = new WeakMap<Entity, Names>()

function namesOfEntity(entity: Entity): Names {
  const known = namesOf.get(entity)
  if (known !== undefined) return known
  const byName = new Map<string, Field[]>()
  for (const field of entity.fields) {
    for (const name of new Set([plainName(field.nameZh), withoutUnit(plainName(field.nameZh))]))
      byName.set(name, [...(byName.get(name) ?? []), field])
  }
  const names = { byCode: new Map(entity.fields.map((field) => [field.code.toLowerCase(), field])), byName }
  namesOf.set(entity, names)
  return names
}

/** A header without what people add to it: white space, full-width forms, the star and words of what is mandatory. */
function plainName(header: string): string {
  return header
    .normalize('NFKC')
    .replaceAll(/[\s\u200b\ufeff]+/g, '')
    .replaceAll(/^[*★※]+|[*★※:]+$/g, '')
    .replace(/\((必填|必填项|选填|可选|必输)\)$/, '')
    .replaceAll(/[*★※:]+$/g, '')
}

/** Without a unit or a remark in brackets at the end: `总投资(万元)` and `总投资`. */
const withoutUnit = (name: string) => name.replace(/(\([^()]*\)|\[[^[\]]*\]|【[^【】]*】)$/, '')

/** What a header names in an entity; `ambiguous` when several fields have that Chinese name. */
export function targetOf(entity: Entity, header: string): ColumnTarget | 'ambiguous' | null {
  const name = plainName(header)
  if (name === '') return null
  const { byCode, byName } = namesOfEntity(entity)
  const code = byCode.get(name.toLowerCase())
  if (code !== undefined) return { field: code }
  // `项目编号 PrjNum`, `PrjNum（项目编号）`: one of the words is a code of this entity.
  const codes = (name.match(/[A-Za-z_][A-Za-z0-9_]{2,}/g) ?? []).flatMap((word) => byCode.get(word.toLowerCase()) ?? [])
  if (codes.length === 1) return { field: codes[0] as Field }
  for (const candidate of [name, withoutUnit(name)]) {
    const fields = byName.get(candidate) ?? []
    if (fields.length > 1) return 'ambiguous'
    if (fields.length === 1) return { field: fields[0] as Field }
  }
  const member = (Object.keys(memberNames) as Member[]).find(
    (one) => one.toLowerCase() === name.toLowerCase() || memberNames[one].includes(name),
  )
  return member === undefined ? null : { member }
}

function nearFields(entity: Entity, header: string): Field[] {
  const name = withoutUnit(plainName(header))
  if (name.length < 2 || name.length > 40) return []
  const most = name.length >= 6 ? 2 : 1
  const scored = entity.fields.flatMap((field) => {
    const zh = withoutUnit(plainName(field.nameZh))
    const edits = Math.min(editsBetween(name, zh, most), editsBetween(name.toLowerCase(), field.code.toLowerCase(), most))
    // Two characters are too little to be found anywhere, but people leave the first word away: 分类 for 项目分类.
    const inside = name.length >= 3 ? zh.length >= 3 && (zh.includes(name) || name.includes(zh)) : zh.endsWith(name)
    // One edit of two characters leaves only one in common.
    const close = edits <= most && (name.length > 2 || edits === 0)
    return close || inside ? [{ field, score: close ? edits : most + 1 + (name.length > 2 ? 0 : zh.length) }] : []
  })
  return scored
    .toSorted((a, b) => a.score - b.score)
    .slice(0, 3)
    .map(({ field }) => field)
}

/** How many cells of a row name something in the entity. */
export function headerScore(entity: Entity, cells: readonly string[]): number {
  return cells.filter((cell) => targetOf(entity, cell) !== null).length
}

/**
 * Reads a header, perhaps of two rows (the names, and the codes beneath them as in our template).
 * @param where words for the place, such as the sheet's name
 * @throws Problem file-columns-invalid: two columns for one field, a name that several fields have, names and codes that disagree
 */
export function readColumns(entity: Entity, rows: readonly (readonly string[])[], where: { zh: string; en: string }): Column[] {
  const faults: { zh: string; en: string }[] = []
  const width = Math.max(...rows.map((row) => row.length))
  const columns: Column[] = []
  const seen = new Map<string, string>()
  for (let index = 0; index < width; index += 1) {
    const headers = rows.map((row) => (row[index] ?? '').trim()).filter((header) => header !== '')
    if (headers.length === 0) continue
    const shown = (headers[0] as string).slice(0, 100)
    const found = headers.map((header) => targetOf(entity, header))
    const sure = found.filter((one): one is ColumnTarget => one !== null && one !== 'ambiguous')
    const ids = new Set(sure.map(idOf))
    if (ids.size > 1) {
      faults.push({
        zh: `${letterOf(index)} 列两行表头不一致：${headers.join(' / ')}`,
        en: `the two header rows of column ${letterOf(index)} disagree: ${headers.join(' / ')}`,
      })
      continue
    }
    const target = sure[0] ?? null
    if (target === null && found.includes('ambiguous')) {
      faults.push({
        zh: `${letterOf(index)} 列“${shown}”：有几个字段同名，请写字段代码`,
        en: `column ${letterOf(index)} "${shown}": several fields have this name, write the code`,
      })
      continue
    }
    if (target !== null) {
      const earlier = seen.get(idOf(target))
      if (earlier !== undefined)
        faults.push({
          zh: `${earlier} 列与 ${letterOf(index)} 列都是${idOf(target)}`,
          en: `columns ${earlier} and ${letterOf(index)} are both ${idOf(target)}`,
        })
      else seen.set(idOf(target), letterOf(index))
    }
    columns.push({ index, header: shown, target, near: target === null ? nearFields(entity, shown) : [] })
  }
  if (faults.length > 0)
    throw new Problem('file-columns-invalid', {
      zh: `${where.zh}${faults.map((fault) => fault.zh).join('；')}`,
      en: `${where.en}${faults.map((fault) => fault.en).join('; ')}`,
    })
  return columns
}

const idOf = (target: ColumnTarget) => ('field' in target ? `${target.field.nameZh}（${target.field.code}）` : target.member)

/** 0 → A, 25 → Z, 26 → AA. */
export function letterOf(index: number): string {
  let letters = ''
  for (let at = index + 1; at > 0; at = Math.floor((at - 1) / 26)) letters = String.fromCharCode(65 + ((at - 1) % 26)) + letters
  return letters
}

/** A → 0; negative when it is no column. */
export function indexOfLetter(letters: string): number {
  let index = 0
  for (const letter of letters) {
    const value = letter.charCodeAt(0) - 64
    if (value < 1 || value > 26) return -1
    index = index * 26 + value
  }
  return index - 1
}
