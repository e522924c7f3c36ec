import { type ProblemCode, type ProblemDocument, recordProblem, type Words } from '@huijiao/problem'
import { isResidentId } from '@huijiao/standard'
import type { Parent } from './parents.ts'

/** When a record that waits for this parent from now on is refused. Fixed now: the receipt says it. */
export const untilOf = (parent: Parent, at: Date) => new Date(at.getTime() + parent.holdDays * 86_400_000)

export function parentMissing(index: number, parent: Parent, at: Date): ProblemDocument {
  const until = shanghai(untilOf(parent, at))
  const { child, field: code, value } = parent
  const field = child.fields.find((one) => one.code === code)
  // Who is referred to by a personal number is not repeated.
  const shown = field === undefined || field.privacy !== 'open' || isResidentId(value) ? {} : { value: value.slice(0, 200) }
  return recordProblem('parent-missing', {
    record: index,
    severity: 'warning',
    rule: parent.rule,
    basis: parent.basis,
    basisEn: parent.basisEn,
    pointer: `/data/${code}`,
    ...(field === undefined ? {} : { field: field.nameZh }),
    ...shown,
    detail: {
      zh: `${code} 所指的 ${parent.entity} 尚未入库，本记录待关联至 ${until}（北京时间），届时仍缺则退回`,
      en: `The ${parent.entity} that ${code} names is not in force here yet; the record is held until ${until} (Asia/Shanghai) and then refused`,
    },
  })
}

/** An instant as people here read it: `2026-12-22 09:30:00`. The offset of Asia/Shanghai has been +08:00 since 1991. */
const shanghai = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

export const refusals: Partial<Record<ProblemCode, Words>> = {
  'source-version-conflict': {
    zh: '此 sourceVersion 已收到过不同的内容',
    en: 'This sourceVersion was already received with other content',
  },
  'withdraw-in-force': { zh: '该记录已入库，不能撤回', en: 'The record is in force and cannot be withdrawn' },
  'withdraw-conduct': {
    zh: '行为记录由变更、撤销程序处理，不接受撤回',
    en: 'Conduct is changed or revoked by its own procedure, never withdrawn',
  },
  'version-conflict': {
    zh: '同一流、同一版本号下已有另一内容承诺',
    en: 'Another commitment already stands under this place of the stream',
  },
  'record-id-conflict': { zh: '该记录编号在本节点属于另一业务主键', en: 'Here this record id belongs to another business key' },
}
